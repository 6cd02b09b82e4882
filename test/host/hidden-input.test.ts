import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { failureOf, Host } from "../rig/host";
import type { Json } from "../rig/sdk";
import { inputs, many, runText, unknown } from "../rig/wire";

/** What the program's side hands over, as the check takes it, and what happens when it doesn't come. */

let cloud: Cloud;
let host: Host;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(async () => {
  cloud.emulator.clearFaults();
  cloud.calls();
  host = await Host.start({ env: cloud.env });
});
afterEach(() => host.stop());

const named = (instanceId: string) => ({ instanceId, state: "released", expect: { instanceName: "named" } });

describe("__run", () => {
  it.each<[string, unknown]>([
    ["missing", undefined],
    ["unknown", unknown],
    ["null", null],
    ["empty", ""],
    ["a number", 5],
    ["another text", "none"],
    ["half a text", '{"urn":"urn:pulumi:'],
  ])("%s: the check answers that nobody has looked, and hands none of it on", async (_name, run) => {
    const declared = { instanceId: "i-hidden", state: "running" };
    const answer = await host.check({}, inputs({ ...declared, ...(run === undefined ? {} : { __run: run }) }));
    expect(answer.failures).toEqual([
      { property: "", reason: expect.stringMatching(/^instanceId: the program has not looked at i-hidden/) as string },
    ]);
    expect(answer.inputs).toMatchObject({ ...declared, regionId: "cn-hangzhou" });
    expect(answer.inputs).not.toHaveProperty("__run");
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });

  it("a refusal of the program's side is a check failure", async () => {
    cloud.put({ InstanceId: "i-refused", Status: "Running" });
    const { failures } = await host.check(
      {},
      inputs({
        instanceId: "i-refused",
        state: "stopped",
        __run: runText(cloud, "i-refused", { refused: ["state: not today"] }),
      }),
    );
    expect(failures).toEqual([{ property: "", reason: "state: not today" }]);
  });

  it.each<[string, Json]>([
    ["nobody looked", { seen: undefined, atMs: undefined, unverified: "no credentials: looked at …" }],
    ["somebody looked elsewhere", { regionId: "cn-beijing" }],
  ])("a release fails closed when %s", async (_name, more) => {
    cloud.put({ InstanceId: "i-closed", Status: "Stopped", InstanceName: "named" });
    const { failures } = await host.check(
      {},
      inputs({ ...named("i-closed"), __run: runText(cloud, "i-closed", more) }),
    );
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^state: .*i-closed.*verified/)]);
  });

  it("without it no more than one instance is released, the others fail", async () => {
    const three = many("count", 3, { Status: "Stopped", InstanceName: "named" });
    cloud.put(...three);
    const outcomes = await Promise.allSettled(three.map(({ InstanceId }) => host.create(inputs(named(InstanceId)))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(cloud.writes()).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(String(outcome.reason)).toContain("lifecycle:maxReleases");
    }
  });

  it("says what would be done at the resource's own row, once, though a replacement is checked twice", async () => {
    cloud.put({ InstanceId: "i-said", Status: "Running", InstanceName: "named" });
    const news = inputs({ ...named("i-said"), __run: runText(cloud, "i-said") });
    await host.check({}, news);
    await host.check({}, news);
    await host.engine.hears("DeleteInstance");
    const lines = host.engine.lines.filter(({ text }) => text.includes("DeleteInstance"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ severity: "info", urn: expect.stringContaining("::i-said") as string });
    expect(lines[0]?.text).toMatch(/StopInstance[\s\S]*DeleteInstance[\s\S]*CAN'T BE UNDONE/);
  });

  it("unknown arguments: says which, and shows the marker to nobody", async () => {
    const run = runText(cloud, "i-none", { seen: undefined, unverified: "not all arguments are known yet" });
    const answer = await host.check(
      {},
      inputs({ instanceId: unknown, state: "stopped", stop: { mode: unknown }, __run: run }),
    );
    expect(answer.failures).toEqual([]);
    await host.engine.hears(/instanceId.*stop\.mode/);
    expect(host.engine.said().join("\n")).not.toContain(unknown);
  });
});

describe("delete", () => {
  const outs = (args: Json): Json => ({
    ...inputs({ instanceId: "i-left", state: "running", ...args }),
    status: "running",
    schemaVersion: 1,
  });

  it.each<[string, Json, RegExp]>([
    ["retain with nothing to cancel", {}, /never release/],
    ["retainTimer", { onDelete: "retainTimer" }, /never release/],
    [
      "retainTimer with a time",
      { onDelete: "retainTimer", autoReleaseAt: minutesAhead(99) },
      /warning: i-left .*will still be released at/,
    ],
    [
      "retain, gone for good",
      { releasedBy: "declaration", status: "released", autoReleaseAt: minutesAhead(99) },
      /gone/,
    ],
  ])("%s: neither network nor credentials", async (_name, args, said) => {
    await host.stop();
    host = await Host.start({ env: { ALIBABA_CLOUD_ENDPOINT_ECS: "http://127.0.0.1:1" } });
    await host.delete("i-left", outs({ regionId: "cn-hangzhou", ...args }));
    await host.engine.hears(said);
  });

  it("retain cancels the time that was declared here, whatever the power state", async () => {
    const at = minutesAhead(99);
    cloud.put({ InstanceId: "i-left", Status: "Stopped", AutoReleaseTime: at });
    await host.delete("i-left", outs({ autoReleaseAt: at, autoReleaseTime: at }));
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-left"]);
    expect(cloud.emulator.instance("i-left")).toMatchObject({ AutoReleaseTime: "", Status: "Stopped" });
  });

  it("retain leaves a time that somebody else has set, and says when it comes", async () => {
    const theirs = minutesAhead(240);
    cloud.put({ InstanceId: "i-left", Status: "Running", AutoReleaseTime: theirs });
    await host.delete("i-left", outs({ autoReleaseAt: minutesAhead(99), autoReleaseTime: minutesAhead(99) }));
    expect(cloud.writes()).toEqual([]);
    await host.engine.hears(`warning: i-left will be released at ${theirs}`);
  });

  it("an instance that is gone is a note", async () => {
    await host.delete("i-nobody", { ...outs({ onDelete: "stop" }), instanceId: "i-nobody" });
    expect(cloud.writes()).toEqual([]);
    await host.engine.hears("i-nobody is not listed");
  });
});

describe("state of a newer version", () => {
  it("is refused by name", async () => {
    const newer = { ...inputs({ instanceId: "i-newer", state: "running" }), status: "running", schemaVersion: 2 };
    for (const call of [
      () => host.update("i-newer", newer, inputs({ instanceId: "i-newer", state: "stopped" })),
      () => host.read("i-newer", newer),
      () => host.delete("i-newer", newer),
    ]) {
      expect((await failureOf(call())).message).toMatch(/schemaVersion 2.*upgrade/);
    }
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});
