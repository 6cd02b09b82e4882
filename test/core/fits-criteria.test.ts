import { describe, expect, it } from "vitest";
import { fitsCriteria } from "../../provider/core/fits-criteria";

const one = {
  instanceId: "i-a",
  instanceName: "web-eu-1",
  vpcId: "vpc-1",
  zoneId: "cn-hangzhou-h",
  resourceGroupId: "rg-1",
  chargeType: "PostPaid",
  tags: { env: "dev", team: "ml" },
};
const free = {
  tags: {},
  instanceName: undefined,
  vpcId: undefined,
  zoneId: undefined,
  resourceGroupId: undefined,
  chargeType: undefined,
};

describe("each criterion narrows", () => {
  it.each([
    [{ tags: { env: "dev" } }, { tags: { env: "prod" } }],
    [{ tags: { env: "dev", team: "ml" } }, { tags: { env: "dev", team: "web" } }],
    [{ tags: { env: "dev" } }, { tags: { toString: "x" } }],
    [{ vpcId: "vpc-1" }, { vpcId: "vpc-2" }],
    [{ zoneId: "cn-hangzhou-h" }, { zoneId: "cn-hangzhou-i" }],
    [{ resourceGroupId: "rg-1" }, { resourceGroupId: "rg-2" }],
    [{ chargeType: "PostPaid" as const }, { chargeType: "PrePaid" as const }],
    [
      { vpcId: "vpc-1", zoneId: "cn-hangzhou-h" },
      { vpcId: "vpc-1", zoneId: "cn-hangzhou-i" },
    ],
  ])("%j fits, %j does not", (fits, fitsNot) => {
    expect(fitsCriteria(one, { ...free, ...fits })).toBe(true);
    expect(fitsCriteria(one, { ...free, ...fitsNot })).toBe(false);
  });
});

describe("a name", () => {
  it.each(["web-eu-1", "web-*", "*-1", "*eu*", "w*b*1", "web-eu-1*", "*web-eu-1", "web**1"])("%s fits", (pattern) => {
    expect(fitsCriteria(one, { ...free, instanceName: pattern })).toBe(true);
  });

  it.each([
    "web",
    "eu",
    "Web-*",
    "web-*-2",
    "*-",
    "web-eu-1*1",
    "w.b-*",
    "web-eu-1-*",
    "*eu*eu*",
    "web*1*1",
  ])("%s does not", (pattern) => {
    expect(fitsCriteria(one, { ...free, instanceName: pattern })).toBe(false);
  });
});
