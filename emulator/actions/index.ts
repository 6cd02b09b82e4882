import type { Action } from "../call";
import { assumeRole, assumeRoleWithOidc } from "./assume-role";
import { deleteInstances, startInstances, stopInstances } from "./batch";
import { createSnapshot } from "./create-snapshot";
import { createSnapshotGroup } from "./create-snapshot-group";
import { deleteInstance } from "./delete-instance";
import { deleteSnapshot } from "./delete-snapshot";
import { describeDisks } from "./describe-disks";
import { describeInstanceAttribute } from "./describe-instance-attribute";
import { describeInstanceStatus } from "./describe-instance-status";
import { describeInstances } from "./describe-instances";
import { describeRegions } from "./describe-regions";
import { describeSnapshotGroups } from "./describe-snapshot-groups";
import { describeSnapshots } from "./describe-snapshots";
import { describeZones } from "./describe-zones";
import { getCallerIdentity } from "./get-caller-identity";
import { modifyDiskAttribute } from "./modify-disk-attribute";
import { modifyInstanceAttribute } from "./modify-instance-attribute";
import { modifyInstanceAutoReleaseTime } from "./modify-instance-auto-release-time";
import { modifyInstanceChargeType } from "./modify-instance-charge-type";
import { rebootInstance } from "./reboot-instance";
import { runInstances } from "./run-instances";
import { startInstance } from "./start-instance";
import { stopInstance } from "./stop-instance";
import { listTagResources, tagResources, untagResources } from "./tags";

/** Everything that is implemented, by API version and the vendor's name of the call. A new call is one function and one line here. */
export const actions: ReadonlyMap<string, ReadonlyMap<string, Action>> = new Map([
  [
    "2014-05-26",
    new Map<string, Action>([
      ["CreateSnapshot", createSnapshot],
      ["CreateSnapshotGroup", createSnapshotGroup],
      ["DeleteInstance", deleteInstance],
      ["DeleteInstances", deleteInstances],
      ["DeleteSnapshot", deleteSnapshot],
      ["DescribeDisks", describeDisks],
      ["DescribeInstanceAttribute", describeInstanceAttribute],
      ["DescribeInstanceStatus", describeInstanceStatus],
      ["DescribeInstances", describeInstances],
      ["DescribeRegions", describeRegions],
      ["DescribeSnapshotGroups", describeSnapshotGroups],
      ["DescribeSnapshots", describeSnapshots],
      ["DescribeZones", describeZones],
      ["ListTagResources", listTagResources],
      ["ModifyDiskAttribute", modifyDiskAttribute],
      ["ModifyInstanceAttribute", modifyInstanceAttribute],
      ["ModifyInstanceAutoReleaseTime", modifyInstanceAutoReleaseTime],
      ["ModifyInstanceChargeType", modifyInstanceChargeType],
      ["RebootInstance", rebootInstance],
      ["RunInstances", runInstances],
      ["StartInstance", startInstance],
      ["StartInstances", startInstances],
      ["StopInstance", stopInstance],
      ["StopInstances", stopInstances],
      ["TagResources", tagResources],
      ["UntagResources", untagResources],
    ]),
  ],
  [
    "2015-04-01",
    new Map<string, Action>([
      ["AssumeRole", assumeRole],
      ["AssumeRoleWithOIDC", assumeRoleWithOidc],
      ["GetCallerIdentity", getCallerIdentity],
    ]),
  ],
]);

/** The product name in an error's Recommend link. */
export const productOf = (version: string): string => (version === "2015-04-01" ? "Sts" : "Ecs");
