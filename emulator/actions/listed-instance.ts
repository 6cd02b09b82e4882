import type { Instance } from "../model";
import { toMinuteForm } from "../time-format";

/** One row of DescribeInstances: times by the minute, `Tags` only when there are some, nothing of the emulator's own. */
export function listedInstance(instance: Instance): Record<string, unknown> {
  const wire: Partial<Instance> = { ...instance };
  for (const own of ["accountId", "localDisks", "timings"] as const) delete wire[own];
  if (instance.Tags.Tag.length === 0) delete wire.Tags;
  return {
    ...wire,
    CreationTime: toMinuteForm(instance.CreationTime),
    StartTime: toMinuteForm(instance.StartTime),
    ExpiredTime: toMinuteForm(instance.ExpiredTime),
    AutoReleaseTime: toMinuteForm(instance.AutoReleaseTime),
  };
}
