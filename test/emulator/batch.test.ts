import { describe, expect, test } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { ask, askCore, type Body, emulatorForTest, now, outcome, worldOf } from "./support";

const here = { RegionId: "cn-hangzhou" };
const stopped = (InstanceId: string): InstanceFields => ({ InstanceId, Status: "Stopped" });

function responsesOf(body: Body): Body[] {
  return (body["InstanceResponses"] as { InstanceResponse: Body[] }).InstanceResponse;
}

function statusesOf(body: Body): Body[] {
  return (body["InstanceStatuses"] as { InstanceStatus: Body[] }).InstanceStatus;
}

const ids = (...names: string[]) => Object.fromEntries(names.map((id, index) => [`InstanceId.${index + 1}`, id]));

describe.each(["POST", "GET"] as const)("through the vendor's client by %s", (method) => {
  test("two instances are started, stopped, rebooted and deleted", async () => {
    const emulator = await emulatorForTest({ world: { now, instances: [stopped("i-a"), stopped("i-b")] } });
    const InstanceId = ["i-a", "i-b"];
    const call = (action: string, params: Body) => ask(emulator, action, { ...here, ...params }, { method });
    const status = async () => statusesOf((await call("DescribeInstanceStatus", { InstanceId })).body);

    const started = await call("StartInstances", { InstanceId });
    expect(responsesOf(started.body)).toEqual([
      { InstanceId: "i-a", Code: "200", Message: "success", PreviousStatus: "Stopped", CurrentStatus: "Starting" },
      { InstanceId: "i-b", Code: "200", Message: "success", PreviousStatus: "Stopped", CurrentStatus: "Starting" },
    ]);
    emulator.advance(3000);
    expect(await status()).toEqual([
      { InstanceId: "i-a", Status: "Running" },
      { InstanceId: "i-b", Status: "Running" },
    ]);
    expect((await call("RebootInstance", { InstanceId: "i-a" })).code).toBeUndefined();
    expect(await status()).toMatchObject([{ Status: "Starting" }, { Status: "Running" }]);
    emulator.advance(3000);
    const stop = await call("StopInstances", { InstanceId, StoppedMode: "StopCharging" });
    expect(responsesOf(stop.body)).toMatchObject([{ CurrentStatus: "Stopping" }, { CurrentStatus: "Stopping" }]);
    emulator.advance(3000);
    expect(emulator.instance("i-b")).toMatchObject({ Status: "Stopped", StoppedMode: "StopCharging" });
    const deleted = await call("DeleteInstances", { InstanceId, ClientToken: "t" });
    expect(Object.keys(deleted.body)).toEqual(["RequestId"]);
    emulator.advance(1000);
    expect(await status()).toEqual([]);
    // The answer of then, although the instances are gone.
    expect((await call("DeleteInstances", { InstanceId, ClientToken: "t" })).code).toBeUndefined();
    expect((await call("DeleteInstances", { InstanceId: ["i-a"], ClientToken: "t" })).code).toBe(
      "IdempotentParameterMismatch",
    );
  });
});

test("AllTogether: what stands against one stands against all", () => {
  const world = worldOf([stopped("i-a"), { InstanceId: "i-b" }]);
  expect(askCore(world, "StartInstances", { ...here, ...ids("i-a", "i-b") })).toMatchObject({
    code: "IncorrectInstanceStatus",
    status: 403,
    effect: "none",
  });
  expect(world.find("i-a")?.instance.Status).toBe("Stopped");
});

test("SuccessFirst: each gets its own answer", () => {
  const world = worldOf([stopped("i-a"), { InstanceId: "i-b" }]);
  const params = { ...here, ...ids("i-a", "i-b", "i-c"), BatchOptimization: "SuccessFirst" };
  const { status, body, effect } = askCore(world, "StartInstances", params);
  expect(status).toBe(200);
  expect(responsesOf(body)).toMatchObject([
    { InstanceId: "i-a", Code: "200", PreviousStatus: "Stopped", CurrentStatus: "Starting" },
    { InstanceId: "i-b", Code: "IncorrectInstanceStatus", PreviousStatus: "", CurrentStatus: "" },
    { InstanceId: "i-c", Code: "InvalidInstanceId.NotFound", PreviousStatus: "", CurrentStatus: "" },
  ]);
  expect(effect).toBe("i-a: Stopped -> Starting");
});

const many = ids(...Array.from({ length: 101 }, (_, n) => `i-${n}`));

test.each<{ reason: string; action: string; params: Record<string, string>; code: string; status: number }>([
  { reason: "no region", action: "StartInstances", params: { RegionId: "" }, code: "MissingRegionId", status: 400 },
  { reason: "no ids", action: "StartInstances", params: {}, code: "InvalidInstanceId.NotFound", status: 403 },
  {
    reason: "too many",
    action: "StopInstances",
    params: many,
    code: "InvalidParameter.TooManyInstanceIds",
    status: 403,
  },
  {
    reason: "no id",
    action: "StopInstances",
    params: ids("web"),
    code: "Abs.InvalidInstanceIds.MalFormed",
    status: 403,
  },
  {
    reason: "no id",
    action: "DeleteInstances",
    params: ids("web"),
    code: "InvalidInstanceIds.ValueNotSupported",
    status: 403,
  },
  {
    reason: "unknown",
    action: "StartInstances",
    params: ids("i-none"),
    code: "InvalidInstanceIds.NotFound",
    status: 404,
  },
  {
    reason: "unknown",
    action: "DeleteInstances",
    params: ids("i-a", "i-none"),
    code: "InvalidInstanceIds.NotFound",
    status: 404,
  },
  {
    reason: "elsewhere",
    action: "DeleteInstances",
    params: ids("i-a", "i-far"),
    code: "InvalidParameter.CrossRegionNotSupport",
    status: 400,
  },
  {
    reason: "protected",
    action: "DeleteInstances",
    params: ids("i-a", "i-safe"),
    code: "InvalidOperation.DeletionProtection",
    status: 403,
  },
  {
    reason: "running",
    action: "DeleteInstances",
    params: ids("i-a", "i-on"),
    code: "IncorrectInstanceStatus",
    status: 403,
  },
  {
    reason: "a dry run",
    action: "StartInstances",
    params: { ...ids("i-a"), DryRun: "true" },
    code: "DRYRUN.SUCCESS",
    status: 400,
  },
  {
    reason: "a dry run",
    action: "DeleteInstances",
    params: { ...ids("i-a"), DryRun: "true" },
    code: "DRYRUN.SUCCESS",
    status: 400,
  },
  {
    reason: "a dry run that fails",
    action: "StopInstances",
    params: { ...ids("i-a"), DryRun: "true" },
    code: "IncorrectInstanceStatus",
    status: 403,
  },
  {
    reason: "a dry run that tells nothing",
    action: "StopInstances",
    params: { ...ids("i-a"), DryRun: "true", BatchOptimization: "SuccessFirst" },
    code: "DRYRUN.SUCCESS",
    status: 400,
  },
  {
    reason: "no such way",
    action: "StartInstances",
    params: { ...ids("i-a"), BatchOptimization: "Fast" },
    code: "InvalidParameter",
    status: 400,
  },
  {
    reason: "too many",
    action: "DescribeInstanceStatus",
    params: many,
    code: "InvalidParameter.TooManyInstanceIds",
    status: 403,
  },
  {
    reason: "too large a page",
    action: "DescribeInstanceStatus",
    params: { PageSize: "51" },
    code: "InvalidParameter",
    status: 400,
  },
])("$action, $reason: $code", ({ action, params, code, status }) => {
  const world = worldOf([
    stopped("i-a"),
    { InstanceId: "i-on" },
    { ...stopped("i-safe"), DeletionProtection: true },
    { ...stopped("i-far"), RegionId: "cn-beijing" },
  ]);
  const before = JSON.stringify(world.toFile());
  expect(askCore(world, action, { ...here, ...params })).toMatchObject({ code, status, effect: "none" });
  expect(JSON.stringify(world.toFile())).toBe(before);
});

test("a key without the permission is refused as a whole", () => {
  const credential = { accessKeyId: "k", accessKeySecret: "s", deny: ["ecs:StartInstances"] };
  const world = worldOf([stopped("i-a")], { credentials: [credential] });
  const params = { ...here, ...ids("i-a"), BatchOptimization: "SuccessFirst" };
  expect(outcome(askCore(world, "StartInstances", params, credential))).toBe("Forbidden.RAM");
});

test("DescribeInstanceStatus by zone and page", () => {
  const world = worldOf([stopped("i-a"), { InstanceId: "i-b", ZoneId: "cn-hangzhou-b" }, { InstanceId: "i-c" }]);
  const page = (params: Record<string, string>) =>
    statusesOf(askCore(world, "DescribeInstanceStatus", { ...here, ...params }).body).map((row) => row["InstanceId"]);
  expect(page({ ZoneId: "cn-hangzhou-b" })).toEqual(["i-b"]);
  expect(page({ PageSize: "2", PageNumber: "2" })).toEqual(["i-c"]);
});

test.each([
  { given: { Status: "Stopped" }, code: "IncorrectInstanceStatus" },
  { given: { OperationLocks: ["security"] }, code: "InstanceLockedForSecurity" },
  { given: { OperationLocks: ["financial"] }, code: "InstanceExpiredOrInArrears" },
] as const)("RebootInstance of $given: $code", ({ given, code }) => {
  const world = worldOf([{ InstanceId: "i-a", ...(given as Partial<InstanceFields>) }]);
  expect(outcome(askCore(world, "RebootInstance", { InstanceId: "i-a" }))).toBe(code);
});

test("a fault on an instance hits the batch that names it", () => {
  const world = worldOf([stopped("i-a"), stopped("i-b")]);
  world.addFault({ action: "StartInstances", instanceId: "i-b", then: { code: "Throttling.User" } });
  expect(outcome(askCore(world, "StartInstances", { ...here, ...ids("i-a") }))).toBe("ok");
  expect(outcome(askCore(world, "StartInstances", { ...here, ...ids("i-b") }))).toBe("Throttling.User");
});
