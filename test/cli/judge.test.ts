import { describe, expect, it } from "vitest";
import { judgeClock } from "../../cli/doctor/judge-clock";
import { judgeNode, judgePulumi, oldestNode, oldestPulumi } from "../../cli/doctor/judge-machine";
import { judgeDryRun, judgeRead } from "../../cli/doctor/judge-right";
import { readStackSettings } from "../../cli/stack-settings";
import { shortenedKeyId } from "../../cli/shortened-key-id";
import { classify, EcsError } from "../../provider/ecs/errors";
import { read } from "../examples/read";

describe("the machine", () => {
  it("wants what package.json and README want", () => {
    const { engines } = JSON.parse(read("package.json")) as { readonly engines: { readonly node: string } };
    expect(`${engines.node}.0`).toBe(`>=${oldestNode}`);
    expect(read("README.md")).toContain(`| Pulumi CLI | ${oldestPulumi} or newer |`);
  });

  it.each([
    ["v20.19.0", "yes"],
    ["v20.18.9", "no"],
    ["v18.99.0", "no"],
    ["v20.20.0", "yes"],
    ["v22.3.0", "yes"],
    ["v100.0.0", "yes"],
  ])("Node %s: %s", (version, answer) => {
    expect(judgeNode(version)).toMatchObject({ answer, value: version.slice(1) });
  });

  it.each([
    ["v3.250.0\n", "yes"],
    ["v3.250.0-dev.1+sha", "yes"],
    ["3.251.0", "yes"],
    ["v3.249.99", "no"],
    ["v3.25.1", "no"],
    ["warning: a new version\nv4.0.0\n", "yes"],
    ["no version", "unknown"],
  ])("pulumi version %j: %s", (stdout, answer) => {
    expect(judgePulumi({ kind: "printed", stdout })).toMatchObject({ answer });
  });
});

describe("the clock", () => {
  const serverMs = Date.parse("2026-03-01T08:00:00Z");
  const ahead = (fromMs: number, toMs: number) =>
    judgeClock({ sentMs: serverMs + fromMs, answeredMs: serverMs + toMs, serverMs });

  it.each([
    { reason: "the header has whole seconds only", fromMs: 900, toMs: 950, answer: "yes", value: 0 },
    { reason: "the server wrote it some time in between", fromMs: -4_000, toMs: 1_000, answer: "yes", value: 0 },
    { reason: "ahead, by what is sure", fromMs: 11_000, toMs: 12_000, answer: "yes", value: 10 },
    { reason: "behind, by what is sure", fromMs: -13_000, toMs: -10_000, answer: "yes", value: -10 },
    { reason: "15 minutes are not more than 15", fromMs: 900_999, toMs: 901_000, answer: "yes", value: 900 },
    { reason: "ahead by more", fromMs: 902_000, toMs: 902_100, answer: "no", value: 901 },
    { reason: "behind by more", fromMs: -902_000, toMs: -901_000, answer: "no", value: -901 },
  ])("$reason", ({ fromMs, toMs, answer, value }) => {
    expect(ahead(fromMs, toMs)).toMatchObject({ answer, value });
  });

  it("is unknown where nobody told the time", () => {
    expect(judgeClock(undefined)).toMatchObject({ answer: "unknown" });
  });
});

describe("a right", () => {
  const asked = { action: "StopInstance", regionId: "cn-hangzhou", instanceId: "i-a" };
  const refused = (code: string, status = 400) => {
    const { class: errorClass, advice } = classify(code, status);
    return {
      kind: "refused",
      error: new EcsError("StopInstance", code, errorClass, "", advice, "R-1", undefined),
    } as const;
  };

  it.each([
    ["DryRunOperation", "yes"],
    ["Forbidden.RAM", "no"],
    ["NoPermission", "no"],
    ["InvalidAccessKeyId.NotFound", "no"],
    ["IncorrectInstanceStatus", "unknown"],
    ["InvalidInstanceId.NotFound", "unknown"],
    ["InstanceLockedForSecurity", "unknown"],
    ["Throttling.User", "unknown"],
    ["InternalError", "unknown"],
    ["InvalidParameter.Something", "unknown"],
    ["OperationDenied.NoStock", "unknown"],
  ])("a dry run that is refused with %s: %s", (code, answer) => {
    expect(judgeDryRun(asked, refused(code))).toMatchObject({ check: "ecs:StopInstance", answer });
  });

  it("a dry run that is answered like a real one is no yes, and says to look", () => {
    expect(judgeDryRun(asked, { kind: "answered" })).toMatchObject({
      answer: "unknown",
      remedy: "look at i-a, and report this",
    });
  });

  it("a read that is answered is a yes, and one that is called a dry run is none", () => {
    expect(judgeRead(asked, { kind: "answered" })).toMatchObject({ answer: "yes" });
    expect(judgeRead(asked, refused("DryRunOperation"))).toMatchObject({ answer: "unknown" });
  });
});

describe("what may be shown of an access key id", () => {
  it.each([
    ["LTAI0000000000001234", "LTAI…1234"],
    ["twelve-chars", "twel…hars"],
    ["short", "sh…"],
    ["", "…"],
  ])("%s: %s", (id, shown) => {
    expect(shortenedKeyId(id)).toBe(shown);
  });
});

describe("what Pulumi prints of a stack", () => {
  it("a secret is never handed out, though it stood there", () => {
    const { settings, secretKeys } = readStackSettings('{"alicloud:region":{"secret":true,"value":"cn-hangzhou"}}');
    expect(secretKeys).toEqual(["alicloud:region"]);
    expect(() => settings("alicloud:region")).toThrow("alicloud:region: set, secret: not read");
    expect(settings("alicloud:profile")).toBeUndefined();
  });

  it("what is no JSON is said", () => {
    expect(() => readStackSettings("oops")).toThrow("leave --stack out");
  });
});
