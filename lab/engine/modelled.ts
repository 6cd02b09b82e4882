import type { Timings, WorldFile } from "../../emulator/index";
import type { Method, Operation, StateResource } from "../evidence";
import { Stage } from "../explore/story";
import type { VirtualTime } from "../model/virtual-time";
import { bystanderId, declarationOf } from "../scenarios/scenario";
import type { Plan } from "./plan";
import { recordedOf, type Told, writesOf } from "./told";

/** The commands that are compared, in this order. */
export const commands = ["up", "up again", "refresh", "destroy"] as const;
export type Command = (typeof commands)[number];

/** A plan as the mini-engine has it: where it begins, and what each command does. */
export interface Modelled {
  readonly plan: Plan;
  readonly world: Pick<Required<WorldFile>, "instances" | "disks" | "snapshots" | "timings">;
  readonly atMs: number;
  readonly state: readonly StateResource[];
  readonly disks: readonly string[];
  readonly told: Readonly<Record<Command, Told>>;
  /** Where the first run ended. */
  readonly endedIn: Method | undefined;
}

/** Counted in looks: so a change comes as early in a run that takes seconds as in one that takes none. */
const timings: Partial<Timings> = {
  pendingMs: { describes: 1 },
  startMs: { describes: 2 },
  stopMs: { describes: 2 },
  forceStopMs: { describes: 1 },
  releaseMs: 2_000,
  snapshotMs: 2_000,
};

/** Whatever was under way has come to its end by the next command. */
const betweenMs = 60_000;

/** What ECS answers to a call that the plan has refused. */
export const refusal = { code: "Forbidden.RAM" } as const;

/** Plays a plan in memory. The clock must be installed. */
export async function modelled(plan: Plan, time: VirtualTime): Promise<Modelled> {
  const stage = await Stage.open(plan.scenario, time, undefined, { beginsAtMs: plan.beginsAtMs, timings });
  const engine = stage.begin();
  const { world } = stage;
  const file = world.toFile();
  const atMs = world.now();
  const disks = file.disks.filter(({ InstanceId }) => InstanceId === plan.id).flatMap(({ DiskId }) => DiskId ?? []);
  const beginning = {
    instances: file.instances,
    disks: file.disks.filter(({ InstanceId }) => InstanceId !== bystanderId),
    snapshots: file.snapshots,
    state: engine.state.map((resource) => ({ ...resource, name: plan.name })),
    ownDisks: disks,
  };
  const told = (operation: Operation): Told => ({
    exit: operation.exit === "ok" ? "ok" : "failed",
    writes: writesOf(world.ledger.entries({ since: operation.afterN }), plan, disks),
    recorded: recordedOf(
      operation.stateAfter.find(({ id }) => id === plan.id),
      plan,
    ),
  });
  const program = [declarationOf(plan.scenario)];
  if (plan.refused !== undefined) world.addFault({ action: plan.refused, times: "always", then: refusal });
  const first = await engine.up(program);
  const up = told(first);
  world.clearFaults();
  world.advance(betweenMs);
  const again = told(await engine.up(program));
  world.advance(betweenMs);
  const refresh = told(await engine.refresh());
  const destroy = told(await engine.destroy());
  const { state, ownDisks, ...parts } = withOwnIds(beginning, plan);
  return {
    plan,
    world: { ...parts, timings: file.timings },
    atMs,
    state,
    disks: ownDisks,
    told: { up, "up again": again, refresh, destroy },
    endedIn: first.spans?.at(-1)?.method,
  };
}

/** Chance gives the disks of every plan the same ids; in one world each needs its own. */
function withOwnIds<T extends Pick<Modelled["world"], "disks" | "snapshots">>(beginning: T, { id }: Plan): T {
  const drawn = [
    ...beginning.disks.flatMap(({ DiskId }) => DiskId ?? []),
    ...beginning.snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []),
  ];
  let text = JSON.stringify(beginning);
  for (const one of drawn) text = text.replaceAll(one, `${one.slice(0, -6)}${id.slice(-6)}`);
  return JSON.parse(text) as T;
}
