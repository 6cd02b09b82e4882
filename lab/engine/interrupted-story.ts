import { readFileSync } from "node:fs";
import { type Emulator, startEmulator } from "../../emulator/index";
import { adopt, descendantsOf, endTree, type Running } from "../../test/rig/child";
import type { Evidence, Operation, Violation } from "../evidence";
import type { Stage, Told } from "../explore/story";
import { knownLimitOf } from "../explore/known-limits";
import { converges } from "../judge/convergence";
import { judge } from "../judge/judge";
import { isByItself, isEffective } from "../judge/rows";
import { factsOf } from "../model/facts";
import { livingClock } from "../process/living-clock";
import { declarationOf, instanceId, type Scenario } from "../scenarios/scenario";
import { EngineRun } from "./engine-run";
import { type Interruption, isDeadly, type Moment } from "./interruption";
import { PulumiStack } from "./pulumi-stack";

export interface InterruptedStory {
  readonly stage: Stage;
  readonly scenario: Scenario;
  /** The same story in memory, with nothing in between. */
  readonly reference: Told;
  readonly interruption: Interruption;
  readonly moment: Moment;
}

export interface Outcome {
  readonly isReached: boolean;
  readonly violations: readonly Violation[];
  readonly limit: string | undefined;
}

const keys = [
  { accessKeyId: "first-key", accessKeySecret: "first-secret" },
  { accessKeyId: "second-key", accessKeySecret: "second-secret" },
] as const;
const secrets = keys.map(({ accessKeySecret }) => accessKeySecret);
const mostReruns = 2;
const settlingMs = 60_000;
const place = "interrupted";
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A stack, and the key by which the ledger knows it. */
interface OneStack {
  readonly stack: PulumiStack;
  readonly run: EngineRun;
  readonly key: string;
}

/** One story on the real engine: interrupted, run again until it is done, once more, then refreshed and destroyed. */
export async function tellInterrupted(story: InterruptedStory, root: string): Promise<Outcome> {
  const emulator = await startEmulator({ clock: "virtual", world: { credentials: [...keys] } });
  const left: number[] = [];
  const stacks: PulumiStack[] = [];
  try {
    const { world } = emulator;
    const { identities } = world;
    world.clock = livingClock(world.now());
    const begin = () => {
      world.restore(story.stage.beginning.world);
      // One for each stack, so that the ledger tells them apart.
      world.identities = identities;
    };
    const open = async ({ accessKeyId, accessKeySecret }: (typeof keys)[number]): Promise<OneStack> => {
      const stack = await PulumiStack.open(root, {
        ALIBABA_CLOUD_ENDPOINT_ECS: emulator.endpoint,
        ALICLOUD_ACCESS_KEY: accessKeyId,
        ALICLOUD_SECRET_KEY: accessKeySecret,
      });
      stacks.push(stack);
      const declarations = [declarationOf(story.scenario)];
      stack.declare(declarations, story.scenario.settings);
      await stack.record(story.stage.beginning.state);
      return { stack, run: new EngineRun(emulator, stack, declarations, story.scenario.settings), key: accessKeyId };
    };
    const first = await open(keys[0]);
    const second = story.interruption === "two at once" ? await open(keys[1]) : undefined;
    begin();
    return second === undefined
      ? await interrupted(story, emulator, first, left)
      : await twoAtOnce(story, emulator, first, second);
  } finally {
    for (const pid of left) endTree(pid);
    for (const stack of stacks) stack.remove();
    await emulator.stop();
  }
}

async function interrupted(
  story: InterruptedStory,
  emulator: Emulator,
  { stack, run }: OneStack,
  left: number[],
): Promise<Outcome> {
  const { interruption, moment } = story;
  const { world } = emulator;
  const sinceN = world.ledger.mark().lastN;
  let isReached = false;
  const faulted = await run.tell("up", async (running) => {
    isReached = await reached(emulator, moment, running);
    if (!isReached) return "let be";
    // What outlives the CLI goes on while it is run again, as it would for a person.
    const living = descendantsOf(running.pid);
    left.push(...living);
    for (const pid of living) adopt(pid);
    await interrupt(interruption, running, living);
    emulator.clearFaults();
    world.holds.release(place);
    return isDeadly(interruption) ? "killed" : "let be";
  });
  emulator.clearFaults();
  if (!isReached) return { isReached, violations: [], limit: undefined };
  if (isDeadly(interruption)) await stack.run(["cancel", "--yes"]);
  if (interruption.endsWith("the state is lost")) await stack.record([]);
  const reruns = await untilDone(run, faulted);
  const silent = await run.tell("up");
  const untilN = world.ledger.mark().lastN;
  world.clock.advance(settlingMs);
  const settled = factsOf(world);
  const refreshed = await run.tell("refresh");
  const destroyed = await run.tell("destroy");
  const operations = [faulted, ...reruns, silent];
  const ledger = emulator.ledger({ since: sinceN });
  const evidence: Evidence = { operations, ledger: ledger.filter(({ n }) => n <= untilN), secrets };
  const told: Told = { evidence, faulted, reruns, silent, settled, sent: [], reached: 1 };
  const violations = [
    ...judge({ operations: [...operations, refreshed, destroyed], ledger, secrets }),
    ...converges(told, story.reference, instanceId, { repeatsModify: false, repeatsSnapshots: false }),
    ...mustEndWell(refreshed),
    ...mustEndWell(destroyed),
  ];
  const limit = violations.length === 0 ? undefined : knownLimitOf(story.scenario, told, violations);
  return { isReached, violations: limit === undefined ? violations : [], limit };
}

/** A second stack with the same state begins while the first one stands in the middle of its own. */
async function twoAtOnce(
  { scenario, reference, moment }: InterruptedStory,
  emulator: Emulator,
  first: OneStack,
  second: OneStack,
): Promise<Outcome> {
  const { world } = emulator;
  const sinceN = world.ledger.mark().lastN;
  let other: Promise<Operation> | undefined;
  let isReached = false;
  const faulted = await first.run.tell("up", async (running) => {
    isReached = await reached(emulator, moment, running);
    if (!isReached) return "let be";
    other = second.run.tell("up");
    const isThere = () => emulator.ledger({ since: sinceN }).some(({ params }) => params["AccessKeyId"] === second.key);
    while (!isThere()) await pause(20);
    emulator.clearFaults();
    world.holds.release(place);
    return "let be";
  });
  emulator.clearFaults();
  if (other === undefined) return { isReached, violations: [], limit: undefined };
  const both = [
    { ...first, faulted },
    { ...second, faulted: await other },
  ];
  const told: Omit<Told, "settled">[] = [];
  for (const { run, key, faulted: begun } of both) {
    const reruns = await untilDone(run, begun);
    const silent = await run.tell("up");
    // Each stack is judged by what it has sent itself: the other one is somebody else to it.
    const ledger = emulator
      .ledger({ since: sinceN })
      .filter((row) => isByItself(row) || row.params["AccessKeyId"] === key);
    const evidence = { operations: [begun, ...reruns, silent], ledger, secrets };
    told.push({ evidence, faulted: begun, reruns, silent, sent: [], reached: 1 });
  }
  world.clock.advance(settlingMs);
  const settled = factsOf(world);
  const tolerance = { repeatsModify: true, repeatsSnapshots: true };
  const violations = told.flatMap((one) => [
    ...judge(one.evidence),
    // How often something was done can't be told of one alone.
    ...converges({ ...one, settled }, reference, instanceId, tolerance).filter(({ invariant }) => invariant !== "L5"),
  ]);
  const releases = emulator.ledger({ since: sinceN, action: "DeleteInstance" }).filter(isEffective);
  if (releases.length > 1) violations.push({ invariant: "S17", because: "released twice", rows: releases });
  const limits = told.map((one) => knownLimitOf(scenario, { ...one, settled }, violations));
  const limit = violations.length === 0 ? undefined : limits.find((one) => one !== undefined);
  return { isReached, violations: limit === undefined ? violations : [], limit };
}

async function untilDone(run: EngineRun, begun: Operation): Promise<readonly Operation[]> {
  const reruns: Operation[] = [];
  for (let last = begun; last.exit !== "ok" && reruns.length < mostReruns; reruns.push(last))
    last = await run.tell("up");
  return reruns;
}

/** Resolves when the run stands at its moment, or has ended without coming there. */
async function reached(emulator: Emulator, { action, nth, where }: Moment, running: Running): Promise<boolean> {
  const { holds } = emulator.world;
  const ended = running.ended.then(() => false);
  const stands = () => Promise.race([holds.reached(place).then(() => true), ended]);
  emulator.addFault({
    action,
    nth,
    then: { hold: place, when: where === "before it is executed" ? "before" : "after" },
  });
  if (!(await stands()) || where !== "during the wait after it") return holds.list().length > 0;
  // The next look is the first of the wait.
  emulator.addFault({ action: "Describe*", then: { hold: place, when: "after" } });
  holds.release(place);
  return await stands();
}

async function interrupt(interruption: Interruption, running: Running, living: readonly number[]): Promise<void> {
  switch (interruption) {
    case "Ctrl-C":
      running.interrupt();
      return await pause(200);
    case "Ctrl-C twice":
      running.interrupt();
      await pause(500);
      running.interrupt();
      return await pause(200);
    case "SIGTERM":
      running.signal("SIGTERM");
      return await pause(200);
    case "kill -9 of the plugin":
      for (const pid of living) if (isPlugin(pid)) kill(pid);
      return await pause(50);
    default:
      running.signal("SIGKILL");
      return await pause(50);
  }
}

/** The process that runs dynamic providers; the program's is another one. */
function isPlugin(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dynamic-provider");
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function mustEndWell({ kind, exit, printed }: Operation): readonly Violation[] {
  if (exit === "ok") return [];
  return [
    { invariant: "L1", because: `the ${kind} after it ended ${exit}: ${printed.slice(-15).join(" / ")}`, rows: [] },
  ];
}
