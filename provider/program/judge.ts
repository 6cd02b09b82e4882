import { releaseTimeArgument } from "../core/fixed-release-time";
import type { Settings } from "../ecs/config";
import type { Counted } from "./guards";
import { distrust, overFirstStops, overLimits, releasesAtMost } from "./guards";

/** One declaration of this program, with what was found for it. */
export interface Declared extends Counted {
  readonly name: string;
  readonly accountId: string | undefined;
  /** Names of the `alicloud.ecs.Instance` resources in this program that its id comes from. */
  readonly instancesBehind: readonly string[];
}

export interface Verdict {
  /** Why nothing at all may be done. */
  readonly refused: readonly string[];
  /** Why nothing that acts may be done; cancelling and postponing a release time go on. */
  readonly held: readonly string[];
  /** The same, but only if the resource turns out to be new. */
  readonly heldIfNew: readonly string[];
}

export interface Judgement {
  /** By declaration, in the order given. */
  readonly verdicts: readonly Verdict[];
  readonly maxReleases: number;
}

/**
 * What only the whole program can see: the same id twice, a machine that another resource of the program would buy anew,
 * the wrong account, limits. `earlier` are the declarations of this run that were judged before. Pure.
 */
export function judge(declared: readonly Declared[], earlier: readonly Declared[], settings: Settings): Judgement {
  const all = [...earlier, ...declared];
  const verdicts = declared.map((one) => ({
    refused: [...twice(one, all), ...wrongAccount(one)],
    held: [...ownedHere(one), ...overLimits(one, all, settings), ...distrust(one, all)],
    heldIfNew: overFirstStops(one, all, settings),
  }));
  return { verdicts, maxReleases: releasesAtMost(all, settings("lifecycle:maxReleases")) };
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
  const timed = desired.releaseTime.kind === "at" || desired.releaseTime.kind === "after";
  const argument = desired.state === "released" ? "state" : timed ? releaseTimeArgument(desired) : undefined;
  const owner = instancesBehind[0];
  if (argument === undefined || owner === undefined || desired.release.ownedHere) return [];
  return [
    `${argument}: ${desired.instanceId} is created by alicloud.ecs.Instance "${owner}" of this program, which would buy a new machine at the next refresh; take that resource out instead, for example: if (peak) new alicloud.ecs.Instance("${owner}", …), or declare release.ownedHere`,
  ];
}

function wrongAccount({ desired, accountId }: Declared): readonly string[] {
  const expected = desired.expect.accountId;
  if (expected === undefined || accountId === undefined || accountId === expected) return [];
  return [
    `expect.accountId: is not the account of these credentials, which is ${accountId}; nothing is called for ${desired.instanceId}`,
  ];
}
