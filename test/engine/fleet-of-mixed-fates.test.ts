import { beforeAll, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { nothingLeft, Project, up } from "../rig/project";

/**
 * A fleet of 120 of which 110 are done as declared, 7 are refused for five reasons, 2 fail at a call, and one vanishes between
 * the preview and its call: what is said before, what is called, what is recorded, and what the next runs do.
 */

const ids = Array.from({ length: 120 }, (_, n) => `i-fate${String(n).padStart(3, "0")}`);
const nameOf = (id: string) => id.replace("i-fate", "node-");
const range = (from: number, to: number) => ids.slice(from, to);

const protectedOnes = range(5, 7);
const mislabelled = range(7, 9);
const [owned = "", locked = "", gone = ""] = range(9, 12);
const refused = [...protectedOnes, ...mislabelled, owned, locked, gone];
const [neverStops = "", neverTimed = "", vanishing = ""] = range(30, 33);
/** Stopped already, so that they only get their release time. */
const stoppedBefore = range(100, 110);

const troubled = [...refused, neverStops, neverTimed, vanishing];
const others = ids.filter((id) => !troubled.includes(id));
const without = (all: readonly string[], left: readonly string[]) => all.filter((id) => !left.includes(id));

const at = minutesAhead(240);
const change = { state: "stopped", autoReleaseAt: at };
const stop = (id: string) => `StopInstance ${id}`;
const setTime = (id: string) => `ModifyInstanceAutoReleaseTime ${id}`;
const notStopped = (some: readonly string[]) => without(some, stoppedBefore);

let cloud: Cloud;
let project: Project;

function declare(args: object): void {
  const all = { instanceIds: ids, expect: { tags: { team: "ml" } }, ...args };
  project.program(`
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
exports.status = new FleetLifecycle("fates", ${JSON.stringify(all)}).status;`);
}

/** The writes since the last time: those that ECS has accepted, and those that it has refused, with their code. */
function writes(): { readonly accepted: readonly string[]; readonly turnedAway: readonly string[] } {
  const all = cloud.writes();
  const isAccepted = (text: string) => text.split(" ").length === 2;
  return { accepted: all.filter(isAccepted), turnedAway: all.filter((text) => !isAccepted(text)) };
}

/** What the fleet's members were told in a preview, by severity. */
async function saidInPreview(): Promise<Readonly<Record<"info" | "warning", readonly string[]>>> {
  const { diagnostics } = await project.previewForMachines();
  const ours = diagnostics.filter(({ urn = "" }) => urn.includes("FleetMembers"));
  const of = (wanted: string) =>
    ours.filter(({ severity }) => severity === wanted).map(({ message }) => message.trimEnd());
  return { info: of("info"), warning: of("warning") };
}

const statusOutput = async () =>
  (JSON.parse((await project.must(["stack", "output", "--json"])).stdout) as { status: Record<string, string> }).status;

const all = (some: readonly string[], status: string) => Object.fromEntries(some.map((id) => [id, status]));
const named = (...some: readonly string[]) => some.map((id) => `${id} (${nameOf(id)})`).join(", ");

beforeAll(async () => {
  const machines = ids.map((id) => ({ InstanceId: id, InstanceName: nameOf(id), Status: "Running" as const }));
  cloud = await Cloud.open(machines.map((one) => ({ ...one, Tags: { team: "ml" } })));
  project = await Project.open(cloud.env);
  project.config({ "lifecycle:maxStops": "120", "lifecycle:maxReleaseTimes": "120" });
  declare({ state: "running" });
  await project.must(up);
  cloud.put(
    ...protectedOnes.map((id) => ({ InstanceId: id, DeletionProtection: true })),
    ...mislabelled.map((id) => ({ InstanceId: id, Tags: { team: "web" } })),
    { InstanceId: owned, Tags: { team: "ml", "acs:autoscaling:scalingGroupId": "asg-bp1group" } },
    { InstanceId: locked, OperationLocks: ["security"] },
    ...stoppedBefore.map((id) => ({ InstanceId: id, Status: "Stopped" as const })),
  );
  await cloud.release(gone);
  cloud.calls();
  declare(change);
});

describe("the preview", () => {
  it("has a headline, groups by what is done, and the refused by reason; it calls nothing and ends well", async () => {
    const { info, warning } = await saidInPreview();
    const [headline = "", first = "", second = "", ...more] = info;
    expect(headline).toBe(
      `120 instances: 103 × running -> stopped, release time none -> ${at}, 10 × stopped, release time none -> ${at}, 7 refused`,
    );
    const rows = first.split("\n");
    expect(rows.slice(0, 4)).toEqual([
      `103 × running -> stopped, release time none -> ${at}`,
      expect.stringMatching(/^ {2}1\. StopInstance \(KeepCharging\): /),
      "  2. wait until it is stopped",
      expect.stringMatching(/^ {2}3\. ModifyInstanceAutoReleaseTime \(release at .*CAN'T BE UNDONE/),
    ]);
    const doneFirst = without(notStopped(ids), refused);
    expect(rows[4]).toBe(`  ${named(...doneFirst.slice(0, 5))}`);
    expect(rows.at(-1)).toMatch(/^ {2}and 83 more: .*lifecycle:showAll/);
    expect(second.split("\n")).toEqual([
      `10 × stopped, release time none -> ${at}`,
      expect.stringMatching(/^ {2}1\. ModifyInstanceAutoReleaseTime /),
      `  ${named(...stoppedBefore.slice(0, 5))}`,
      `  ${named(...stoppedBefore.slice(5))}`,
    ]);
    expect(more).toEqual([]);
    expect(warning.map((text) => text.replace(/^warning: /, ""))).toEqual([
      expect.stringMatching(/^refused: 2 instances: autoReleaseAt: it has release protection/),
      expect.stringMatching(/^refused: 2 instances: expect\.tags\.team: is not what it has, which is "web"/),
      expect.stringMatching(`^refused: state: ${owned} belongs to acs:autoscaling:scalingGroupId asg-bp1group`),
      expect.stringMatching(`^refused: state: ${locked} is locked for security`),
      expect.stringMatching(`^refused: state: stopped can't be met: ${gone} is gone from cn-hangzhou`),
    ]);
    expect(warning[0]).toContain(`\n  ${named(...protectedOnes)}`);
    expect(warning[1]).toContain(`\n  ${named(...mislabelled)}`);
    expect(writes()).toEqual({ accepted: [], turnedAway: [] });
  });
});

describe("the update", () => {
  let output: string;
  beforeAll(async () => {
    const { emulator } = cloud;
    const { holds } = emulator.world;
    emulator.addFault({
      action: "Stop*",
      instanceId: neverStops,
      times: "always",
      then: { code: "InvalidParameter" },
    });
    emulator.addFault({
      action: "ModifyInstanceAutoReleaseTime",
      instanceId: neverTimed,
      times: "always",
      then: { code: "ChargeTypeViolation" },
    });
    // Its stop has been looked for, planned and sent, and before ECS does it the machine is gone.
    emulator.addFault({ action: "Stop*", instanceId: vanishing, then: { hold: "vanishing", when: "before" } });
    let hasVanished = false;
    void holds.reached("vanishing").then(async () => {
      await cloud.release(vanishing);
      hasVanished = true;
      holds.release("vanishing");
    });
    output = await project.mustFail(up);
    expect(hasVanished).toBe(true);
  });

  it("ends as failed, with those that were not done by reason, and nobody else", () => {
    const reasons = output
      .slice(output.indexOf("Diagnostics:"))
      .split(/\n\s*\* /)
      .slice(1);
    const goneTogether = "2 instances: state: stopped can't be met: it is gone from cn-hangzhou";
    expect(reasons).toHaveLength(7);
    expect(reasons).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^2 instances: autoReleaseAt: it has release protection/),
        expect.stringMatching(/^2 instances: expect\.tags\.team: /),
        expect.stringMatching(`^state: ${owned} belongs to `),
        expect.stringMatching(`^state: ${locked} is locked for security`),
        expect.stringMatching(new RegExp(`^${goneTogether}.*\n +${gone} .*, ${vanishing} `, "s")),
        expect.stringMatching(`^${neverStops}: StopInstance: InvalidParameter`),
        expect.stringMatching(`^${neverTimed}: ModifyInstanceAutoReleaseTime: ChargeTypeViolation`),
      ]),
    );
    for (const id of [...protectedOnes, ...mislabelled, gone, vanishing]) {
      expect(output.split(`${id} (${nameOf(id)})`), id).toHaveLength(2);
    }
  });

  it("each of the others got each of its calls once; nothing was called for those that were refused", () => {
    const { accepted, turnedAway } = writes();
    const stopped = notStopped([...others, neverTimed]);
    expect(stopped).toHaveLength(101);
    expect(accepted).toEqual([...stopped.map(stop), ...others.map(setTime)].sort());
    // A call about many may be refused as a whole because of one of them, which nobody knows before.
    expect(turnedAway.filter((text) => !text.startsWith("StopInstance "))).toEqual([
      `${setTime(neverTimed)} ChargeTypeViolation`,
    ]);
    expect(turnedAway).toContain(`${stop(neverStops)} InvalidParameter`);
    expect(turnedAway).toContain(`${stop(vanishing)} InvalidInstanceId.NotFound`);
    for (const id of refused) expect(turnedAway.join("\n")).not.toContain(id);
    for (const id of [...refused, neverStops].filter((one) => one !== gone)) expect(cloud.status(id)).toBe("Running");
  });

  it("of each is recorded what it has reached; the stack's own output is Pulumi's, and stays as it was", async () => {
    const recorded = project.members();
    expect(Object.keys(recorded).sort()).toEqual(ids);
    for (const id of others) {
      expect(recorded[id], id).toMatchObject({ status: "stopped", autoReleaseTime: at, ownReleaseTime: at });
      expect(recorded[id], id).not.toHaveProperty("of");
    }
    for (const id of [...refused, neverStops, vanishing]) {
      // As it was recorded before, and with what was declared then.
      expect(recorded[id], id).toMatchObject({ status: "running", of: 0, lastRun: { steps: [] } });
      expect(recorded[id], id).not.toHaveProperty("ownReleaseTime");
    }
    expect(recorded[neverTimed]).toMatchObject({ status: "stopped", lastRun: { steps: [{ call: "StopInstance" }] } });
    expect(recorded[neverTimed]).not.toHaveProperty("autoReleaseTime");
    expect(recorded[neverTimed]).not.toHaveProperty("ownReleaseTime");
    expect(await statusOutput()).toEqual(all(ids, "running"));
  });
});

describe("the next up", () => {
  it("goes on with those that failed, and with them alone", async () => {
    cloud.emulator.clearFaults();
    const { info } = await saidInPreview();
    expect(info[0]).toBe(
      `120 instances: 1 × running -> stopped, release time none -> ${at}, 1 × stopped, release time none -> ${at}, 8 refused`,
    );
    const output = await project.mustFail(up);
    expect(writes()).toEqual({
      accepted: [stop(neverStops), setTime(neverStops), setTime(neverTimed)].sort(),
      turnedAway: [],
    });
    for (const id of [...refused, vanishing]) expect(output).toContain(id);
    for (const id of [neverStops, neverTimed]) {
      expect(project.members()[id]).toMatchObject({ status: "stopped", ownReleaseTime: at });
    }
  });

  it("where nothing is left to do but what is refused, the preview fails as well, and nothing is called", async () => {
    for (const command of [["preview"], up]) {
      expect(await project.mustFail(command)).toMatch(/2 instances: autoReleaseAt: it has release protection/);
    }
    expect(writes()).toEqual({ accepted: [], turnedAway: [] });
  });

  it("what stood in the way is settled: the rest is done, once for each, and then nothing is left", async () => {
    cloud.put(
      ...protectedOnes.map((id) => ({ InstanceId: id, DeletionProtection: false })),
      ...[...mislabelled, owned].map((id) => ({ InstanceId: id, Tags: { team: "ml" } })),
      { InstanceId: locked, OperationLocks: [] },
    );
    declare({ ...change, exclude: [gone, vanishing] });
    await project.must(up);
    const settled = without(refused, [gone]);
    expect(writes()).toEqual({ accepted: [...settled.map(stop), ...settled.map(setTime)].sort(), turnedAway: [] });
    const left = without(ids, [gone, vanishing]);
    expect(await statusOutput()).toEqual(all(left, "stopped"));
    for (const id of left) expect(project.members()[id], id).toMatchObject({ status: "stopped", ownReleaseTime: at });
    await project.must(nothingLeft);
    expect(writes()).toEqual({ accepted: [], turnedAway: [] });
  });
});
