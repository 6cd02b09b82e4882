import type { LedgerEntry, ThrottleRule, WorldFile } from "../../emulator/index";
import type { Declaration, Evidence, Operation, Properties, Violation } from "../evidence";
import { judge } from "../judge/judge";
import { oneByOne } from "../judge/one-by-one";
import { isWrite } from "../judge/rows";
import { FleetEngine } from "../model/fleet-engine";
import { MemoryCloud } from "../model/memory-cloud";
import { MiniEngine } from "../model/mini-engine";
import type { VirtualTime } from "../model/virtual-time";
import { startsAt } from "../scenarios/scenario";

/** What a load has shown: the promises that were broken, and figures by what they count. */
export interface Measured {
  readonly violations: readonly Violation[];
  readonly figures: Readonly<Record<string, number>>;
}

export interface FleetOptions {
  readonly size: number;
  readonly parallel: number;
  /** As one resource, instead of one for each machine. */
  readonly asOne?: boolean;
  readonly timings?: WorldFile["timings"];
  readonly throttle?: readonly ThrottleRule[];
  readonly makeLifecycle?: ConstructorParameters<typeof MiniEngine>[3];
}

/** Many running machines in one account and region, and the engine that has them in its program. */
export class Fleet {
  readonly cloud: MemoryCloud;
  readonly engine: MiniEngine;
  readonly ids: readonly string[];
  private readonly operations: Operation[] = [];
  private readonly rows: LedgerEntry[] = [];

  /** The clock must be installed. */
  constructor(
    readonly time: VirtualTime,
    { size, parallel, asOne = false, timings, throttle, makeLifecycle }: FleetOptions,
  ) {
    time.reset(Date.parse(startsAt), 1);
    this.ids = Array.from({ length: size }, (_, index) => `i-bp1fleet${String(index).padStart(10, "0")}`);
    const file: WorldFile = {
      instances: this.ids.map((InstanceId) => ({ InstanceId })),
      timings: { startMs: 8_000, stopMs: 8_000, releaseMs: 4_000, ...timings },
      ...(throttle === undefined ? {} : { throttle: [...throttle] }),
    };
    this.cloud = new MemoryCloud(file, time);
    const most = String(size);
    const settings = { "lifecycle:maxStops": most, "lifecycle:maxReleaseTimes": most, "lifecycle:maxReleases": most };
    this.engine = asOne
      ? new FleetEngine(this.cloud, time, settings)
      : new MiniEngine(this.cloud, time, settings, makeLifecycle, { parallel, continueOnError: false });
  }

  program(args: Properties): readonly Declaration[] {
    return this.ids.map((instanceId) => ({ name: instanceId, args: { instanceId, ...args } }));
  }

  async up(args: Properties): Promise<Operation> {
    const operation = await this.engine.up(this.program(args));
    this.operations.push(operation);
    this.rows.push(...this.rowsSince(operation.afterN));
    return operation;
  }

  rowsSince(n: number): readonly LedgerEntry[] {
    return this.cloud.world.ledger.entries({ since: n });
  }

  /** What is promised of every run, under load as well. */
  judged(): readonly Violation[] {
    const evidence: Evidence = { operations: this.operations, ledger: this.rows, secrets: ["emulator-secret"] };
    return judge(evidence);
  }
}

/** An `up` that was to end well and did not. */
export function mustEndWell({ exit, printed }: Operation): readonly Violation[] {
  if (exit === "ok") return [];
  const errors = printed.filter((line) => line.startsWith("error"));
  return [{ invariant: "L8", because: `it ended ${exit}: ${errors.slice(0, 3).join(" / ")}`, rows: [] }];
}

/** Each machine needed one write of this kind: no fewer took effect, and no more. */
export function exactlyOnce(
  action: string,
  ids: readonly string[],
  rows: readonly LedgerEntry[],
): readonly Violation[] {
  const effects = new Map<string, LedgerEntry[]>();
  for (const row of oneByOne(rows)) {
    if (row.action !== action || !isWrite(row) || row.effect === "none") continue;
    const id = row.params["InstanceId"] ?? "";
    effects.set(id, [...(effects.get(id) ?? []), row]);
  }
  return ids.flatMap((id): readonly Violation[] => {
    const had = effects.get(id) ?? [];
    if (had.length === 1) return [];
    return [{ invariant: "L5", because: `${action} ${id} took effect ${had.length} times`, rows: had }];
  });
}

/** Requests that were sent, for each that was not turned away for the call limit. */
export function requestsPerUseful(rows: readonly LedgerEntry[]): number {
  const requests = requestsOf(rows);
  const useful = requests.filter(({ code }) => code === null || !code.startsWith("Throttling"));
  return requests.length / Math.max(1, useful.length);
}

export function requestsOf(rows: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return rows.filter(({ action }) => !action.startsWith("control:") && !action.startsWith("timer:"));
}
