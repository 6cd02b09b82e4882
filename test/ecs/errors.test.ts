import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { classify, EcsError, type ErrorClass } from "../../provider/ecs/errors";

/** The vendor's codes with the HTTP status that they come with → what they mean. */
const rows: readonly (readonly [ErrorClass, number | undefined, readonly string[]])[] = [
  [
    "throttled",
    400,
    [
      "Throttling",
      "Throttling.User",
      "Throttling.Api",
      "Throttling.Api.Concurrency",
      "Throttling.ConcurrentLimitExceeded",
      "Rejected.Throttling",
    ],
  ],
  ["throttled", 429, ["Throttling.User", "SomethingElse", "TooManyRequests"]],
  ["unknownOutcome", 500, ["InternalError", "UnknownError", "SomethingElse"]],
  ["unknownOutcome", 502, ["BadGateway"]],
  [
    "unknownOutcome",
    503,
    ["ServiceUnavailable", "ServiceUnavailable.RegionMaintaining", "LimitedOperation.ServiceUnavailable"],
  ],
  ["unknownOutcome", 504, ["GatewayTimeout"]],
  // Any 5xx may have run, whatever its code looks like.
  ["unknownOutcome", 500, ["InvalidOperation.Unheard", "UnsupportedSomething", "MissingSomething"]],
  ["unknownOutcome", 400, ["SignatureNonceUsed", "UnknownError"]],
  ["wait", 403, ["IncorrectInstanceStatus", "IncorrectInstanceStatus.Initializing", "InstanceNotReady"]],
  ["wait", 409, ["OperationConflict", "InvalidOperation.Conflict"]],
  ["wait", 403, ["LastTokenProcessing", "IdempotentProcessing"]],
  ["auth", 404, ["InvalidAccessKeyId.NotFound"]],
  [
    "auth",
    400,
    [
      "InvalidAccessKeyId.Inactive",
      "SignatureDoesNotMatch",
      "IncompleteSignature",
      "InvalidSecurityToken.Expired",
      "InvalidSecurityToken.Malformed",
      "InvalidSecurityToken.MismatchWithAccessKey",
      "MissingSecurityToken",
    ],
  ],
  [
    "auth",
    403,
    [
      "Forbidden",
      "Forbidden.RAM",
      "Forbidden.SubUser",
      "Forbidden.Unauthorized",
      "Forbidden.RiskControl",
      "Forbidden.AccessKeyDisabled",
      "NoPermission",
    ],
  ],
  ["clock", 400, ["InvalidTimeStamp.Expired"]],
  [
    "guard",
    403,
    [
      "InvalidOperation.DeletionProtection",
      "ChargeTypeViolation",
      "InstanceLockedForSecurity",
      "InsufficientBalance",
      "InstanceExpired",
      "InstanceExpiredOrInArrears",
      "DiskInArrears",
    ],
  ],
  ["guard", 400, ["DependencyViolation.RouteEntry"]],
  ["capacity", 403, ["OperationDenied.NoStock", "QuotaExceed.ElasticQuota"]],
  ["capacity", 400, ["LackResource"]],
  ["absent", 404, ["InvalidInstanceId.NotFound", "InvalidInstanceIds.NotFound", "NoSuchResource"]],
  ["input", 400, ["InvalidAutoReleaseTime.Malformed", "MissingParameter", "InvalidParameter", "UnsupportedParameter"]],
  ["input", 404, ["InvalidRegionId.NotFound"]],
  ["dryRun", 400, ["DryRunOperation", "DRYRUN.SUCCESS"]],
  ["input", 400, ["SomethingElse"]],
  ["input", 403, ["OperationDenied.HostRepairing", "DiskError"]],
];

describe("classify", () => {
  it.each(
    rows.flatMap(([errorClass, status, codes]) => codes.map((code) => ({ code, status, errorClass }))),
  )("$status $code is $errorClass", ({ code, status, errorClass }) => {
    expect(classify(code, status).class).toBe(errorClass);
  });

  it.each([
    ["InvalidInstanceId.NotFoundElsewhere", "absent"],
    ["NotThrottling", "throttled"],
    ["SecurityForbidden", "auth"],
    ["InvalidOperation.DeletionProtectionX", "guard"],
  ])("%s only looks like %s", (code, errorClass) => {
    expect(classify(code, 400).class).not.toBe(errorClass);
  });

  it.each([
    "Throttling.User",
    "Forbidden.RAM",
    "InvalidOperation.DeletionProtection",
    "ChargeTypeViolation",
    "InstanceLockedForSecurity",
    "OperationDenied.NoStock",
    "InvalidTimeStamp.Expired",
  ])("%s says what to do", (code) => {
    expect(classify(code, 400).advice).toMatch(/\w+ \w+/);
  });
});

describe("EcsError", () => {
  it("says action, code, sentence, advice and RequestId, and its stack nothing more", () => {
    const error = new EcsError(
      "StopInstance",
      "Forbidden.RAM",
      "auth",
      "Not authorized",
      "grant the right",
      "REQUEST-1",
      undefined,
    );
    for (const part of ["StopInstance", "Forbidden.RAM", "Not authorized", "grant the right", "REQUEST-1"])
      expect(error.message).toContain(part);
    expect(error.stack).toBe(`EcsError: ${error.message}`);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/\n\s+at .*:\d+:\d+/);
    expect(error.cause).toBeUndefined();
  });

  it("has nothing but its allow-list of fields", () => {
    const error = new EcsError("StopInstance", "X", "input", "", undefined, undefined, 5);
    expect(Object.keys(error).sort()).toEqual([
      "action",
      "advice",
      "code",
      "errorClass",
      "name",
      "requestId",
      "retryAfterMs",
    ]);
  });
});
