import type { Finding } from "./finding";
import { notTried } from "./judge-right";

/** What this package may call and the doctor never does, each with its reason. The table is the place for it: nothing here has a call. */
const reasons: readonly (readonly [action: string, why: string])[] = [
  ["StopInstances", "not tried: its dry run says yes even where some instance would be refused"],
  ["StartInstances", "not tried: its dry run says yes even where some instance would be refused"],
  ["ModifyInstanceAutoReleaseTime", "never tried: without a dry run it would set or cancel a release time"],
  ["ModifyInstanceAttribute", "never tried: without a dry run it would change the instance"],
  ["CreateSnapshot", "never tried: without a dry run it would begin a snapshot"],
  ["TagResources", "never tried: without a dry run it would write a tag"],
  ["DeleteInstance", "never tried, not even as a dry run: one that is taken for real releases a machine"],
];

export function neverTried(): readonly Finding[] {
  return reasons.map(([action, why]) => notTried(action, why));
}
