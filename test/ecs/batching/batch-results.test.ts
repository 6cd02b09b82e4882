import { describe, expect, it } from "vitest";
import { batchResults } from "../../../provider/ecs/batching/batch-results";
import { judgeBatchError } from "../../../provider/ecs/batching/batch-errors";
import { classify, EcsError } from "../../../provider/ecs/errors";

const action = "StopInstances";

function outcome(entries: unknown, quote?: (sentence: string) => string) {
  const body = { RequestId: "R-1", InstanceResponses: { InstanceResponse: entries } };
  const more = quote === undefined ? {} : { quote };
  return batchResults(action, { body, requestId: "R-1", serverTimeMs: undefined, ...more })("i-a");
}

describe("what became of one of many", () => {
  it.each(["200", 200, "OK", "Success", "success"])("Code %j: accepted, by the request that all share", (Code) => {
    expect(
      outcome([
        { InstanceId: "i-b", Code: "X" },
        { InstanceId: "i-a", Code },
      ]),
    ).toEqual({ requestId: "R-1" });
  });

  it("a code of the vendor's means what it means in the single call", () => {
    const entry = (Code: string, Message: string) => outcome([{ InstanceId: "i-a", Code, Message }]);
    expect(entry("IncorrectInstanceStatus", "no")).toMatchObject({ errorClass: "wait", requestId: "R-1", action });
    expect(entry("IncorrectInstanceStatus", "It is still attached by volumes.")).toMatchObject({ errorClass: "guard" });
    expect(entry("OperationDenied.NoStock", "")).toMatchObject({ errorClass: "capacity" });
    expect(entry("Throttling.User", "")).toMatchObject({ errorClass: "throttled" });
    expect(entry("InternalError", "")).toMatchObject({ errorClass: "unknownOutcome" });
    expect(entry("InvalidInstanceId.NotFound", "")).toMatchObject({ errorClass: "absent" });
  });

  it.each([
    { reason: "not told of", entries: [{ InstanceId: "i-b", Code: "200" }] },
    { reason: "no list", entries: undefined },
    { reason: "told of without a code", entries: [{ InstanceId: "i-a", Code: "" }] },
    { reason: "a code that is none", entries: [{ InstanceId: "i-a", Code: 500 }] },
    {
      reason: "told of twice",
      entries: [
        { InstanceId: "i-a", Code: "200" },
        { InstanceId: "i-a", Code: "InvalidParameter" },
      ],
    },
  ])("$reason: nobody knows", ({ entries }) => {
    expect(outcome(entries)).toMatchObject({ errorClass: "unknownOutcome", requestId: "R-1" });
  });

  it("the vendor's sentence is passed on as the door lets it, and not at all where the door says nothing of it", () => {
    const entries = [{ InstanceId: "i-a", Code: "Odd", Message: "about SECRET." }];
    expect(outcome(entries)).toMatchObject({ message: "StopInstances: Odd (RequestId R-1)" });
    expect(outcome(entries, (text) => text.replace("SECRET", "***"))).toMatchObject({
      message: "StopInstances: Odd: about ***. (RequestId R-1)",
    });
  });
});

describe("a call about many that failed as a whole", () => {
  it.each([
    ["Throttling.User", 400, "each"],
    ["InternalError", 500, "each"],
    ["SomethingNew", 503, "each"],
    ["SignatureDoesNotMatch", 400, "each"],
    ["InvalidAccessKeyId.NotFound", 404, "each"],
    ["InvalidSecurityToken.Expired", 400, "each"],
    ["InvalidTimeStamp.Expired", 400, "each"],
    ["InvalidInstanceIds.NotFound", 404, "singly"],
    ["InvalidInstanceId.NotFound", 404, "singly"],
    ["Abs.InvalidInstanceIds.MalFormed", 403, "singly"],
    ["IncorrectInstanceStatus", 403, "singly"],
    ["InvalidOperation.Conflict", 409, "singly"],
    ["InvalidParameter", 400, "singly"],
    ["InstanceLockedForSecurity", 403, "singly"],
    ["SomethingNew", 400, "singly"],
    ["Forbidden.RAM", 403, "never"],
    ["NoPermission", 403, "never"],
    ["InvalidAction.NotFound", 404, "never"],
    ["InvalidApi.NotFound", 404, "never"],
    ["UnsupportedOperation", 400, "never"],
  ] as const)("%s (%d): %s", (code, status, refusal) => {
    const { class: errorClass } = classify(code, status);
    expect(judgeBatchError(new EcsError(action, code, errorClass, "", undefined, "R", undefined))).toBe(refusal);
  });

  it("what is no answer of ECS at all is each one's own", () => {
    expect(judgeBatchError(new Error("no credentials"))).toBe("each");
  });
});
