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

export const throttled = () => new WireError(400, "Throttling.User", "Request was denied due to user flow control.");

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

export const filterKeyNotFound = () =>
  new WireError(404, "InvalidFilterKey.NotFound", "The specified Filter.N.Key is not found.");

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

export const hibernationNotEnabled = () =>
  new WireError(403, "HibernationConfigured.NotEnabled", "The instance hibernation configured option is not enabled.");

export const noStock = () =>
  new WireError(
    403,
    "OperationDenied.NoStock",
    "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.",
  );

export const nameMalformed = (name: "InstanceName" | "HostName") =>
  new WireError(400, `Invalid${name}.Malformed`, `The specified parameter "${name}" is not valid.`);

export const instanceDescriptionMalformed = () =>
  new WireError(400, "InvalidDescription.Malformed", 'The specified parameter "Description" is not valid.');

export const protectionNotSupported = () =>
  new WireError(
    403,
    "InvalidChargeType.ValueNotSupported",
    "Deletion protection is only valid for postPaid instance, not for prePaid or spot instance.",
  );

/** No answer of the vendor's: the emulator says politely what it doesn't do. */
export const chargeTypeNotChanged = () =>
  new WireError(403, "OperationDenied", "This emulator does not change charge types; patch the instance instead.");

// STS.

export const roleArnMalformed = () =>
  new WireError(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.");

export const sessionNameMalformed = () =>
  new WireError(400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.");

export const sessionSecondsInvalid = () =>
  new WireError(400, "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/1hr.");

export const policyMalformed = () =>
  new WireError(400, "InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check.");

export const policyTooLong = () =>
  new WireError(400, "InvalidParameter.PolicySize", "The size of Policy must be smaller than 2048 bytes.");

export const roleNotFound = (arn: string) => new WireError(404, "EntityNotExist.Role", `The role not exists: ${arn}.`);

export const mayNotAssume = () =>
  new WireError(403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.");

export const accountMayNotAssume = () =>
  new WireError(403, "NoPermission", "Roles may not be assumed by root accounts.");

export const oidcNoPermission = (message: string) => new WireError(401, "AuthenticationFail.NoPermission", message);

export const oidcTokenExpired = () =>
  new WireError(401, "AuthenticationFail.OIDCToken.Expired", "This JsonWebToken is expired.");

export const oidcTokenInvalid = (message: string) =>
  new WireError(401, "AuthenticationFail.OIDCToken.Invalid", message);

// New instances.

export const imageNotFound = () =>
  new WireError(404, "InvalidImageId.NotFound", "The specified ImageId does not exist.");

export const instanceTypeNotSupported = () =>
  new WireError(
    400,
    "InvalidInstanceType.ValueNotSupported",
    "The specified InstanceType does not exist or beyond the permitted range.",
  );

export const vSwitchNotFound = () =>
  new WireError(404, "InvalidVSwitchId.NotFound", "Specified virtual switch does not exist.");

export const securityGroupNotFound = () =>
  new WireError(404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.");

export const zoneNotFound = () =>
  new WireError(404, "InvalidZoneId.NotFound", "The ZoneId provided does not exist in our records.");

export const chargeTypeNotFound = () =>
  new WireError(404, "InvalidInstanceChargeType.NotFound", "The InstanceChargeType does not exist in our records.");

export const periodMissing = () =>
  new WireError(400, "MissingParamter", 'The specified parameter "Period" is not null.');

export const invalidPeriod = () => new WireError(400, "InvalidPeriod", "The specified period is not valid.");

export const invalidSpotStrategy = () =>
  new WireError(400, "InvalidSpotStrategy", "The specified SpotStrategy is not valid.");

export const invalidSpotPriceLimit = () =>
  new WireError(400, "InvalidSpotPriceLimit", "The specified SpotPriceLimitis not valid.");

export const invalidSpotDuration = () =>
  new WireError(400, "InvalidSpotDuration", "The specified SpotDuration is not valid.");

export const invalidSpotBehavior = () =>
  new WireError(400, "InvalidSpotInterruptionBehavior", "The specified SpotInterruptionBehavior is not valid.");

export const spotPrepaid = () =>
  new WireError(400, "InvalidSpotPrepaid", "The specified Spot type is not support PrePay Instance.");

export const diskCategoryNotSupported = (of: "SystemDisk" | "DataDisk.n") =>
  new WireError(
    400,
    `Invalid${of === "SystemDisk" ? "SystemDisk" : "DataDisk"}Category.ValueNotSupported`,
    `The specified parameter "${of}.Category" is not valid.`,
  );

export const diskSizeNotSupported = (of: "SystemDisk" | "DataDisk.n") =>
  new WireError(
    400,
    `Invalid${of === "SystemDisk" ? "SystemDisk" : "DataDisk"}Size.ValueNotSupported`,
    `The specified parameter "${of}.Size" is not valid.`,
  );

export const tooManyDataDisks = () =>
  new WireError(400, "InstanceDiskNumber.LimitExceed", "The total number of specified disk in an instance exceeds.");

export const invalidBandwidth = () =>
  new WireError(
    400,
    "InvalidInternetMaxBandwidthOut.ValueNotSupported",
    'The specified parameter "InternetMaxBandwidthOut" is not valid.',
  );

// Several at once.

export const noInstanceIds = () => new WireError(403, "InvalidInstanceId.NotFound", "InstanceId should not be null.");

export const tooManyInstanceIds = () =>
  new WireError(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.");

export const batchIdsMalformed = (code: "Abs.InvalidInstanceIds.MalFormed" | "InvalidInstanceIds.ValueNotSupported") =>
  new WireError(403, code, "The specified instanceIds is not valid.");

export const instancesNotFound = () =>
  new WireError(404, "InvalidInstanceIds.NotFound", "The specified InstanceIds does not exist.");

export const crossRegion = () =>
  new WireError(400, "InvalidParameter.CrossRegionNotSupport", "Instances of multiple regions not support.");

export const batchDryRun = () =>
  new WireError(400, "DRYRUN.SUCCESS", "This request is a dryrun request with successful result.");

// Client tokens.

export const clientTokenMalformed = () =>
  new WireError(
    403,
    "InvalidClientToken.Malformed",
    "The specified clientToken is improperly formatted. It must contain only ASCII characters and must not exceed 64 characters in length.",
  );

export const clientTokenUsed = (status: 400 | 403) =>
  new WireError(
    status,
    "IdempotentParameterMismatch",
    status === 403
      ? "The specified clientToken is used."
      : "Request uses a client token in a previous request but is not identical to that request.",
  );

// Disks and snapshots.

export const diskNotFound = () => new WireError(404, "InvalidDiskId.NotFound", "The specified disk does not exist.");

export const diskIdsMalformed = () =>
  new WireError(400, "InvalidParameter.DiskIds", "The specified parameter diskIds is not valid.");

export const tooManyDiskIds = () =>
  new WireError(403, "InvalidDiskIds.Malformed", "The amount of specified disk Ids exceeds the limit.");

export const diskTypeNotSupported = () =>
  new WireError(400, "InvalidDiskType.ValueNotSupported", "The specified disk type is not supported.");

export const diskStatusNotSupported = () =>
  new WireError(400, "InvalidStatus.ValueNotSupported", "The specified disk status is not supported.");

export const diskIncomplete = () =>
  new WireError(400, "IncompleteParamter", "Some fields can not be null in this request.");

export const diskNameMalformed = () =>
  new WireError(400, "InvalidDiskName.Malformed", "The specified disk name is wrongly formed.");

/** 404 is what the vendor's lists for disks and snapshots say. */
export const descriptionMalformed = () =>
  new WireError(404, "InvalidDescription.Malformed", "The specified description is wrongly formed.");

export const nothingToModify = () =>
  new WireError(400, "NoAttributeToModify", "No attribute to be modified in this request.");

export const diskNotPortable = () =>
  new WireError(403, "DiskNotPortable", "The specified disk is not a portable disk.");

export const incorrectDiskStatus = () =>
  new WireError(403, "IncorrectDiskStatus", "The operation is not supported in this status.");

export const snapshotNameMalformed = () =>
  new WireError(400, "InvalidSnapshotName.Malformed", "The specified SnapshotName is wrongly formed.");

export const retentionMalformed = () =>
  new WireError(400, "InvalidRetentionDays.Malformed", "The specified RetentionDays is not valid.");

export const snapshotInstanceStatus = () =>
  new WireError(400, "IncorrectInstanceStatus", "The current status of the resource does not support this operation.");

export const categoryNotSupported = () =>
  new WireError(
    400,
    "DiskCategory.OperationNotSupported",
    "The type of the specified disk does not support creating a snapshot.",
  );

export const diskLockedForSecurity = () =>
  new WireError(403, "InstanceLockedForSecurity", "The disk attached instance is locked due to security.");

export const creatingSnapshot = () =>
  new WireError(403, "IncorrectDiskStatus.CreatingSnapshot", "A previous snapshot creation is in process.");

export const neverAttached = () =>
  new WireError(
    403,
    "IncorrectDiskStatus.NeverAttached",
    "The specified disk has never been attached to any instance.",
  );

export const snapshotDiskStatus = () =>
  new WireError(403, "IncorrectDiskStatus", "The current disk status does not support this operation.");

export const snapshotQuota = () => new WireError(403, "QuotaExceed.Snapshot", "The snapshot quota exceeds.");

export const snapshotIdsMalformed = () =>
  new WireError(
    403,
    "InvalidSnapshotIds.Malformed",
    "The amount of specified specified snapshot Ids exceeds the limit.",
  );

export const snapshotFilterNotFound = (code: "InvalidStatus.NotFound" | "InvalidSnapshotType.NotFound") =>
  new WireError(
    404,
    code,
    code === "InvalidStatus.NotFound" ? "The specified Status is not found" : "The specfied SnapshotType is not found",
  );

export const sourceDiskTypeInvalid = () =>
  new WireError(404, "InvalidSourceDiskType", "The specifed SourceDiskType is not valid");

export const noDiskOnInstance = () =>
  new WireError(403, "InvalidInstance.NoDisk", "There is no disk mounted on the instance.");

export const tooManyDisks = () =>
  new WireError(403, "NumberExceed.TooManyDisks", "The number of all disks in the request exceeds.");

export const tooMuchCapacity = () =>
  new WireError(403, "CapacityExceed.TooManyDisks", "The capacity of all disks in the request exceeds.");

export const multiAttachDisk = () =>
  new WireError(403, "InvalidOperation.MultiAttachDisk", "Multi attach disk does not support this operation.");

export const disksNotInSameZone = () =>
  new WireError(400, "InvalidDiskIds.NotInSameZone", "The specified disks are not in the same zone.");

// Tags.

export const tagKeyMalformed = () =>
  new WireError(400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.");

export const tagValueMalformed = () =>
  new WireError(400, "InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.");

export const tagKeyTwice = () => new WireError(400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key.");

/** ListTagResources alone answers this for a value without its key. */
export const tagValueWithoutKey = () =>
  new WireError(400, "InvalidParameter.TagValue", "The specified Tag.N.Value needs its Tag.N.Key.");

export const tooManyTags = () =>
  new WireError(400, "NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : 20.");

export const tooManyResourceIds = () =>
  new WireError(400, "NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : 50.");

export const tagQuota = () =>
  new WireError(400, "OperationDenied.QuotaExceed", "The quota of tags on resource is beyond permitted range.");

export const missingTagParameter = (name: "ResourceIds" | "ResourceType" | "Tags" | "RegionId") =>
  new WireError(
    404,
    `MissingParameter.${name}`,
    `The parameter - ${name === "ResourceIds" ? "ResourceIds.N" : name} should not be null.`,
  );

export const resourceTypeNotFound = () =>
  new WireError(404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records.");

export const resourceNotFound = () =>
  new WireError(404, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records.");

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
