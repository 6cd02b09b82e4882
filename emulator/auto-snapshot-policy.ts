/** When disks that name it (`AutoSnapshotPolicyId`) are snapshotted by themselves, as long as their `EnableAutoSnapshot` is true. */
export interface AutoSnapshotPolicy {
  AutoSnapshotPolicyId: string;
  /** Hours of the day, UTC. */
  hours: number[];
  /** Default: kept until somebody deletes them. */
  retentionDays?: number;
}

const hourMs = 3_600_000;

/** The next time after that moment; undefined when the policy has no hours. Pure. */
export function nextRunMs({ hours }: Pick<AutoSnapshotPolicy, "hours">, afterMs: number): number | undefined {
  if (hours.length === 0) return undefined;
  let atMs = afterMs - (afterMs % hourMs) + hourMs;
  while (!hours.includes(new Date(atMs).getUTCHours())) atMs += hourMs;
  return atMs;
}

/** `auto2.0_20260301_sp-a`: the form of the vendor's names. Pure. */
export function autoSnapshotName(policyId: string, atMs: number): string {
  return `auto2.0_${new Date(atMs).toISOString().slice(0, 10).replaceAll("-", "")}_${policyId}`;
}
