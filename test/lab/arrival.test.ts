import { afterEach, expect, test } from "vitest";
import type { Declaration, Evidence } from "../../lab/evidence";
import { judgeLonger } from "../../lab/explore/longer-stories";
import { judgeWhole } from "../../lab/judge/whole";
import { arriving, asArrived } from "../../lab/model/arrival";
import { VirtualTime } from "../../lab/model/virtual-time";
import { all, declare, destroy, up } from "../../lab/scenarios/chapters";
import { type LongerStory, machine, machines } from "../../lab/scenarios/longer-story";

const time = new VirtualTime(0);
const [one, two] = [machine(1), machine(2)] as const;
const old = { name: "machine", id: one, inputs: { instanceId: one, state: "running" }, outputs: {}, initErrors: [] };
const program: Declaration = { name: "machine", args: { instanceId: two, state: "stopped", drift: "report" } };

afterEach(() => {
  time.uninstall();
});

test("a transform has the last word but for what ignoreChanges keeps, and what is not recorded is not kept", () => {
  const changed = { ...program, changed: { state: "released" } };
  expect(arriving(changed, changed.args, old)).toEqual({ ...program.args, state: "released" });
  const kept = { ...changed, ignoreChanges: ["state", "instanceId", "drift"] };
  expect(arriving(kept, kept.args, old)).toEqual(old.inputs);
  expect(arriving(kept, kept.args, undefined)).toEqual({ ...program.args, state: "released" });
});

test("the judge is given what arrives, and what was written beside it only where that may differ", () => {
  const ignoring = { ...program, ignoreChanges: ["state"] };
  expect(asArrived([program], [old])).toEqual([program]);
  expect(asArrived([ignoring], [old])).toEqual([
    { ...ignoring, args: { ...program.args, state: "running" }, written: program.args },
  ]);
});

async function told(story: Omit<LongerStory, "name">): Promise<Evidence> {
  time.install();
  return (await judgeLonger({ name: "", ...story }, time)).told.evidence;
}

/** As if the commands had had these declarations or settings, whatever was really done. */
function because({ operations, ...evidence }: Evidence, at: number, different: Partial<(typeof operations)[number]>) {
  const changed = operations.map((operation, index) => (index === at ? { ...operation, ...different } : operation));
  return judgeWhole({ ...evidence, operations: changed }).map((found) => `${found.invariant} ${found.because}`);
}

test("a stop of a machine at which the program has not looked is found", async () => {
  const evidence = await told({ instances: [{ InstanceId: one }], chapters: [up(declare(one, { state: "stopped" }))] });
  expect(judgeWhole(evidence)).toEqual([]);
  const [operation] = evidence.operations;
  const unseen = operation?.spans?.filter(({ method }) => method !== "program") ?? [];
  expect(because(evidence, 0, { spans: unseen })).toContain(
    `S4 StopInstance ${one}, at which the program has not looked`,
  );
});

test("a release that nobody has written for that machine is found", async () => {
  const args = { state: "released", expect: { instanceName: "worker" } };
  const instances = [{ InstanceId: one, InstanceName: "worker" }];
  const evidence = await told({ instances, chapters: [up(declare(one, args))] });
  expect(judgeWhole(evidence)).toEqual([]);
  const [wished] = evidence.operations[0]?.declarations ?? [];
  const arrived = (written: Declaration["args"]) => [{ name: one, args: wished?.args ?? {}, written }];
  const running = { instanceId: one, state: "running" };
  expect(because(evidence, 0, { declarations: arrived(running) })).toEqual([
    `S1 DeleteInstance ${one}, and the program has written state running of ${one}`,
  ]);
  expect(because(evidence, 0, { declarations: arrived({ ...args, instanceId: two }) })).toEqual([
    `S1 DeleteInstance ${one}, and the program has written state released of ${two}`,
  ]);
});

test("a stop by a delete of what is declared under another name, and one beyond the limit, are found", async () => {
  const ids = machines(1, 2);
  const leaving = all(ids, { state: "running", onDelete: "stop" });
  const evidence = await told({
    instances: ids.map((InstanceId) => ({ InstanceId })),
    chapters: [up(...leaving), destroy],
  });
  expect(judgeWhole(evidence)).toEqual([]);
  expect(because(evidence, 1, { settings: { "lifecycle:maxStops": "1" } })).toEqual([
    "S10 lifecycle:maxStops is 1, and it was done to 2",
  ]);
  const moved = { kind: "up", declarations: [declare(one, {}, "after"), declare(two, {}, "other")] } as const;
  expect(because(evidence, 1, moved)).toContain(`S9 StopInstance ${one} by a delete, and the run declares it as after`);
});
