import type { Desired, Observed } from "../core/model";
import { plan } from "../core/plan";
import { parseLimit } from "./limits";

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
  /** Why nothing may be done, by declaration, in the order given. */
  readonly refused: readonly (readonly string[])[];
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
  const limit = parseLimit("lifecycle:maxReleases", maxReleases, 1, all.length);
  const releasing = all.filter(isReleased);
  const refused = declared.map((one) => {
    const reasons = [...twice(one, all), ...ownedHere(one), ...wrongAccount(one)];
    if ("wrong" in limit) {
      if (one.desired.state === "released") reasons.push(limit.wrong);
    } else if (isReleased(one) && releasing.length > limit.count) {
      const names = releasing.map(({ desired }) => desired.instanceId).join(", ");
      reasons.push(
        `state: ${releasing.length} instances are due for release and lifecycle:maxReleases is ${limit.count}, so none is: ${names}; release fewer, or run \`pulumi config set lifecycle:maxReleases ${releasing.length}\``,
      );
    }
    return reasons;
  });
  return { refused, maxReleases: "wrong" in limit ? 0 : limit.count };
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
