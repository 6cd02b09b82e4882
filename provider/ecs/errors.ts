/**
 * What an error means for what to do next.
 * throttled, clock: refused before anything ran. callLimit: throttled for so long that waiting is given up. unknownOutcome: it may have run, so look before anything is sent again.
 * wait: the instance is in between. auth, guard, input: final. absent: the id is not known there.
 */
export type ErrorClass =
  | "throttled"
  | "callLimit"
  | "clock"
  | "unknownOutcome"
  | "wait"
  | "capacity"
  | "auth"
  | "guard"
  | "absent"
  | "input"
  | "dryRun";

interface Rule {
  /** A code of the vendor; a trailing `*` matches every code that begins so. Matched exactly otherwise, never as part of a message. */
  readonly code: string;
  readonly class: ErrorClass;
  /** What the user can do, as the end of a sentence. */
  readonly advice?: string;
}

/** The vendor's codes and what they mean. The first match counts. */
export const errorRules: readonly Rule[] = [
  { code: "Throttling*", class: "throttled", advice: "the account's call limit is used up; run again in a minute" },
  {
    code: "Rejected.Throttling",
    class: "throttled",
    advice: "the account's call limit is used up; run again in a minute",
  },
  { code: "DryRunOperation", class: "dryRun" },
  { code: "DRYRUN.SUCCESS", class: "dryRun" },
  { code: "InvalidTimeStamp.*", class: "clock", advice: "set this machine's clock" },
  { code: "SignatureNonceUsed", class: "unknownOutcome" },
  { code: "InternalError", class: "unknownOutcome" },
  { code: "UnknownError", class: "unknownOutcome" },
  { code: "ServiceUnavailable*", class: "unknownOutcome" },
  { code: "LimitedOperation.ServiceUnavailable", class: "unknownOutcome" },
  { code: "IncorrectInstanceStatus*", class: "wait" },
  { code: "InstanceNotReady", class: "wait" },
  { code: "OperationConflict", class: "wait" },
  { code: "InvalidOperation.Conflict", class: "wait" },
  { code: "LastTokenProcessing", class: "wait" },
  { code: "IdempotentProcessing", class: "wait" },
  {
    code: "OperationDenied.NoStock",
    class: "capacity",
    advice:
      "there is no stock for this type in its zone; try later, or use stop.mode KeepCharging, which keeps the capacity",
  },
  { code: "LackResource", class: "capacity", advice: "there is no stock for this type in its zone; try later" },
  { code: "QuotaExceed.*", class: "capacity", advice: "raise the quota" },
  { code: "Invalid.PrivatePoolOptions.NoStock", class: "capacity", advice: "the private pool is full" },
  { code: "InvalidDedicatedHost.NotEnoughResource", class: "capacity", advice: "the dedicated host is full" },
  { code: "InvalidInstanceId.NotFound", class: "absent" },
  { code: "InvalidInstanceIds.NotFound", class: "absent" },
  { code: "NoSuchResource", class: "absent" },
  { code: "InvalidAccessKeyId.*", class: "auth", advice: "check the access key and that it is enabled" },
  { code: "InvalidAccessKeySecret", class: "auth", advice: "check the secret that belongs to the access key" },
  { code: "SignatureDoesNotMatch", class: "auth", advice: "check the secret that belongs to the access key" },
  { code: "IncompleteSignature", class: "auth", advice: "check the access key and its secret" },
  { code: "InvalidSecurityToken.*", class: "auth", advice: "get a new STS token" },
  { code: "MissingSecurityToken", class: "auth", advice: "set the STS token that belongs to the access key" },
  { code: "Forbidden*", class: "auth", advice: "grant this identity the right, see docs/safety.md" },
  { code: "NoPermission", class: "auth", advice: "grant this identity the right, see docs/safety.md" },
  {
    code: "InvalidOperation.DeletionProtection",
    class: "guard",
    advice: "switch release protection off yourself first",
  },
  {
    code: "ChargeTypeViolation",
    class: "guard",
    advice: "a subscription instance can neither be released nor get a release time",
  },
  { code: "InstanceLockedForSecurity", class: "guard", advice: "settle the security lock with the vendor" },
  { code: "InstanceExpired*", class: "guard", advice: "pay the bill" },
  { code: "InsufficientBalance", class: "guard", advice: "pay the bill" },
  { code: "DiskInArrears", class: "guard", advice: "pay the bill" },
  { code: "DependencyViolation.*", class: "guard", advice: "remove what depends on the instance" },
  {
    code: "InvalidAutoReleaseTime.Malformed",
    class: "input",
    advice: "a release time has to be 30 minutes to 3 years ahead when the call arrives",
  },
  { code: "InvalidParameter*", class: "input" },
  { code: "Missing*", class: "input" },
  { code: "Invalid*", class: "input" },
  { code: "Unsupported*", class: "input" },
];

/** Code, HTTP status and message → class. What is not listed: 5xx may have run, anything else is final. Pure. */
export function classify(
  code: string,
  httpStatus: number | undefined,
  message = "",
): { readonly class: ErrorClass; readonly advice: string | undefined } {
  // An id that the service can't even read is not known to it either; the code alone would say nothing of the kind.
  if (code === "InvalidParameter" && /\bInstanceId\b/.test(message)) return { class: "absent", advice: undefined };
  // One code with two meanings: a status that passes by itself, and this, which does not.
  if (code === "IncorrectInstanceStatus" && message.includes("still attached by volumes")) {
    return { class: "guard", advice: "detach the volumes first" };
  }
  const rule = errorRules.find((candidate) =>
    candidate.code.endsWith("*") ? code.startsWith(candidate.code.slice(0, -1)) : code === candidate.code,
  );
  if (httpStatus === 429 && rule === undefined) return { class: "throttled", advice: undefined };
  // The general rules for wrong input are about answers that say so; a server in trouble says anything.
  const failed = httpStatus !== undefined && httpStatus >= 500;
  if (rule === undefined || (failed && rule.class === "input")) {
    return { class: failed ? "unknownOutcome" : "input", advice: undefined };
  }
  return { class: rule.class, advice: rule.advice };
}

/** There is no such region: then it is the declaration that is wrong. */
export function isUnknownRegion(error: unknown): boolean {
  return error instanceof EcsError && error.code === "InvalidRegionId.NotFound";
}

/** A failed call, with an allow-list of fields: no URL, no request, no cause, so that no key, token or signature can pass. */
export class EcsError extends Error {
  override readonly name = "EcsError";

  constructor(
    readonly action: string,
    readonly code: string,
    readonly errorClass: ErrorClass,
    detail: string,
    readonly advice: string | undefined,
    readonly requestId: string | undefined,
    readonly retryAfterMs: number | undefined,
  ) {
    const trace = requestId === undefined ? "" : ` (RequestId ${requestId})`;
    super(
      `${action}: ${code}${detail === "" ? "" : `: ${detail}`}${advice === undefined ? "" : `; ${advice}`}${trace}`,
    );
    // The host prints stacks to the CI log; ours says nothing that the message doesn't.
    this.stack = `EcsError: ${this.message}`;
  }
}
