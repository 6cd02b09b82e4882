import type { Timings, World, WorldFile, WorldSnapshot } from "../../emulator/index";
import type { Evidence, Operation, StateResource, World as WorldFacts } from "../evidence";
import type { Fault } from "../model/fault";
import type { Cloud, Sent } from "../model/cloud";
import { MemoryCloud } from "../model/memory-cloud";
import { MiniEngine } from "../model/mini-engine";
import type { VirtualTime } from "../model/virtual-time";
import { bystanderId, declarationOf, ordinaryTimings, type Scenario, startsAt } from "../scenarios/scenario";

/** How a story went: the run in which something went wrong, at most two more until it is as it was to be, and one that must be silent. */
export interface Told {
  readonly evidence: Evidence;
  readonly faulted: Operation;
  readonly reruns: readonly Operation[];
  readonly silent: Operation;
  /** The world a while after, when nothing is in between any more. */
  readonly settled: WorldFacts;
  /** The calls of the first run, then of each rerun. */
  readonly sent: readonly (readonly Sent[])[];
  /** How many faults were reached. */
  readonly reached: number;
}

/** What goes wrong at a call, both counted from 0; run 0 is the first. */
export type FaultPlan = (run: number, call: number) => Fault | undefined;

export interface Telling {
  readonly skewMs?: number;
  readonly leastReruns?: number;
}

export interface Beginning {
  /** How long changes take. */
  readonly timings?: Partial<Timings>;
  readonly beginsAtMs?: number;
}

export type MakeLifecycle = ConstructorParameters<typeof MiniEngine>[3];

const secrets = ["emulator-secret", "emulator-key"];
const mostReruns = 2;
const settlingMs = 60_000;

/** A scenario with its prior run done, from which any number of stories can be told. */
export class Stage {
  private constructor(
    readonly scenario: Scenario,
    private readonly time: VirtualTime,
    private readonly cloud: Cloud,
    private readonly makeLifecycle: MakeLifecycle,
    private readonly start: WorldSnapshot,
    private readonly state: readonly StateResource[],
  ) {}

  /** Plays what was before the story. The clock must be installed. */
  static async open(
    scenario: Scenario,
    time: VirtualTime,
    makeLifecycle?: MakeLifecycle,
    { timings = ordinaryTimings, beginsAtMs = Date.parse(startsAt) }: Beginning = {},
  ): Promise<Stage> {
    time.reset(beginsAtMs, 1);
    const cloud = new MemoryCloud(worldOf(scenario, timings), time);
    const engine = new MiniEngine(cloud, time, scenario.settings, makeLifecycle);
    await playPrior(scenario, cloud, engine);
    return new Stage(scenario, time, cloud, makeLifecycle, cloud.world.snapshot(), engine.state);
  }

  /** The same beginning, with what follows told in another cloud; there time may pass otherwise, and the methods be elsewhere too. */
  elsewhere(cloud: Cloud, time: VirtualTime = this.time, makeLifecycle: MakeLifecycle = this.makeLifecycle): Stage {
    return new Stage(this.scenario, time, cloud, makeLifecycle, this.start, this.state);
  }

  /** Puts the world back to where the story begins, and answers the engine as it stands there. */
  begin(skewMs = 0): MiniEngine {
    const { time, cloud, scenario, start } = this;
    time.reset(start.nowMs, 7);
    time.skewMs = skewMs;
    cloud.restore(start);
    const engine = new MiniEngine(cloud, time, scenario.settings, this.makeLifecycle);
    engine.state = this.state;
    return engine;
  }

  get world(): World {
    return this.cloud.world;
  }

  /** Where the story begins: what is there, and what is recorded. */
  get beginning(): { readonly world: WorldSnapshot; readonly state: readonly StateResource[] } {
    return { world: this.start, state: this.state };
  }

  /**
   * @param faults What goes wrong in the first run, by the index of the call.
   * @param options By how much the local clock is ahead, and how many more runs there are although the first ended well.
   */
  tell(faults: ReadonlyMap<number, Fault> = new Map(), options: Telling = {}): Promise<Told> {
    return this.tellAsPlanned((run, call) => (run === 0 ? faults.get(call) : undefined), options);
  }

  /** The same, with something that may go wrong at any call of any run. */
  async tellAsPlanned(plan: FaultPlan, { skewMs = 0, leastReruns = 0 }: Telling = {}): Promise<Told> {
    const { cloud, scenario } = this;
    const engine = this.begin(skewMs);
    const program = [declarationOf(scenario)];
    cloud.begin((call) => plan(0, call));
    const faulted = await engine.up(program);
    const sent = [[...cloud.sent]];
    let reached = cloud.reached;
    const reruns: Operation[] = [];
    let last = faulted;
    while ((last.exit !== "ok" || reruns.length < leastReruns) && reruns.length < mostReruns) {
      cloud.begin((call) => plan(sent.length, call));
      last = await engine.up(program);
      reruns.push(last);
      sent.push([...cloud.sent]);
      reached += cloud.reached;
    }
    cloud.begin(() => undefined);
    const silent = await engine.up(program);
    const operations = [faulted, ...reruns, silent];
    const ledger = cloud.world.ledger.entries({ since: this.start.ledger.lastN });
    cloud.world.advance(settlingMs);
    const settled = cloud.facts();
    return { evidence: { operations, ledger, secrets }, faulted, reruns, silent, settled, sent, reached };
  }
}

function worldOf({ before }: Scenario, timings: Partial<Timings>): WorldFile {
  return { instances: [{ InstanceId: bystanderId, InstanceName: "bystander" }, before], timings };
}

async function playPrior(scenario: Scenario, cloud: Cloud, engine: MiniEngine): Promise<void> {
  const { prior, remote, before } = scenario;
  const { world } = cloud;
  if (prior.kind === "applied") await mustEnd(engine, prior.args, "ok");
  if (prior.kind === "half") {
    // The first write is accepted and never shows in time, so what is recorded is what was reached.
    world.addFault({ action: "Describe*", nth: 3, times: "always", then: { code: "ServiceUnavailable" } });
    await engine.up([{ name: "machine", args: prior.args }]);
    world.clearFaults();
  }
  if (remote === undefined) world.releaseInstance(before.InstanceId);
  world.advance(60_000);
  if (remote !== undefined) world.putInstance(remote);
  world.settle();
}

async function mustEnd(engine: MiniEngine, args: Readonly<Record<string, unknown>>, exit: Operation["exit"]) {
  const operation = await engine.up([{ name: "machine", args }]);
  if (operation.exit !== exit) {
    throw new Error(
      `the prior run of ${JSON.stringify(args)} ended ${operation.exit}: ${operation.printed.join("\n")}`,
    );
  }
}
