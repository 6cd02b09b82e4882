import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../emulator/random";
import { oneByOne } from "../../lab/judge/one-by-one";
import { isEffective, isWrite } from "../../lab/judge/rows";
import { Cloud } from "../rig/cloud";
import { adopt, descendantsOf, type Running } from "../rig/process";
import { nothingLeft, Project, up } from "../rig/project";

/**
 * A stop of 300 machines that is killed at ten random moments, each time followed by one more `up`: that one ends it, and over
 * both each machine has been stopped once. A failure prints the seed; KILL_SEED=<seed> makes the same kills again.
 */

const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const rounds = 10;

const ids = Array.from({ length: 300 }, (_, n) => `i-kill${String(n).padStart(3, "0")}`);
const bystanders = ["i-bystander1", "i-bystander2", "i-bystander3"];
const args = { instanceIds: ids, state: "stopped" };

type Victim = "the provider" | "the provider and the engine" | "the engine";

/** Where the run stands when it is killed. */
interface Kill {
  readonly victim: Victim;
  /** At which request of the provider's, in percent of those up to its first poll: how many there are, only a run can tell. */
  readonly percent: number;
  readonly when: "before" | "after";
  /** How long the rest of it goes on meanwhile. */
  readonly laterMs: number;
  /** A new stack, in which they are adopted; otherwise they were stopped by the stack before, and started by hand. */
  readonly isNew: boolean;
}

const victims: readonly Victim[] = ["the provider", "the provider and the engine", "the engine"];
const random = seededRandom(seed);
const below = (limit: number) => Math.floor(random.next() * limit);
const kills = Array.from(
  { length: rounds },
  (_, index): Kill => ({
    victim: victims[index % victims.length] ?? "the provider",
    percent: below(100),
    when: below(2) === 0 ? "before" : "after",
    laterMs: below(2) * below(1_500),
    isNew: index % 2 === 0,
  }),
);

let cloud: Cloud;
let project: Project;
/** Requests of a whole `up`, counted from 1: those of the program come first, and then those of the provider. */
let calls: { readonly firstOfProvider: number; readonly firstPoll: number };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function newProject(): Promise<Project> {
  const opened = await Project.open(cloud.env);
  opened.config({ "lifecycle:maxStops": "300" });
  opened.program(`new (require("pulumi-alicloud-lifecycle").FleetLifecycle)("killed", ${JSON.stringify(args)});`);
  return opened;
}

function mark(): number {
  return cloud.emulator.ledger().at(-1)?.n ?? 0;
}

function requestsSince(n: number) {
  return cloud.emulator.ledger({ since: n }).filter(({ action }) => !/^(control|timer):/.test(action));
}

/** All run again, and nothing of what was is under way any more. */
function startAll(): void {
  cloud.put(...ids.map((id) => ({ InstanceId: id, Status: "Running" as const })));
}

beforeAll(async () => {
  const machines = [...ids, ...bystanders].map((id) => ({ InstanceId: id, Status: "Running" as const }));
  // Long enough for a kill in the middle of the wait.
  cloud = await Cloud.open(machines, { timings: { stopMs: 1_500 } });
  project = await newProject();
  const before = mark();
  await project.must(["preview"]);
  const firstOfProvider = requestsSince(before).length + 1;
  const begin = mark();
  await project.must(up);
  const lastStop = requestsSince(begin).findLastIndex(({ action }) => action.startsWith("StopInstance"));
  calls = { firstOfProvider, firstPoll: lastStop + 2 };
  expect(calls.firstPoll).toBeGreaterThan(calls.firstOfProvider);
});

/** The process group of the one that runs dynamic providers. */
function groupOfProvider(pid: number): number {
  const table = execFileSync("ps", ["-A", "-o", "pid=,pgid=,args="], { encoding: "utf8" });
  const children = descendantsOf(pid);
  const found = table
    .split("\n")
    .map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row))
    .find((row) => row !== null && children.includes(Number(row[1])) && row[3]?.includes("dynamic-provider"));
  if (found?.[2] === undefined) throw new Error("the engine has started no provider");
  return Number(found[2]);
}

function kill(running: Running, victim: Victim): void {
  const provider = groupOfProvider(running.pid);
  // What outlives the engine goes on, as it would with a person, and ends with the tests at the latest.
  for (const pid of descendantsOf(running.pid)) adopt(pid);
  if (victim !== "the provider") process.kill(-running.pid, "SIGKILL");
  if (victim !== "the engine") process.kill(-provider, "SIGKILL");
}

describe(`KILL_SEED=${seed}`, () => {
  it.each(
    kills,
  )("kill of $victim at $percent % of the calls, $when one is executed, $laterMs ms later", async (one) => {
    const { holds } = cloud.emulator.world;
    startAll();
    if (one.isNew) project = await newProject();
    const { firstOfProvider, firstPoll } = calls;
    const nth = firstOfProvider + Math.floor((one.percent / 100) * (firstPoll - firstOfProvider + 1));
    const begin = mark();
    cloud.emulator.addFault({ nth, then: { hold: "killed", when: one.when } });

    const running = project.start(up);
    const isReached = await Promise.race([holds.reached("killed").then(() => true), running.ended.then(() => false)]);
    expect(isReached, running.output()).toBe(true);
    await pause(one.laterMs);
    kill(running, one.victim);
    // The request is in the cloud's hands, and what it was to do is done after the death.
    holds.release("killed");
    const { code } = await running.ended;
    cloud.emulator.clearFaults();
    expect(code).not.toBe(0);

    if (one.victim !== "the provider") await project.must(["cancel", "--yes"]);
    await project.must(up);
    const writes = oneByOne(requestsSince(begin)).filter(isWrite);
    const stops = writes.filter(isEffective).map(({ action, params }) => `${action} ${params.InstanceId}`);
    expect([...stops].sort()).toEqual(ids.map((id) => `StopInstance ${id}`));
    const others = writes.filter(
      ({ action, params }) => action !== "StopInstance" || !ids.includes(params.InstanceId ?? ""),
    );
    expect(others).toEqual([]);
    expect(ids.filter((id) => cloud.status(id) !== "Stopped")).toEqual([]);
    expect(bystanders.map((id) => cloud.status(id))).toEqual(["Running", "Running", "Running"]);
    const recorded = project.members();
    expect(Object.keys(recorded)).toEqual(ids);
    expect(Object.values(recorded).filter(({ status }) => status !== "stopped")).toEqual([]);
    if (!one.isNew) await project.must(nothingLeft);
  });
});
