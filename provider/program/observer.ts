import type { Desired } from "../core/model";
import { normalize } from "../core/normalize";
import type { Settings } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import { digestsOf } from "../judged-arguments";
import { onlyOf } from "../only";
import type { RunInfo } from "../run-info";
import type { Declared } from "./judge";
import { judge } from "./judge";
import type { RegionLook, Wanted, Watch } from "./look";
import { lookAt } from "./look";
import { DeclaredMachines } from "./declared-machines";
import type { Timed } from "./schedules";
import { Schedules } from "./schedules";

/** One resource of the program, with the values of its arguments. */
export interface Declaration {
  readonly name: string;
  readonly urn: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Names of the `alicloud.ecs.Instance` resources in this program that its id comes from. */
  readonly instancesBehind: readonly string[];
  /** Arguments that `ignoreChanges` names. */
  readonly ignored?: readonly string[];
}

interface Reading {
  readonly declaration: Declaration;
  readonly timed: Timed;
  /** What is wrong with the arguments. The check finds the same, unless something changes them on the way. */
  readonly failures: readonly string[];
  /** Undefined while something is wrong. */
  readonly wanted: (Wanted & { readonly regionId: string }) | undefined;
}

const nothingHeld = { refused: [], held: [], heldIfNew: [], together: [], togetherIfNew: [] };
const disagreeing = "one call lists it and another one does not; run again";

/**
 * Observes what is declared in as few calls as possible, and counts the limits over all of it before any of it is
 * registered. One for each run of a program and each account; it knows nothing of Pulumi and never rejects.
 */
export class Observer {
  private readonly judged: Declared[] = [];
  private turn = Promise.resolve();
  private readonly only: ReadonlySet<string> | undefined;

  constructor(
    private readonly connect: Connect,
    private readonly settings: Settings,
    private readonly defaultRegionId: string | undefined,
    private readonly watch: Watch,
    private readonly schedules = new Schedules(),
    /** What other providers' observers of the same program declare. */
    private readonly machines = new DeclaredMachines(),
  ) {
    this.only = onlyOf(settings);
  }

  /** A machine that is about to be observed; told at once, so that no other provider's judgement misses it. */
  announce({ name, args }: Pick<Declaration, "name" | "args">): void {
    this.machines.add(this, name, args, this.defaultRegionId);
  }

  /** One of which nothing will be done, because its declaration can't be: what it leaves must not take it for taken out. */
  announceUnreadable({ name, args }: Pick<Declaration, "name" | "args">): void {
    this.machines.add(this, name, args, this.defaultRegionId, false);
  }

  /** Looks go on side by side, judgements one after another: a later layer must not overtake what it has to be counted with. */
  observe(
    batch: readonly Declaration[],
  ): Promise<{ readonly infos: readonly RunInfo[]; readonly declared: readonly Declared[] }> {
    const mine = this.observeAfter(batch, this.turn);
    this.turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  private async observeAfter(batch: readonly Declaration[], earlier: Promise<void>) {
    const readings = batch.map((declaration) => this.read(declaration));
    const looks = await this.lookByRegion(readings.flatMap(({ wanted }) => (wanted === undefined ? [] : [wanted])));
    const found = readings.map(({ declaration, wanted }): Declared | undefined => {
      if (wanted === undefined) return undefined;
      const look = looks.get(wanted.regionId);
      const atMs = look?.atMs ?? this.watch.nowMs();
      const { name, instancesBehind, ignored = [] } = declaration;
      const desired = wanted.desiredAt(atMs);
      return {
        name,
        desired,
        observed: look?.observed.get(wanted.instanceId),
        atMs,
        accountId: look?.accountId,
        instancesBehind,
        ignored,
        elsewhere: this.machines.elsewhere(this, desired),
      };
    });
    const declared = found.filter((one) => one !== undefined);
    await earlier;
    const { verdicts, limits } = judge(declared, this.judged, this.settings);
    this.judged.push(...declared);
    const verdictOf = new Map(declared.map((one, index) => [one, verdicts[index]]));
    const infos = readings.map(({ declaration, timed, failures }, index): RunInfo => {
      const one = found[index];
      const base = { urn: declaration.urn, dryRun: this.watch.dryRun };
      if (one === undefined) return { ...base, refused: failures, held: [], heldIfNew: [] };
      const { regionId, instanceId } = one.desired;
      const { refused = [] } = looks.get(regionId) ?? {};
      const verdict = verdictOf.get(one) ?? nothingHeld;
      // Without a verdict where there was a look, its two calls disagree.
      const failed = looks.get(regionId)?.failed ?? (one.observed === undefined ? disagreeing : undefined);
      const scheduled = timed.scheduledAt?.(one.atMs);
      for (const text of timed.warningsAt(one.atMs, instanceId)) this.watch.say("warning", text);
      return {
        ...base,
        regionId,
        instanceId,
        judged: digestsOf({ ...declaration.args, ...(scheduled === undefined ? {} : { state: scheduled.state }) }),
        ...(declaration.ignored === undefined ? {} : { ignored: declaration.ignored }),
        ...verdict,
        refused: [...refused, ...verdict.refused],
        ...limits,
        ...(scheduled === undefined ? {} : { scheduled }),
        ...(failed === undefined ? {} : { unverified: failed }),
        ...(one.observed === undefined ? {} : { seen: one.observed, atMs: one.atMs }),
      };
    });
    return { infos, declared };
  }

  /** What is declared, up to the time: that is known only when somebody has looked. */
  private read(declaration: Declaration): Reading {
    const timed = this.schedules.read(declaration.args);
    const { desired, failures: wrong } = normalize(declaration.args, this.defaultRegionId);
    const failures = [...wrong, ...timed.failures];
    if (desired === undefined || failures.length > 0) return { declaration, timed, failures, wanted: undefined };
    // Nothing is done for it in this run, so nobody looks at it, and no limit counts it.
    if (this.only?.has(desired.instanceId) === false) return { declaration, timed, failures, wanted: undefined };
    const { scheduledAt } = timed;
    const desiredAt = (atMs: number): Desired =>
      scheduledAt === undefined ? desired : { ...desired, state: scheduledAt(atMs).state };
    const { instanceId, regionId } = desired;
    return { declaration, timed, failures, wanted: { instanceId, regionId, desiredAt } };
  }

  private async lookByRegion(
    wanted: readonly (Wanted & { readonly regionId: string })[],
  ): Promise<ReadonlyMap<string, RegionLook>> {
    const regions = new Map<string, Wanted[]>();
    for (const one of wanted) {
      const others = regions.get(one.regionId);
      if (others === undefined) regions.set(one.regionId, [one]);
      else others.push(one);
    }
    const looks = [...regions].map(
      async ([regionId, ones]) => [regionId, await lookAt(this.connect, regionId, ones, this.watch)] as const,
    );
    const found = new Map(await Promise.all(looks));
    for (const { failed, refused } of found.values()) {
      if (failed !== undefined && refused.length === 0) this.watch.say("warning", `plan not verified: ${failed}`);
    }
    return found;
  }
}
