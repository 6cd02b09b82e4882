import { EcsError } from "../errors";

/**
 * A call about many that failed as a whole. `each`: so it would have been for every one by itself, or nobody knows whether
 * it ran, so each of them is told the same. `singly`: it did not run, and for the others it may have been one's fault.
 * `never`: it did not run, and such calls are nothing for this identity or this region.
 */
export type BatchError = "each" | "singly" | "never";

/** The key itself is refused, and would be in every other call. */
const ofTheKey = /^(InvalidAccessKey|InvalidSecurityToken|MissingSecurityToken|Signature|IncompleteSignature)/;
const ofTheAction = /^(Forbidden|NoPermission|InvalidAction|InvalidApi|Unsupported)/;

/** Pure. */
export function judgeBatchError(error: unknown): BatchError {
  if (!(error instanceof EcsError)) return "each";
  const { code, errorClass } = error;
  switch (errorClass) {
    case "throttled":
    case "callLimit":
    case "clock":
    case "unknownOutcome":
      return "each";
    default:
      if (ofTheKey.test(code)) return "each";
      return ofTheAction.test(code) ? "never" : "singly";
  }
}
