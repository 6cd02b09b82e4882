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

  const advices: readonly (readonly [string, RegExp | undefined])[] = [
    ["Throttling.User", /call limit.*run again/],
    ["Rejected.Throttling", /call limit.*run again/],
    ["InvalidTimeStamp.Expired", /set .*clock/],
    ["OperationDenied.NoStock", /no stock.*KeepCharging/],
    ["LackResource", /no stock.*try later/],
    ["QuotaExceed.ElasticQuota", /raise the quota/],
    ["Invalid.PrivatePoolOptions.NoStock", /private pool is full/],
    ["InvalidDedicatedHost.NotEnoughResource", /dedicated host is full/],
    ["InvalidAccessKeyId.NotFound", /access key.*enabled/],
    ["InvalidAccessKeySecret", /check the secret/],
    ["SignatureDoesNotMatch", /check the secret/],
    ["IncompleteSignature", /check the access key and its secret/],
    ["InvalidSecurityToken.Expired", /new STS token/],
    ["MissingSecurityToken", /set the STS token/],
    ["Forbidden.RAM", /grant.*right.*docs\/safety\.md/],
    ["NoPermission", /grant.*right.*docs\/safety\.md/],
    ["InvalidOperation.DeletionProtection", /release protection off/],
    ["ChargeTypeViolation", /subscription instance.*neither be released nor get a release time/],
    ["InstanceLockedForSecurity", /security lock.*vendor/],
    ["InstanceExpired", /pay the bill/],
    ["InsufficientBalance", /pay the bill/],
    ["DiskInArrears", /pay the bill/],
    ["DependencyViolation.RouteEntry", /remove what depends/],
    ["InvalidAutoReleaseTime.Malformed", /30 minutes to 3 years ahead/],
    // What passes by itself, is looked at again or says it all needs none.
    ["InternalError", undefined],
    ["IncorrectInstanceStatus", undefined],
    ["InvalidInstanceId.NotFound", undefined],
    ["DryRunOperation", undefined],
    ["InvalidParameter", undefined],
    ["SomethingElse", undefined],
  ];

  it.each(advices)("%s says what to do: %s", (code, says) => {
    const { advice } = classify(code, 400);
    if (says === undefined) expect(advice).toBeUndefined();
    else expect(advice).toMatch(says);
  });

  it.each([
    ["InvalidParameter", "The specified InstanceId is not valid.", "absent"],
    ["InvalidParameter", "The specified InstanceIds are not valid.", "input"],
    ["InvalidParameter", "", "input"],
    ["InvalidParameter.Conflict", "InstanceId and the rest", "input"],
    ["SomethingElse", "InstanceId", "input"],
    ["IncorrectInstanceStatus", "The current status does not support this operation.", "wait"],
    ["IncorrectInstanceStatus", "The instance is still attached by volumes.", "guard"],
    ["IncorrectInstanceStatus.Initializing", "still attached by volumes", "wait"],
  ])("%s with %j is %s: one code, two meanings", (code, message, errorClass) => {
    const found = classify(code, 403, message);
    expect(found.class).toBe(errorClass);
    if (errorClass === "guard") expect(found.advice).toMatch(/detach the volumes/);
  });

  it.each([
    ["a code that says more than the status", "Forbidden.RAM", 429, "auth"],
    ["no status, an unknown code", "SomethingElse", undefined, "input"],
    ["no status, a known one", "InternalError", undefined, "unknownOutcome"],
    ["the last that is not the server's trouble", "SomethingElse", 499, "input"],
    ["the first that is", "SomethingElse", 500, "unknownOutcome"],
    ["refused before it ran, whatever the status", "Throttling.User", 503, "throttled"],
  ] as const)("%s: %s with %s is %s", (_reason, code, status, errorClass) => {
    expect(classify(code, status).class).toBe(errorClass);
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
    expect(error.message).toBe("StopInstance: Forbidden.RAM: Not authorized; grant the right (RequestId REQUEST-1)");
    expect(error.stack).toBe(`EcsError: ${error.message}`);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/\n\s+at .*:\d+:\d+/);
    expect(error.cause).toBeUndefined();
  });

  it("what is not there leaves no gap", () => {
    expect(new EcsError("StopInstance", "X", "input", "", undefined, undefined, undefined).message).toBe(
      "StopInstance: X",
    );
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
