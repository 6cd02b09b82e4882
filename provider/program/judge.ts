import { releaseTimeArgument } from "../core/fixed-release-time";
import type { Settings } from "../ecs/config";
import type { Counted } from "./guards";
import { Guards, mayBeKept } from "./guards";

/** One declaration of this program, with what was found for it. */
export interface Declared extends Counted {
  readonly name: string;
  readonly accountId: string | undefined;
  /** Names of the `alicloud.ecs.Instance` resources in this program that its id comes from. */
  readonly instancesBehind: readonly string[];
  /** Names of the resources that declare the same machine with another provider. */
  readonly elsewhere?: readonly string[];
}

export interface Verdict {
  /** Why nothing at all may be done. */
  readonly refused: readonly string[];
  /** Why nothing that acts may be done; cancelling and postponing a release time go on. */
  readonly held: readonly string[];
  /** The same, but only if the resource turns out to be new. */
  readonly heldIfNew: readonly string[];
  /** Those of them that hold for all that they count, or for none. */
  readonly together: readonly string[];
  readonly togetherIfNew: readonly string[];
}

export interface Judgement {
  /** By declaration, in the order given. */
  readonly verdicts: readonly Verdict[];
  /** What the provider may let through in this run. */
  readonly limits: ReturnType<Guards["limitsAtMost"]>;
}

/** The arguments by which an instance of this program's own may be released. */
const releasing = ["state", "schedule", "keepRunningUntil", "holdUntil", "autoReleaseAt", "autoReleaseAfter", "renew"];

/**
 * What only the whole program can see: the same id twice, a machine that another resource of the program would buy anew,
 * the wrong account, limits. `earlier` are the declarations of this run that were judged before. Pure.
 */
export function judge(declared: readonly Declared[], earlier: readonly Declared[], settings: Settings): Judgement {
  const all = [...earlier, ...declared];
  const guards = new Guards(all, settings);
  const machines = byMachine(all);
  const verdicts = declared.map((one): Verdict => {
    const limits = guards.overLimits(one);
    const distrusted = guards.distrust(one);
    const others = [...ownedHere(one), ...distrusted];
    const firstStops = guards.overFirstStops(one);
    // What is written of these may not be what arrives, and what was recorded has been judged before.
    const isKept = mayBeKept(one, releasing);
    return {
      refused: [...twice(one, machines.get(machineOf(one)) ?? []), ...wrongAccount(one)],
      held: [...(isKept ? [] : others), ...limits.held],
      heldIfNew: [...(isKept ? others : []), ...limits.heldIfNew, ...firstStops],
      together: [...distrusted, ...limits.held],
      togetherIfNew: [...limits.heldIfNew, ...firstStops],
    };
  });
  return { verdicts, limits: guards.limitsAtMost() };
}

function machineOf({ desired }: Declared): string {
  return `${desired.regionId}/${desired.instanceId}`;
}

function byMachine(all: readonly Declared[]): ReadonlyMap<string, readonly Declared[]> {
  const machines = new Map<string, Declared[]>();
  for (const one of all) {
    const same = machines.get(machineOf(one));
    if (same === undefined) machines.set(machineOf(one), [one]);
    else same.push(one);
  }
  return machines;
}

function twice({ desired, name, elsewhere = [] }: Declared, same: readonly Declared[]): readonly string[] {
  if (same.length < 2 && elsewhere.length === 0) return [];
  const others = [...same.map((other) => other.name).filter((other) => other !== name), ...elsewhere];
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
