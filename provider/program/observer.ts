import type { Desired } from "../core/model";
import { normalize } from "../core/normalize";
import type { Settings } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import type { RunInfo } from "../run-info";
import type { Declared } from "./judge";
import { judge } from "./judge";
import type { RegionLook, Watch } from "./look";
import { lookAt } from "./look";

/** One resource of the program, with the values of its arguments. */
export interface Declaration {
  readonly name: string;
  readonly urn: string;
  readonly args: unknown;
  /** Names of the `alicloud.ecs.Instance` resources in this program that its id comes from. */
  readonly instancesBehind: readonly string[];
}

/**
 * Observes what is declared in as few calls as possible, and counts the limits over all of it before any of it is
 * registered. One for each run of a program and each account; it knows nothing of Pulumi and never rejects.
 */
export class Observer {
  private readonly judged: Declared[] = [];
  private turn = Promise.resolve();

  constructor(
    private readonly connect: Connect,
    private readonly settings: Settings,
    private readonly defaultRegionId: string | undefined,
    private readonly watch: Watch,
  ) {}

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
    const { dryRun } = this.watch;
    const desired = batch.map(({ args }) => normalize(args, this.defaultRegionId).desired);
    const looks = await this.lookByRegion(desired.filter((one) => one !== undefined));
    const declared = batch.flatMap((declaration, index): Declared[] => {
      const wanted = desired[index];
      if (wanted === undefined) return [];
      const look = looks.get(wanted.regionId);
      return [
        {
          name: declaration.name,
          desired: wanted,
          observed: look?.observed.get(wanted.instanceId),
          atMs: look?.atMs ?? this.watch.nowMs(),
          accountId: look?.accountId,
          instancesBehind: declaration.instancesBehind,
        },
      ];
    });
    await earlier;
    const verdict = judge(declared, this.judged, this.settings);
    this.judged.push(...declared);
    const infos = batch.map((declaration, index): RunInfo => {
      const wanted = desired[index];
      const base = { urn: declaration.urn, dryRun };
      // Wrong arguments: the check says so, with the same rules.
      if (wanted === undefined) return { ...base, refused: [], held: [], heldIfNew: [] };
      const position = declared.findIndex((one) => one.desired === wanted);
      const one = declared[position];
      const failed = looks.get(wanted.regionId)?.failed;
      return {
        ...base,
        regionId: wanted.regionId,
        ...(verdict.verdicts[position] ?? { refused: [], held: [], heldIfNew: [] }),
        maxReleases: verdict.maxReleases,
        ...(failed === undefined ? {} : { unverified: failed }),
        ...(one?.observed === undefined ? {} : { seen: one.observed, atMs: one.atMs }),
      };
    });
    return { infos, declared };
  }

  private async lookByRegion(desired: readonly Desired[]): Promise<ReadonlyMap<string, RegionLook>> {
    const regions = new Map<string, Desired[]>();
    for (const one of desired) regions.set(one.regionId, [...(regions.get(one.regionId) ?? []), one]);
    const looks = [...regions].map(
      async ([regionId, ones]) => [regionId, await lookAt(this.connect, regionId, ones, this.watch)] as const,
    );
    const found = new Map(await Promise.all(looks));
    for (const { failed } of found.values()) {
      if (failed !== undefined) this.watch.say("warning", `plan not verified: ${failed}`);
    }
    return found;
  }
}
