import type { Instance } from "./model";

const dayMs = 24 * 3_600_000;

export type ArrearsKind = "overdue" | "overdueStop" | "overdueRelease" | "expiryStop" | "expiryRelease";

/** What comes of an instance that isn't paid for, and when; nothing where it is. Pure. */
export function arrearsOf(
  instance: Pick<Instance, "InstanceChargeType" | "ExpiredTime" | "overdueAt">,
): { kind: ArrearsKind; atMs: number }[] {
  if (instance.InstanceChargeType === "PrePaid") {
    const expiryMs = Date.parse(instance.ExpiredTime);
    return [
      { kind: "expiryStop", atMs: expiryMs + dayMs },
      { kind: "expiryRelease", atMs: expiryMs + 15 * dayMs },
    ];
  }
  if (instance.overdueAt === "") return [];
  const overdueMs = Date.parse(instance.overdueAt);
  return [
    { kind: "overdue", atMs: overdueMs },
    { kind: "overdueStop", atMs: overdueMs + 15 * dayMs },
    { kind: "overdueRelease", atMs: overdueMs + 30 * dayMs },
  ];
}

export function isArrears(kind: string): kind is ArrearsKind {
  return kind.startsWith("overdue") || kind.startsWith("expiry");
}

/** With the lock for money, beside those that it has. Pure. */
export function lockedForMoney({ OperationLocks: { LockReason } }: Instance): Instance["OperationLocks"] {
  const isLocked = LockReason.some((lock) => lock.LockReason === "financial");
  return { LockReason: isLocked ? LockReason : [...LockReason, { LockReason: "financial" }] };
}

/** Without it: somebody has paid. Pure. */
export function unlockedForMoney({ OperationLocks: { LockReason } }: Instance): Instance["OperationLocks"] {
  return { LockReason: LockReason.filter((lock) => lock.LockReason !== "financial") };
}
