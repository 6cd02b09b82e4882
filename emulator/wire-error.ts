import type { Switches } from "./switches";
import type { Status } from "./model";

/** An answer that is an error, in the vendor's words: misspellings on the wire are the vendor's. */
export class WireError extends Error {
  override readonly name = "WireError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further members of the body, e.g. AccessDeniedDetail. */
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

// The gateway.

export const missingParameter = (name: string) =>
  new WireError(400, `Missing${name}`, `${name} is mandatory for this action.`);

export const signatureDoesNotMatch = (stringToSign: string) =>
  new WireError(
    400,
    "SignatureDoesNotMatch",
    // Clients split this at the colon and compare the rest with their own string.
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  );

export const incompleteSignature = () =>
  new WireError(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.");

export const nonceUsed = () => new WireError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");

export const timestampExpired = () =>
  new WireError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");

export const timestampMalformed = () =>
  new WireError(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.");

export const accessKeyNotFound = () =>
  new WireError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");

export const accessKeyInactive = () =>
  new WireError(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");

export const securityTokenMissing = () =>
  new WireError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");

export const securityTokenMismatch = () =>
  new WireError(
    400,
    "InvalidSecurityToken.MismatchWithAccessKey",
    "Specified SecurityToken mismatch with the AccessKey.",
  );

export const securityTokenExpired = () =>
  new WireError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");

export const actionNotFound = () =>
  new WireError(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.");

export const invalidVersion = () => new WireError(400, "InvalidVersion", "Specified parameter Version is not valid.");

export const invalidParameter = (name?: string) =>
  new WireError(
    400,
    "InvalidParameter",
    name === undefined ? "The specified parameter is not valid" : `The input parameter ${name} is invalid.`,
  );

export const forbiddenByRam = (detail: Record<string, string>) =>
  new WireError(
    403,
    "Forbidden.RAM",
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    { AccessDeniedDetail: detail },
  );

export const internalError = () =>
  new WireError(500, "InternalError", "The request processing has failed due to some unknown error.");

// Instances.

export const regionNotFound = () =>
  new WireError(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");

export const instanceNotFound = () =>
  new WireError(404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.");

/** ModifyInstanceAutoReleaseTime alone answers this for an unknown instance. */
export const noSuchResource = () => new WireError(404, "NoSuchResource", "The specified resource is not found.");

export const instanceIdNull = () => new WireError(400, "MissingParameter", "InstanceId should not be null.");

export const instanceIdsMalformed = () =>
  new WireError(400, "InvalidInstanceIds.Malformed", "The specified InstanceIds is not valid.");

export const filterValueNotFound = (name: string) =>
  new WireError(404, `Invalid${name}.NotFound`, `The specified ${name} does not exist.`);

export const tagMismatch = () =>
  new WireError(400, "InvalidTag.Mismatch", "The specified Tag.n.Key and Tag.n.Value are not match.");

export const tagCountExceeded = () =>
  new WireError(400, "InvalidTagCount", "The specified tags are beyond the permitted range.");

export const incorrectStatus = (form: Switches["statusMessage"], actual: Status, expected: readonly Status[]) =>
  new WireError(
    403,
    "IncorrectInstanceStatus",
    form === "short"
      ? "The current status of the resource does not support this operation."
      : "The specified instance is in an incorrect status for the requested action; " +
          `Status of the specified instance is ${actual} but the expected status is in (${expected.join(",")}).`,
  );

export const reclaimed = () =>
  new WireError(403, "IncorrectInstanceStatus", "The current status of the resource does not support this operation.");

export const lockedForSecurity = () =>
  new WireError(
    403,
    "InstanceLockedForSecurity",
    "The specified operation is denied as your instance is locked for security reasons.",
  );

export const instanceExpired = (chargeType: "PostPaid" | "PrePaid") =>
  new WireError(
    403,
    "InstanceExpired",
    chargeType === "PrePaid"
      ? "The prePaid instance has been expired. Please renew the instance."
      : "The postPaid instance has been expired. Please ensure your account have enough balance.",
  );

export const expiredOrInArrears = () =>
  new WireError(
    403,
    "InstanceExpiredOrInArrears",
    "The specified operation is denied as your prepay instance is expired (prepay mode) or in arrears (afterpay mode).",
  );

export const chargeTypeViolation = () =>
  new WireError(403, "ChargeTypeViolation", "The operation is not permitted due to charge type of the instance.");

export const deletionProtected = () =>
  new WireError(403, "InvalidOperation.DeletionProtection", "The operation is not allowed due to deletion protection.");

export const autoReleaseTimeMalformed = () =>
  new WireError(400, "InvalidAutoReleaseTime.Malformed", "The specified paramter autoReleaseTime is not valid.");

/** The vendor answers a dry run that would have succeeded with this error. */
export const dryRunOperation = (status: number) =>
  new WireError(status, "DryRunOperation", "Request validation has been passed with DryRun flag set.");

/** Status and text for codes that only faults bring up. */
const faultCodes: Record<string, readonly [status: number, message: string]> = {
  Throttling: [400, "Request was denied due to request throttling."],
  "Throttling.User": [400, "Request was denied due to user flow control."],
  "Throttling.Api": [400, "Request was denied due to api flow control."],
  ServiceUnavailable: [503, "The request has failed due to a temporary failure of the server."],
  InternalError: [500, "The request processing has failed due to some unknown error."],
  UnknownError: [400, "The request processing has failed due to some unknown error."],
  OperationConflict: [409, "Request was denied due to conflict with a previous request."],
  "InvalidOperation.Conflict": [409, "Request was denied due to conflict with a previous request."],
  IncorrectInstanceStatus: [403, "The current status of the resource does not support this operation."],
  "IncorrectInstanceStatus.Initializing": [403, "The specified instance status does not support this operation."],
  InstanceNotReady: [403, "The specified instance is not ready for use."],
  "OperationDenied.NoStock": [
    403,
    "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.",
  ],
  LackResource: [400, "There's no enough resource on the specified zone."],
  InsufficientBalance: [403, "Your account does not have enough balance."],
  InstanceLockedForSecurity: [
    403,
    "The specified operation is denied as your instance is locked for security reasons.",
  ],
  "InvalidInstanceId.NotFound": [404, "The specified InstanceId does not exist."],
  NoSuchResource: [404, "The specified resource is not found."],
  "Forbidden.RAM": [403, "User not authorized to operate on the specified resource, or this API doesn't support RAM."],
  SignatureNonceUsed: [400, "Specified signature nonce was used already."],
  "InvalidTimeStamp.Expired": [400, "Specified time stamp or date value is expired."],
  "InvalidSecurityToken.Expired": [400, "Specified SecurityToken is expired."],
};

/** The error that a fault rule asks for; unknown codes get status 400 and their own name as text. */
export function errorOfFault(then: { code: string; status?: number; message?: string }): WireError {
  const known = faultCodes[then.code];
  return new WireError(then.status ?? known?.[0] ?? 400, then.code, then.message ?? known?.[1] ?? then.code);
}
