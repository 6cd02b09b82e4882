import type { FaultThen } from "../../emulator/index";
import { crashPoints, type Fault, labelOf } from "./fault";

/** Every code that the vendor documents for the calls of this package, and two that nobody has listed. HTTP status as documented. */
export const errorCodes: readonly (readonly [code: string, status: number, when?: "after"])[] = [
  ["Throttling", 400],
  ["Throttling.User", 400],
  ["Throttling.Api", 429],
  ["Rejected.Throttling", 400],
  ["InvalidTimeStamp.Expired", 400],
  ["SignatureNonceUsed", 400],
  ["InternalError", 500],
  ["InternalError", 500, "after"],
  ["UnknownError", 400],
  ["ServiceUnavailable", 503],
  ["ServiceUnavailable", 503, "after"],
  ["LimitedOperation.ServiceUnavailable", 503],
  ["IncorrectInstanceStatus", 403],
  ["IncorrectInstanceStatus.Initializing", 403],
  ["InstanceNotReady", 403],
  ["OperationConflict", 409],
  ["InvalidOperation.Conflict", 409],
  ["LastTokenProcessing", 403],
  ["IdempotentProcessing", 403],
  ["IdempotentParameterMismatch", 400],
  ["OperationDenied.NoStock", 403],
  ["LackResource", 400],
  ["QuotaExceed.ElasticQuota", 403],
  ["InvalidInstanceId.NotFound", 404],
  ["InvalidInstanceIds.NotFound", 404],
  ["NoSuchResource", 404],
  ["InvalidAccessKeyId.NotFound", 404],
  ["InvalidAccessKeyId.Inactive", 400],
  ["SignatureDoesNotMatch", 400],
  ["IncompleteSignature", 400],
  ["InvalidSecurityToken.Expired", 400],
  ["MissingSecurityToken", 400],
  ["Forbidden.RAM", 403],
  ["Forbidden.RiskControl", 403],
  ["NoPermission", 403],
  ["InvalidOperation.DeletionProtection", 403],
  ["ChargeTypeViolation", 403],
  ["InstanceLockedForSecurity", 403],
  ["InstanceExpiredOrInArrears", 403],
  ["InsufficientBalance", 403],
  ["DependencyViolation.RouteEntry", 400],
  ["InvalidAutoReleaseTime.Malformed", 400],
  ["InvalidParameter", 400],
  ["MissingParameter", 400],
  ["InvalidRegionId.NotFound", 404],
  ["UnsupportedParameter", 400],
  ["NobodyKnows.This", 403],
  ["NobodyKnows.This", 500],
];

const wireFaults: readonly Fault[] = [
  { kind: "unreadable", label: "wire refused", executed: false },
  emulated("wire reset-before", { wire: "reset-before" }),
  emulated("wire reset-after", { wire: "reset-after" }),
  emulated("wire hang, not executed", { wire: "hang", when: "before" }),
  emulated("wire hang, executed", { wire: "hang", when: "after" }),
  { kind: "unreadable", label: "wire drip, too slow to end", executed: true },
  emulated("wire half", { wire: "half" }),
  { kind: "unreadable", label: "wire JSON that does not parse", executed: true },
  emulated("wire HTML 502", { wire: "html", when: "after" }),
  emulated("wire empty 200", { wire: "empty", when: "after" }),
  emulated("wire null", { wire: "null", when: "after" }),
  { kind: "unreadable", label: "wire 5xx without Code", executed: true },
  emulated("wire answer without RequestId", { wire: "no-request-id" }),
  { kind: "duplicate" },
];

const staleReads: readonly Fault[] = [
  emulated("stale previous", { stale: "previous" }),
  emulated("stale empty", { stale: "empty" }),
  emulated("stale one of three versions", { stale: { versions: 3 } }),
  emulated("stale by 5 s", { stale: { minMs: 5_000, maxMs: 5_000 } }),
];

function emulated(label: string, then: FaultThen): Fault {
  return { kind: "emulated", label, then };
}

const codes = errorCodes.map(([code, status, when]) =>
  emulated(`code ${code} ${status}${when === undefined ? "" : ", executed"}`, {
    code,
    status,
    ...(when === undefined ? {} : { when }),
  }),
);

/** The codes that may come again and again. */
export const lastingCodes: readonly Fault[] = codes.filter((fault) => !labelOf(fault).endsWith("executed"));

/** Those after which it is not known what has become of a call, and the two that only ask for patience. */
export function doubtfulFaults(action: string): readonly Fault[] {
  const names = [
    "crash before-send",
    "crash executed-not-answered",
    "crash returned-not-recorded",
    "code Throttling.User 400",
    "code ServiceUnavailable 503, executed",
    "code IncorrectInstanceStatus 403",
    "wire reset-after",
    "stale previous",
  ];
  return faultsAt(action).filter((fault) => names.includes(labelOf(fault)));
}

/** Everything that can go wrong at a call of this name, each once. */
export function faultsAt(action: string): readonly Fault[] {
  const crashes = crashPoints.map((point): Fault => ({ kind: "crash", point }));
  const mayBeStale = action.startsWith("Describe");
  return [...crashes, ...codes, ...wireFaults, ...(mayBeStale ? staleReads : [])];
}
