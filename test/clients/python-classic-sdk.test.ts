import { describe } from "vitest";
import { pythonChecks } from "./python-checks";

describe("the classic Python SDK", () => {
  pythonChecks("classic_sdk.py");
});
