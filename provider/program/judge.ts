import type { Desired, Observed } from "../core/model";
import { plan } from "../core/plan";
import { isPercentage, parseLimit } from "./limits";

/** One declaration of this program, with what was found for it. */
export interface Declared {
  readonly name: string;
  readonly desired: Desired;
  /** Undefined: the look failed. */
  readonly observed: Observed | undefined;
  readonly atMs: number;
  readonly accountId: string | undefined;
  /** Names of the `alicloud.ecs.Instance` resources in this program that its id comes from. */
  readonly instancesBehind: readonly string[];
}

export interface Judgement {
  /** By declaration, in the order given: why nothing may be done (`refused`), and why nothing that acts may be (`held`). */
  readonly verdicts: readonly { readonly refused: readonly string[]; readonly held: readonly string[] }[];
  readonly maxReleases: number;
}

/**
 * What only the whole program can see: the same id twice, a machine that another resource of the program would buy anew,
 * the wrong account, too many releases. `earlier` are the declarations of this run that were judged before. Pure.
 */
export function judge(
  declared: readonly Declared[],
  earlier: readonly Declared[],
  maxReleases: string | undefined,
): Judgement {
  const all = [...earlier, ...declared];
  const verdicts = declared.map((one) => ({
    refused: [...twice(one, all), ...wrongAccount(one)],
    held: [...ownedHere(one), ...tooManyReleases(one, all, maxReleases)],
  }));
  return { verdicts, maxReleases: releasesAtMost(all, maxReleases) };
}

/** Refused as a whole: a random part of what was meant would be worse than nothing. */
function tooManyReleases(one: Declared, all: readonly Declared[], maxReleases: string | undefined): readonly string[] {
  if (one.desired.state !== "released") return [];
  // A percentage is one of the instances in the same region; a number is one of the whole program.
  const counted = isPercentage(maxReleases)
    ? all.filter(({ desired }) => desired.regionId === one.desired.regionId)
    : all;
  const limit = parseLimit("lifecycle:maxReleases", maxReleases, 1, counted.length);
  if ("wrong" in limit) return [limit.wrong];
  const releasing = counted.filter(isReleased);
  if (!isReleased(one) || releasing.length <= limit.count) return [];
  const names = releasing.map(({ desired }) => desired.instanceId).join(", ");
  return [
    `state: ${releasing.length} instances are due for release and lifecycle:maxReleases is ${maxReleases ?? limit.count}, so none is: ${names}; release fewer, or run \`pulumi config set lifecycle:maxReleases ${releasing.length}\``,
  ];
}

/** What all regions together may release: the provider counts no finer than that. */
function releasesAtMost(all: readonly Declared[], maxReleases: string | undefined): number {
  const regions = isPercentage(maxReleases) ? [...new Set(all.map(({ desired }) => desired.regionId))] : [undefined];
  const limits = regions.map((regionId) =>
    parseLimit(
      "lifecycle:maxReleases",
      maxReleases,
      1,
      all.filter(({ desired }) => regionId === undefined || desired.regionId === regionId).length,
    ),
  );
  return limits.reduce((sum, limit) => sum + ("wrong" in limit ? 0 : limit.count), 0);
}

/** Would this run release it? What can't be looked at is not counted here: it is refused by itself. */
function isReleased({ desired, observed, atMs }: Declared): boolean {
  if (observed?.presence !== "present") return false;
  return plan(desired, observed, undefined, atMs).steps.some((step) => step.kind === "release");
}

function twice({ desired, name }: Declared, all: readonly Declared[]): readonly string[] {
  const same = all.filter(
    (other) => other.desired.instanceId === desired.instanceId && other.desired.regionId === desired.regionId,
  );
  if (same.length < 2) return [];
  const others = same.map((other) => other.name).filter((other) => other !== name);
  return [
    `instanceId: ${desired.instanceId} is declared more than once, also by ${others.join(", ") || name}; keep one of them`,
  ];
}

function ownedHere({ desired, instancesBehind }: Declared): readonly string[] {
  const argument =
    desired.state === "released" ? "state" : desired.releaseTime.kind === "at" ? "autoReleaseAt" : undefined;
  const owner = instancesBehind[0];
  if (argument === undefined || owner === undefined) return [];
  return [
    `${argument}: ${desired.instanceId} is created by alicloud.ecs.Instance "${owner}" of this program, which would buy a new machine at the next refresh; take that resource out instead, for example: if (peak) new alicloud.ecs.Instance("${owner}", …)`,
  ];
}

function wrongAccount({ desired, accountId }: Declared): readonly string[] {
  const expected = desired.expect.accountId;
  if (expected === undefined || accountId === undefined || accountId === expected) return [];
  return [
    `expect.accountId: expected ${expected}, these credentials belong to ${accountId}; nothing is called for ${desired.instanceId}`,
  ];
}
