import type { ThrottleRule } from "../../emulator/index";

/** The calls that the provider makes, each of which has a limit of its own. */
const calls = [
  "DescribeInstances",
  "DescribeInstanceAttribute",
  "DescribeDisks",
  "DescribeSnapshots",
  "StartInstance",
  "StopInstance",
  "StartInstances",
  "StopInstances",
  "ModifyInstanceAutoReleaseTime",
  "ModifyInstanceAttribute",
  "DeleteInstance",
  "GetCallerIdentity",
];

/** So many calls per minute, for each action by itself. */
export function perMinute(count: number): ThrottleRule[] {
  return calls.map((action) => ({ action, perMinute: count }));
}
