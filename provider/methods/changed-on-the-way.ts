import type { Properties } from "../core/outputs";
import { differingArguments, digestsOf } from "../judged-arguments";
import type { RunInfo } from "../run-info";

/** What the program makes something else of, so that a recorded one would not fit what was made. */
const neverAsRecorded = ["instanceId", "regionId", "schedule", "keepRunningUntil", "holdUntil"];

/**
 * Why what reaches the check can't be judged by what the program has said: another machine, or arguments that nobody has
 * counted. With `ignoreChanges` an argument arrives as it is recorded, and is judged so, but never as a release. Pure.
 */
export function changedOnTheWay(run: RunInfo, args: Properties, olds: Properties): readonly string[] {
  if (run.judged === undefined) return [];
  const recorded = digestsOf(olds);
  const arrived = digestsOf(args);
  return differingArguments(run.judged, args).flatMap((name) => {
    const isRecorded = isIgnored(run, name) && arrived[name] === recorded[name];
    const mayStay = !neverAsRecorded.includes(name) && !(name === "state" && args.state === "released");
    return isRecorded && mayStay ? [] : [refusal(run, name, args)];
  });
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
