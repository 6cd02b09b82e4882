import type { Violation } from "../evidence";
import { toleranceOf } from "../explore/explore";
import { knownLimitOf } from "../explore/known-limits";
import { Stage, type Told } from "../explore/story";
import { converges } from "../judge/convergence";
import { judgeWhole } from "../judge/whole";
import { labelOf } from "../model/fault";
import { instanceId, type Scenario } from "../scenarios/scenario";
import { differencesBetween } from "./compare";
import type { WireCloud } from "./wire-cloud";
import type { WireTime } from "./wire-time";
import { type WireTuple, tuplesOf } from "./wire-tuple";

/** A story on the wire, beside the same one in memory. */
export interface ToldTwice {
  readonly wire: Told;
  /** Undefined: it can't be told there. */
  readonly memory: Told | undefined;
  /** What is wrong with it. */
  readonly violations: readonly Violation[];
  /** Undefined: it did not end in one. */
  readonly limit: string | undefined;
  readonly isReached: boolean;
  /** Every signature and nonce that was sent. */
  readonly secrets: readonly string[];
}

/** A scenario from which stories are told on the wire and in memory, from the very same beginning. */
export class TwinStage {
  private constructor(
    readonly scenario: Scenario,
    private readonly memory: Stage,
    private readonly wire: Stage,
    private readonly cloud: WireCloud,
    private readonly reference: Told,
  ) {}

  static async open(scenario: Scenario, time: WireTime, cloud: WireCloud): Promise<TwinStage> {
    const memory = await Stage.open(scenario, time);
    return new TwinStage(scenario, memory, memory.elsewhere(cloud), cloud, await memory.tell());
  }

  /** All that can go wrong with it. */
  tuples(): readonly WireTuple[] {
    return tuplesOf(this.reference);
  }

  /** Nothing goes wrong: then even every call is the same. */
  async tellClean(): Promise<ToldTwice> {
    const wire = await this.wire.tell();
    const { reference } = this;
    const [calls, inMemory] = [callsOf(wire), callsOf(reference)];
    const traces = calls === inMemory ? [] : [unlike(`the calls: ${calls}; in memory: ${inMemory}`)];
    const { secrets, wrong } = this.judged(wire);
    const violations = [...wrong, ...differencesBetween(wire, reference).map(unlike), ...traces];
    return { wire, memory: reference, violations, limit: undefined, isReached: true, secrets };
  }

  async tell({ faults, plan, inMemory, skewMs }: WireTuple): Promise<ToldTwice> {
    // An old look may show what is wished for; only the next run can know better.
    const leastReruns = faults.some((fault) => labelOf(fault).startsWith("stale")) ? 1 : 0;
    const options = { skewMs, leastReruns };
    const memory = inMemory === undefined ? undefined : await this.memory.tellAsPlanned(inMemory, options);
    const wire = await this.wire.tellAsPlanned(plan, options);
    const { secrets, wrong: unsafe } = this.judged(wire);
    const wrong = [...unsafe, ...converges(wire, this.reference, instanceId, toleranceOf(faults))];
    const limit = wrong.length === 0 ? undefined : knownLimitOf(this.scenario, wire, wrong);
    const differences = memory === undefined ? [] : differencesBetween(wire, memory).map(unlike);
    return {
      wire,
      memory,
      violations: [...(limit === undefined ? wrong : []), ...differences],
      limit,
      isReached: wire.reached >= faults.length,
      secrets,
    };
  }

  /** With what was really signed among the secrets. */
  private judged({ evidence }: Told) {
    const secrets = [...this.cloud.wire.secrets];
    this.cloud.wire.secrets.clear();
    return { secrets, wrong: judgeWhole({ ...evidence, secrets: [...evidence.secrets, ...secrets] }) };
  }
}

function unlike(because: string): Violation {
  return { invariant: "as in memory", because, rows: [] };
}

function callsOf({ sent }: Told): string {
  return sent.map((run) => run.map(({ action }) => action).join(", ")).join(" / ");
}
