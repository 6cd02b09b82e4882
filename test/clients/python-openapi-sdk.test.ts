import { describe } from "vitest";
import { pythonChecks } from "./python-checks";

describe("the openapi Python SDK with ACS3-HMAC-SHA256", () => {
  pythonChecks("openapi_sdk.py", { signatureAlgorithm: "" });
});

describe("the openapi Python SDK with signature 1.0", () => {
  pythonChecks("openapi_sdk.py", { signatureAlgorithm: "v2" });
});
