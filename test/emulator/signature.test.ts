import { describe, expect, test } from "vitest";
import {
  acs3Signature,
  acs3StringToSign,
  percentEncode,
  rpcSignature,
  rpcStringToSign,
} from "../../emulator/signature";

describe("RPC signature 1.0", () => {
  const params = {
    AccessKeyId: "testid",
    Action: "DescribeRegions",
    Format: "XML",
    SignatureMethod: "HMAC-SHA1",
    SignatureNonce: "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
    SignatureVersion: "1.0",
    Timestamp: "2016-02-23T12:46:24Z",
    Version: "2014-05-26",
  };

  test.each([
    ["GET", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="],
    ["POST", "MxbnVAM4w6sft9xjVpe/GCKueuk="],
  ])("gives the vendor's published value for %s", (method, expected) => {
    expect(rpcSignature(rpcStringToSign(method, params), "testsecret")).toBe(expected);
  });

  test("leaves out Signature itself and nothing else", () => {
    const signed = rpcStringToSign("GET", { ...params, Signature: "x", SignatureType: "" });
    expect(signed).not.toContain("Signature%3Dx");
    expect(signed).toContain("SignatureType%3D%26");
  });

  test("escapes what encodeURIComponent leaves alone", () => {
    expect(percentEncode("a b*c!'()~")).toBe("a%20b%2Ac%21%27%28%29~");
  });
});

test("ACS3-HMAC-SHA256 gives the vendor's published value", () => {
  const headers = {
    host: "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-action": "RunInstances",
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-version": "2014-05-26",
  };
  const stringToSign = acs3StringToSign({
    method: "POST",
    path: "/",
    query: { RegionId: "cn-shanghai", ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd" },
    headers,
    signedHeaders: Object.keys(headers),
    bodySha256: headers["x-acs-content-sha256"],
  });
  expect(acs3Signature(stringToSign, "YourAccessKeySecret")).toBe(
    "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
  );
});
