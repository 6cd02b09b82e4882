import type { Action } from "../call";
import { deleteInstance } from "./delete-instance";
import { describeInstanceAttribute } from "./describe-instance-attribute";
import { describeInstances } from "./describe-instances";
import { describeRegions } from "./describe-regions";
import { getCallerIdentity } from "./get-caller-identity";
import { modifyInstanceAutoReleaseTime } from "./modify-instance-auto-release-time";
import { startInstance } from "./start-instance";
import { stopInstance } from "./stop-instance";

/** Everything that is implemented, by API version and the vendor's name of the call. A new call is one function and one line here. */
export const actions: ReadonlyMap<string, ReadonlyMap<string, Action>> = new Map([
  [
    "2014-05-26",
    new Map<string, Action>([
      ["DeleteInstance", deleteInstance],
      ["DescribeInstanceAttribute", describeInstanceAttribute],
      ["DescribeInstances", describeInstances],
      ["DescribeRegions", describeRegions],
      ["ModifyInstanceAutoReleaseTime", modifyInstanceAutoReleaseTime],
      ["StartInstance", startInstance],
      ["StopInstance", stopInstance],
    ]),
  ],
  ["2015-04-01", new Map<string, Action>([["GetCallerIdentity", getCallerIdentity]])],
]);

/** The product name in an error's Recommend link. */
export const productOf = (version: string): string => (version === "2015-04-01" ? "Sts" : "Ecs");
