import type { Instance } from "../model";
import { toMinuteForm } from "../time-format";
import { without } from "../without";

const ownFields = ["accountId", "localDisks", "noStock", "reclaimAt", "overdueAt", "timings"] as const;

/** One row of DescribeInstances: times by the minute, `Tags` only when there are some, nothing of the emulator's own. */
export function listedInstance(instance: Instance): Record<string, unknown> {
  const isTagged = instance.Tags.Tag.length > 0;
  return {
    ...(isTagged ? without(instance, ...ownFields) : without(instance, ...ownFields, "Tags")),
    CreationTime: toMinuteForm(instance.CreationTime),
    StartTime: toMinuteForm(instance.StartTime),
    ExpiredTime: toMinuteForm(instance.ExpiredTime),
    AutoReleaseTime: toMinuteForm(instance.AutoReleaseTime),
  };
}
