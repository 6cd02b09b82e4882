import type { InstanceFields, LedgerEntry } from "../../emulator/index";
import type { Declaration, Evidence, Operation, Properties, StateResource } from "../evidence";
import { type Fault, labelOf } from "../model/fault";
import { faultsAt } from "../model/faults-to-try";
import { FleetEngine } from "../model/fleet-engine";
import { MemoryCloud } from "../model/memory-cloud";
import { MiniEngine } from "../model/mini-engine";
import { perMinute } from "../model/per-minute";
import type { VirtualTime } from "../model/virtual-time";
import { readRecord } from "../../provider/methods/fleet-record";
import { bystanderId, ordinaryTimings, startsAt } from "../scenarios/scenario";
import { argsOf, fieldsOf, minutesAfter } from "./in-words";
import type { Hand, Mishap, Sequence, Step, Wish } from "./sequence";

/** How a sequence went: all operations, the last of which come after everything that went wrong is over. */
export interface ToldSequence {
  readonly evidence: Evidence;
  /** At most three, until nothing is left to do. */
  readonly ending: readonly Operation[];
  /** One more, which must be silent. */
  readonly silent: Operation;
}

const minuteMs = 60_000;
const mostReruns = 2;

/** Tells a sequence from its beginning, always in the same way. The clock must be installed. */
export async function tellSequence(sequence: Sequence, time: VirtualTime): Promise<ToldSequence> {
  const telling = new Telling(sequence, time);
  for (const step of sequence.steps) await telling.take(step);
  return await telling.end();
}

class Telling {
  private readonly cloud: MemoryCloud;
  private readonly program = new Map<string, Declaration>();
  private readonly operations: Operation[] = [];
  private readonly rows: LedgerEntry[] = [];
  private state: readonly StateResource[] = [];
  private trouble: { readonly fault: string; readonly share: number } | undefined;
  private count = 0;
  private lagMs = 0;

  constructor(
    private readonly sequence: Sequence,
    private readonly time: VirtualTime,
  ) {
    time.reset(Date.parse(startsAt), 1);
    const machines = sequence.machines.map((kind, index) => ({ ...this.base(index), ...fieldsOf(kind) }));
    this.cloud = new MemoryCloud(
      { instances: [{ InstanceId: bystanderId }, ...machines], timings: ordinaryTimings },
      time,
    );
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "declare":
        return this.declare(this.indexOf(step.machine), step.wish);
      case "declareAll":
        for (const index of this.sequence.machines.keys()) this.declare(index, step.wish);
        return;
      case "join":
        return this.join(this.indexOf(step.machine), this.idOf(step.other));
      case "takeOut":
        this.program.delete(this.idOf(step.machine));
        return;
      case "rename": {
        const found = this.program.get(this.idOf(step.machine));
        this.count += 1;
        if (found !== undefined)
          this.program.set(this.idOf(step.machine), { ...found, name: `${found.name}-${this.count}` });
        return;
      }
      case "lose":
        this.state = this.state.filter((resource) => !holds(resource, this.idOf(step.machine)));
        return;
      case "preview":
        return await this.operate((engine) => engine.preview(this.declarations));
      case "refresh":
        return await this.operate((engine) => engine.refresh());
      case "destroy":
        return await this.operate((engine) => engine.destroy());
      case "up":
        return await this.operate((engine) => engine.up(this.declarations), step.mishap);
      case "trouble":
        this.trouble = step;
        return;
      case "throttle":
        this.cloud.world.putThrottle(perMinute(step.perMinute));
        return;
      case "lag":
        this.lagMs = step.seconds * 1_000;
        this.cloud.world.putLag({ minMs: 0, maxMs: this.lagMs });
        return await this.untilSeen();
      case "calm":
        return this.calm();
      case "pass":
        return await this.time.run(this.time.sleep(step.seconds * 1_000));
      case "hand": {
        const id = this.idOf(step.machine);
        if (step.afterSeconds > 0 && this.lagMs === 0) {
          setTimeout(() => this.lendHand(id, step.act), step.afterSeconds * 1_000);
          return;
        }
        this.lendHand(id, step.act);
        return await this.untilSeen();
      }
      case "skew":
        this.time.skewMs = step.minutes * minuteMs;
        return;
    }
  }

  /** Nobody interferes any more and nothing fails; what is declared may be done. */
  async end(): Promise<ToldSequence> {
    this.calm();
    this.time.skewMs = 0;
    // Whoever was about to do something by hand has done it.
    await this.time.run(this.time.sleep(minuteMs));
    const from = this.operations.length;
    for (let run = 0; run <= mostReruns; run += 1) {
      await this.finalUp();
      if (this.operations.at(-1)?.exit === "ok") break;
      await this.time.run(this.time.sleep(minuteMs));
    }
    const ending = this.operations.slice(from);
    await this.finalUp();
    const silent = this.operations.at(-1) as Operation;
    const evidence = { operations: this.operations, ledger: this.rows, secrets: ["emulator-secret", "emulator-key"] };
    return { evidence, ending, silent };
  }

  private finalUp(): Promise<void> {
    const most = { "lifecycle:maxReleases": "100", "lifecycle:maxStops": "100", "lifecycle:maxReleaseTimes": "100" };
    return this.operate((engine) => engine.up(this.declarations), undefined, most, true);
  }

  private async operate(
    act: (engine: MiniEngine) => Promise<Operation>,
    mishap?: Mishap,
    settings: Readonly<Record<string, string>> = { "lifecycle:maxReleases": String(this.sequence.maxReleases) },
    continueOnError = this.sequence.continueOnError,
  ): Promise<void> {
    const { cloud, time, sequence } = this;
    const options = { parallel: sequence.parallel, continueOnError };
    const engine =
      sequence.asFleets === true
        ? new FleetEngine(cloud, time, { ...settings, "lifecycle:showAll": "true" }, options, true)
        : new MiniEngine(cloud, time, settings, undefined, options);
    engine.state = this.state;
    cloud.begin((call) => this.faultAt(call, mishap));
    const operation = await act(engine);
    this.state = engine.state;
    this.operations.push(operation);
    this.rows.push(...cloud.world.ledger.entries({ since: this.rows.at(-1)?.n ?? 0 }));
  }

  private faultAt(call: number, mishap: Mishap | undefined): Fault | undefined {
    const action = this.cloud.sent[call]?.action ?? "";
    const named = (label: string) => faultsAt(action).find((fault) => labelOf(fault) === label);
    if (mishap?.call === call) return named(mishap.fault);
    const { trouble } = this;
    return trouble !== undefined && Math.random() < trouble.share ? named(trouble.fault) : undefined;
  }

  private calm(): void {
    this.trouble = undefined;
    this.cloud.world.putThrottle([]);
    this.lagMs = 0;
    this.cloud.world.putLag(0);
  }

  /** What others did a moment ago nobody can know while looks are old; what the provider did itself it can. */
  private async untilSeen(): Promise<void> {
    if (this.lagMs > 0) await this.time.run(this.time.sleep(this.lagMs));
  }

  private get declarations(): readonly Declaration[] {
    return [...this.program.values()];
  }

  private declare(index: number, wish: Wish): void {
    const { InstanceId: instanceId, InstanceName } = this.base(index);
    this.write(index, argsOf(wish, instanceId, InstanceName, this.time.worldMs));
  }

  private join(index: number, other: string): void {
    const found = this.program.get(other);
    if (found !== undefined) this.write(index, { ...found.args, instanceId: this.base(index).InstanceId });
  }

  private write(index: number, args: Properties): void {
    const { InstanceId } = this.base(index);
    const name = this.program.get(InstanceId)?.name ?? `machine-${index}`;
    this.program.set(InstanceId, { name, args });
  }

  /** Members of a fleet can only be expected to have the same name. */
  private base(index: number): { readonly InstanceId: string; readonly InstanceName: string } {
    const InstanceName = this.sequence.asFleets === true ? "worker" : `worker-${index}`;
    return { InstanceId: `i-bp1random${String(index).padStart(9, "0")}`, InstanceName };
  }

  private indexOf(machine: number): number {
    return machine % this.sequence.machines.length;
  }

  private idOf(machine: number): string {
    return this.base(this.indexOf(machine)).InstanceId;
  }

  private lendHand(id: string, hand: Hand): void {
    const { world } = this.cloud;
    world.settle();
    const held = world.find(id);
    if (held === undefined || held.released) return;
    const put = (fields: Omit<InstanceFields, "InstanceId">) => world.putInstance({ ...fields, InstanceId: id });
    const { instance } = held;
    switch (hand) {
      case "start":
        if (instance.Status === "Stopped") put({ Status: "Starting" });
        return;
      case "stop":
        if (instance.Status === "Running") put({ Status: "Stopping" });
        return;
      case "delete":
        world.releaseInstance(id);
        return;
      case "protect":
      case "unprotect":
        if (instance.InstanceChargeType === "PostPaid" && instance.SpotStrategy === "NoSpot")
          put({ DeletionProtection: hand === "protect" });
        return;
      case "time":
        if (instance.InstanceChargeType === "PostPaid") put({ AutoReleaseTime: minutesAfter(world.now(), 45) });
        return;
      case "cancel":
        put({ AutoReleaseTime: "" });
        return;
      case "reclaim":
        if (instance.SpotStrategy !== "NoSpot") put({ reclaimAt: minutesAfter(world.now(), 1) });
        return;
      case "lock":
        put({ OperationLocks: ["security"] });
        return;
      case "unlock":
        put({ OperationLocks: [] });
        return;
      case "tag":
        put({ Tags: { owner: "somebody" } });
        return;
      case "name":
        put({ InstanceName: "renamed" });
        return;
      case "replace":
        this.count += 1;
        put({ SerialNumber: `another-${this.count}`, CreationTime: minutesAfter(world.now(), -1) });
        return;
    }
  }
}

/** Whether it is the resource of a machine, or of a fleet that has it. */
function holds({ id, outputs }: StateResource, instanceId: string): boolean {
  return id === instanceId || readRecord(outputs)?.members.get(instanceId) !== undefined;
}
