import type { Properties } from "../core/outputs";
import type { Digests } from "../judged-arguments";
import { differing, digestsOf } from "../judged-arguments";
import type { RunInfo } from "../run-info";

/** What the program makes something else of, so that a recorded one would not fit what was made. */
const neverAsRecorded = ["instanceId", "regionId", "schedule", "keepRunningUntil", "holdUntil"];

/**
 * Why what reaches the check can't be judged by what the program has said: another machine, or arguments that nobody has
 * counted. With `ignoreChanges` an argument arrives as it is recorded, and is judged so, but never as a release. Pure.
 */
export function changedOnTheWay(run: RunInfo, args: Properties, olds: Properties, account: Digests): readonly string[] {
  if (run.judged === undefined) return [];
  const elsewhere = differing(run.account ?? account, account);
  const arrived = digestsOf(args);
  const changed = differing(run.judged, arrived).flatMap((name) => {
    const isRecorded = isIgnored(run, name) && arrived[name] === digestsOf({ [name]: olds[name] })[name];
    const mayStay = !neverAsRecorded.includes(name) && !(name === "state" && args.state === "released");
    return isRecorded && mayStay ? [] : [refusal(run, name, args)];
  });
  return [...changed, ...(elsewhere.length === 0 ? [] : [anotherAccount(elsewhere)])];
}

function anotherAccount(names: readonly string[]): string {
  return `${names.join(", ")}: the program has looked with another value than the provider would act with (a transform, or a variable that the program sets itself), so it may have seen another account; nothing is called, give both the same`;
}

function isIgnored({ ignored = [] }: RunInfo, name: string): boolean {
  return ignored.includes(name) || ignored.includes("*");
}

function refusal(run: RunInfo, name: string, args: Properties): string {
  if (name === "instanceId") {
    return `instanceId: ${run.instanceId} is declared and was looked at, but ${String(args.instanceId)} reaches the provider (ignoreChanges, a transform or a policy); nothing is called, declare the one that is meant`;
  }
  return `${name}: what reaches the provider is not what the program declares (ignoreChanges, a transform or a policy changed it), so limits and guards have not seen it; nothing is called, write it in the program`;
}
