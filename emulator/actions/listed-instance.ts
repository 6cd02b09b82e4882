import type { Instance } from "../model";
import { toMinuteForm } from "../time-format";
import { without } from "../without";

/** An instance is never changed, only replaced: its row is good for as long as it is. */
const rows = new WeakMap<Instance, Readonly<Record<string, unknown>>>();

/** One row of DescribeInstances: times by the minute, `Tags` only when there are some, nothing of the emulator's own. */
export function listedInstance(instance: Instance): Readonly<Record<string, unknown>> {
  const known = rows.get(instance);
  if (known !== undefined) return known;
  const wire = without(instance, "accountId", "localDisks", "noStock", "reclaimAt", "timings");
  const row = {
    ...(instance.Tags.Tag.length === 0 ? without(wire, "Tags") : wire),
    CreationTime: toMinuteForm(instance.CreationTime),
    StartTime: toMinuteForm(instance.StartTime),
    ExpiredTime: toMinuteForm(instance.ExpiredTime),
    AutoReleaseTime: toMinuteForm(instance.AutoReleaseTime),
  };
  rows.set(instance, row);
  return row;
}
