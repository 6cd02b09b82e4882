import { expect, test } from "vitest";
import type { Execution, InstanceFields, World, WorldFile } from "../../emulator/index";
import { askCore, outcome, worldOf } from "./support";

interface Row {
  reason: string;
  action: string;
  params?: Record<string, string>;
  given?: Partial<InstanceFields>;
  /** The code, or `ok`. */
  answers: string;
  status?: number;
  message?: string;
  /** What the ledger says changed; default none. */
  effect?: string;
}

const wrongStatus = (actual: string, expected: string) =>
  "The specified instance is in an incorrect status for the requested action; " +
  `Status of the specified instance is ${actual} but the expected status is in (${expected}).`;

function refusedIn(
  action: string,
  statuses: readonly string[],
  expected: string,
  params: Record<string, string> = {},
): Row[] {
  return statuses.map((status) => ({
    reason: `${action} ${JSON.stringify(params)} is refused in ${status}`,
    action,
    params,
    given: { Status: status as NonNullable<InstanceFields["Status"]> },
    answers: "IncorrectInstanceStatus",
    status: 403,
    message: wrongStatus(status, expected),
  }));
}

const prePaid = { InstanceChargeType: "PrePaid" } as const;
const expired = { ...prePaid, Status: "Stopped", ExpiredTime: "2026-02-01T00:00:00Z" } as const;
const soon = "2026-03-01T10:00:00Z";

const rows: Row[] = [
  // StartInstance
  {
    reason: "a stopped instance starts",
    action: "StartInstance",
    given: { Status: "Stopped" },
    answers: "ok",
    effect: "i-a: Stopped -> Starting",
  },
  ...refusedIn("StartInstance", ["Running", "Pending", "Starting", "Stopping"], "Stopped"),
  {
    reason: "a dry run of a possible start is an error by name only",
    action: "StartInstance",
    params: { DryRun: "True" },
    given: { Status: "Stopped" },
    answers: "DryRunOperation",
    status: 400,
    message: "Request validation has been passed with DryRun flag set.",
  },
  {
    reason: "a dry run tells the same refusals",
    action: "StartInstance",
    params: { DryRun: "true" },
    answers: "IncorrectInstanceStatus",
  },
  {
    reason: "a security lock keeps it from starting",
    action: "StartInstance",
    given: { Status: "Stopped", OperationLocks: ["security"] },
    answers: "InstanceLockedForSecurity",
    status: 403,
  },
  {
    reason: "so does money",
    action: "StartInstance",
    given: { Status: "Stopped", OperationLocks: ["financial"] },
    answers: "InstanceExpired",
    status: 403,
  },
  {
    reason: "locks are judged before the status",
    action: "StartInstance",
    given: { OperationLocks: ["security"] },
    answers: "InstanceLockedForSecurity",
  },

  // StopInstance
  { reason: "a running instance stops", action: "StopInstance", answers: "ok", effect: "i-a: Running -> Stopping" },
  {
    reason: "a subscription can be stopped",
    action: "StopInstance",
    given: prePaid,
    answers: "ok",
    effect: "i-a: Running -> Stopping",
  },
  {
    reason: "deletion protection is no matter",
    action: "StopInstance",
    given: { DeletionProtection: true },
    answers: "ok",
    effect: "i-a: Running -> Stopping",
  },
  ...refusedIn("StopInstance", ["Stopped", "Pending", "Starting", "Stopping"], "Running"),
  ...refusedIn("StopInstance", ["Stopping"], "Running", { ForceStop: "true" }),
  {
    reason: "a security lock keeps it from stopping",
    action: "StopInstance",
    given: { OperationLocks: ["security"] },
    answers: "InstanceLockedForSecurity",
  },
  {
    reason: "so does money",
    action: "StopInstance",
    given: { OperationLocks: ["financial"] },
    answers: "InstanceExpiredOrInArrears",
  },
  {
    reason: "what is being reclaimed can't be stopped",
    action: "StopInstance",
    given: { OperationLocks: ["Recycling"] },
    answers: "IncorrectInstanceStatus",
  },
  {
    reason: "Not-applicable is only for answers",
    action: "StopInstance",
    params: { StoppedMode: "Not-applicable" },
    answers: "InvalidParameter",
    status: 400,
  },
  {
    reason: "a boolean is true or false",
    action: "StopInstance",
    params: { ForceStop: "yes" },
    answers: "InvalidParameter",
  },
  {
    reason: "parameters are judged before existence",
    action: "StopInstance",
    params: { InstanceId: "i-none", ForceStop: "yes" },
    answers: "InvalidParameter",
  },
  { reason: "a dry run stops nothing", action: "StopInstance", params: { DryRun: "true" }, answers: "DryRunOperation" },

  // DeleteInstance
  {
    reason: "a stopped instance is deleted",
    action: "DeleteInstance",
    given: { Status: "Stopped" },
    answers: "ok",
    effect: "i-a: Stopped -> released",
  },
  ...refusedIn("DeleteInstance", ["Running", "Pending", "Starting", "Stopping"], "Stopped"),
  {
    reason: "Force deletes a running one",
    action: "DeleteInstance",
    params: { Force: "true" },
    answers: "ok",
    effect: "i-a: Running -> released",
  },
  ...refusedIn("DeleteInstance", ["Pending", "Starting", "Stopping"], "Stopped,Running", { Force: "true" }),
  {
    reason: "protection stands against it",
    action: "DeleteInstance",
    given: { Status: "Stopped", DeletionProtection: true },
    answers: "InvalidOperation.DeletionProtection",
    status: 403,
    message: "The operation is not allowed due to deletion protection.",
  },
  {
    reason: "protection stands against Force too",
    action: "DeleteInstance",
    params: { Force: "true" },
    given: { DeletionProtection: true },
    answers: "InvalidOperation.DeletionProtection",
  },
  {
    reason: "the status is judged before protection",
    action: "DeleteInstance",
    given: { DeletionProtection: true },
    answers: "IncorrectInstanceStatus",
  },
  {
    reason: "a subscription isn't deleted",
    action: "DeleteInstance",
    params: { Force: "true" },
    given: prePaid,
    answers: "ChargeTypeViolation",
    status: 403,
    message: "The operation is not permitted due to charge type of the instance.",
  },
  {
    reason: "the charge type is judged before the status",
    action: "DeleteInstance",
    given: prePaid,
    answers: "ChargeTypeViolation",
  },
  {
    reason: "not before it has expired",
    action: "DeleteInstance",
    params: { TerminateSubscription: "true" },
    given: { ...prePaid, Status: "Stopped" },
    answers: "ChargeTypeViolation",
  },
  {
    reason: "an expired one only when asked so",
    action: "DeleteInstance",
    given: expired,
    answers: "ChargeTypeViolation",
  },
  {
    reason: "then it is",
    action: "DeleteInstance",
    params: { TerminateSubscription: "true" },
    given: expired,
    answers: "ok",
    effect: "i-a: Stopped -> released",
  },
  {
    reason: "a security lock allows deleting",
    action: "DeleteInstance",
    given: { Status: "Stopped", OperationLocks: ["security"] },
    answers: "ok",
    effect: "i-a: Stopped -> released",
  },
  {
    reason: "a financial lock too",
    action: "DeleteInstance",
    given: { Status: "Stopped", OperationLocks: ["financial"] },
    answers: "ok",
    effect: "i-a: Stopped -> released",
  },
  {
    reason: "an id that can't be one",
    action: "DeleteInstance",
    params: { InstanceId: "web 1" },
    answers: "InvalidParameter",
    message: "The input parameter InstanceId is invalid.",
  },
  {
    reason: "a dry run deletes nothing",
    action: "DeleteInstance",
    given: { Status: "Stopped" },
    params: { DryRun: "true" },
    answers: "DryRunOperation",
  },

  // ModifyInstanceAutoReleaseTime
  ...(["Running", "Stopped", "Pending", "Starting", "Stopping"] as const).map((Status) => ({
    reason: `a release time may be set in ${Status}`,
    action: "ModifyInstanceAutoReleaseTime",
    params: { AutoReleaseTime: soon },
    given: { Status },
    answers: "ok",
    effect: "i-a: AutoReleaseTime unset -> 2026-03-01T10:00:00Z",
  })),
  {
    reason: "protection doesn't stand against a release time",
    action: "ModifyInstanceAutoReleaseTime",
    params: { AutoReleaseTime: soon },
    given: { DeletionProtection: true },
    answers: "ok",
    effect: "i-a: AutoReleaseTime unset -> 2026-03-01T10:00:00Z",
  },
  {
    reason: "no lock does",
    action: "ModifyInstanceAutoReleaseTime",
    params: { AutoReleaseTime: soon },
    given: { OperationLocks: ["security", "financial"] },
    answers: "ok",
    effect: "i-a: AutoReleaseTime unset -> 2026-03-01T10:00:00Z",
  },
  {
    reason: "left out, it cancels",
    action: "ModifyInstanceAutoReleaseTime",
    given: { AutoReleaseTime: soon },
    answers: "ok",
    effect: "i-a: AutoReleaseTime 2026-03-01T10:00:00Z -> unset",
  },
  { reason: "cancelling nothing is fine", action: "ModifyInstanceAutoReleaseTime", answers: "ok" },
  {
    reason: "a subscription has none",
    action: "ModifyInstanceAutoReleaseTime",
    params: { AutoReleaseTime: soon },
    given: prePaid,
    answers: "ChargeTypeViolation",
  },
  {
    reason: "spot may have one",
    action: "ModifyInstanceAutoReleaseTime",
    params: { AutoReleaseTime: soon },
    given: { SpotStrategy: "SpotAsPriceGo" },
    answers: "ok",
    effect: "i-a: AutoReleaseTime unset -> 2026-03-01T10:00:00Z",
  },
  {
    reason: "this call has its own code for an unknown id",
    action: "ModifyInstanceAutoReleaseTime",
    params: { InstanceId: "i-none" },
    answers: "NoSuchResource",
    status: 404,
    message: "The specified resource is not found.",
  },
  {
    reason: "and its own text for none",
    action: "ModifyInstanceAutoReleaseTime",
    params: { InstanceId: "" },
    answers: "MissingParameter",
    status: 400,
    message: "InstanceId should not be null.",
  },

  // All of them
  ...["StartInstance", "StopInstance", "DeleteInstance", "DescribeInstanceAttribute"].flatMap((action) => [
    {
      reason: `${action} of an unknown id`,
      action,
      params: { InstanceId: "i-none" },
      answers: "InvalidInstanceId.NotFound",
      status: 404,
      message: "The specified InstanceId does not exist.",
    },
    {
      reason: `${action} of no id`,
      action,
      params: { InstanceId: "" },
      answers: "MissingInstanceId",
      status: 400,
      message: "InstanceId is mandatory for this action.",
    },
    {
      reason: `${action} in a region that isn't`,
      action,
      params: { RegionId: "cn-nowhere" },
      answers: "InvalidRegionId.NotFound",
      status: 404,
    },
    {
      reason: `${action} with another region's id`,
      action,
      params: { RegionId: "cn-beijing" },
      answers: "InvalidInstanceId.NotFound",
    },
  ]),
];

test.each(rows)("$action: $reason", ({ reason, action, params, given, answers, status, message, effect }) => {
  const world = worldOf([{ InstanceId: "i-a", ...given }]);
  const execution = askCore(world, action, { InstanceId: "i-a", ...params });
  expect(outcome(execution), reason).toBe(answers);
  expect(execution.effect, reason).toBe(effect ?? "none");
  if (status !== undefined) expect(execution.status, reason).toBe(status);
  if (message !== undefined) expect(execution.body["Message"], reason).toBe(message);
});

// Every status against every call that moves or needs one, and against every event. Written from what the vendor
// documents; the switches stand at their defaults.

const states = ["Pending", "Starting", "Running", "Stopping", "Stopped", "released", "gone"] as const;
type State = (typeof states)[number];

/** `i-a` with a disk, in that state: released and still listed, gone for good, or in a status. */
function worldIn(state: State, given: Partial<InstanceFields> = {}, file: WorldFile = {}): World {
  const Status = state === "released" || state === "gone" ? "Stopped" : state;
  const disks = [{ DiskId: "d-a", InstanceId: "i-a" }];
  const world = worldOf([{ InstanceId: "i-a", ...given, Status }], { disks, ...file });
  if (state === "released" || state === "gone") world.releaseInstance("i-a");
  if (state === "gone") world.advance(1000);
  return world;
}

/** One answer for each of `states`: the error's code, or the effect. */
type Answers = readonly [string, string, string, string, string, string, string];

const no = "IncorrectInstanceStatus";
const unknown = "InvalidInstanceId.NotFound";
const unknownIds = "InvalidInstanceIds.NotFound";
const noResource = "NoSuchResource";
const noDisk = "InvalidDiskId.NotFound";
const starts = "i-a: Stopped -> Starting";
const stops = "i-a: Running -> Stopping";
const reboots = "i-a: Running -> Starting";
const goes = "i-a: Stopped -> released";
const goesByForce = "i-a: Running -> released";
const releaseTime = "i-a: AutoReleaseTime unset -> 2026-03-01T10:00:00Z";
const renamed = "i-a: InstanceName -> web";
const begins = "s-…: absent -> progressing";
const batch = { RegionId: "cn-hangzhou", "InstanceId.1": "i-a" };

const matrix: { call: string; params?: Record<string, string>; answers: Answers }[] = [
  { call: "StartInstance", answers: [no, no, no, no, starts, no, unknown] },
  { call: "StopInstance", answers: [no, no, stops, no, no, no, unknown] },
  { call: "StopInstance", params: { ForceStop: "true" }, answers: [no, no, stops, no, no, no, unknown] },
  { call: "StopInstance", params: { StoppedMode: "StopCharging" }, answers: [no, no, stops, no, no, no, unknown] },
  { call: "RebootInstance", answers: [no, no, reboots, no, no, no, unknown] },
  { call: "RebootInstance", params: { ForceStop: "true" }, answers: [no, no, reboots, no, no, no, unknown] },
  { call: "DeleteInstance", answers: [no, no, no, no, goes, no, unknown] },
  { call: "DeleteInstance", params: { Force: "true" }, answers: [no, no, goesByForce, no, goes, no, unknown] },
  {
    call: "DeleteInstance",
    params: { Force: "true", ForceStop: "false" },
    answers: [no, no, goesByForce, no, goes, no, unknown],
  },
  { call: "StartInstances", params: batch, answers: [no, no, no, no, starts, no, unknownIds] },
  { call: "StopInstances", params: batch, answers: [no, no, stops, no, no, no, unknownIds] },
  { call: "StopInstances", params: { ...batch, ForceStop: "true" }, answers: [no, no, stops, no, no, no, unknownIds] },
  { call: "DeleteInstances", params: batch, answers: [no, no, no, no, goes, no, unknownIds] },
  {
    call: "DeleteInstances",
    params: { ...batch, Force: "true" },
    answers: [no, no, goesByForce, no, goes, no, unknownIds],
  },
  {
    call: "ModifyInstanceAutoReleaseTime",
    params: { AutoReleaseTime: soon },
    answers: [releaseTime, releaseTime, releaseTime, releaseTime, releaseTime, noResource, noResource],
  },
  {
    call: "ModifyInstanceAutoReleaseTime",
    answers: ["none", "none", "none", "none", "none", noResource, noResource],
  },
  {
    call: "ModifyInstanceAttribute",
    params: { InstanceName: "web" },
    answers: [renamed, renamed, renamed, renamed, renamed, no, unknown],
  },
  // The disk went with its instance.
  { call: "CreateSnapshot", params: { DiskId: "d-a" }, answers: [no, no, begins, no, begins, noDisk, noDisk] },
  { call: "DescribeInstanceAttribute", answers: ["none", "none", "none", "none", "none", "none", unknown] },
];

/** What the ledger says of the row, ids of snapshots aside. */
function answerOf(execution: Execution): string {
  return execution.code ?? execution.effect.replace(/s-[a-z0-9]+/, "s-…");
}

test.each(
  matrix.flatMap(({ call, params, answers }) =>
    states.map((state, index) => ({ call, with: JSON.stringify(params ?? {}), params, state, answer: answers[index] })),
  ),
)("$call $with in $state: $answer", ({ call, params, state, answer }) => {
  const world = worldIn(state);
  const before = world.find("i-a")?.instance;
  const execution = askCore(world, call, { InstanceId: "i-a", ...params });
  expect(answerOf(execution)).toBe(answer);
  // What is refused changes nothing at all.
  if (execution.code !== undefined) expect(world.find("i-a")?.instance).toBe(before);
  // Every answer but a success of a batch is the same with SuccessFirst, told for each instance.
  if (call !== "StartInstances" && call !== "StopInstances") return;
  const each = askCore(worldIn(state), call, { ...params, BatchOptimization: "SuccessFirst" });
  const { InstanceResponse } = each.body["InstanceResponses"] as { InstanceResponse: Record<string, unknown>[] };
  const told = execution.code === undefined ? "200" : execution.code === unknownIds ? unknown : execution.code;
  expect(InstanceResponse).toMatchObject([{ InstanceId: "i-a", Code: told }]);
});

/** What an event makes of `i-a`, at once and in the end (an hour later). `-` is: not listed. */
const becomes: {
  event: string;
  given?: Partial<InstanceFields>;
  happens: (world: World) => void;
  /** For each of `states` but the last two. */
  at: readonly [string, string, string, string, string];
  end: readonly [string, string, string, string, string];
}[] = [
  {
    event: "a second",
    happens: (world) => {
      world.advance(1000);
    },
    at: ["Starting", "Starting", "Running", "Stopping", "Stopped/KeepCharging"],
    end: ["Running", "Running", "Running", "Stopped/KeepCharging", "Stopped/KeepCharging"],
  },
  {
    event: "the release time",
    given: {
      AutoReleaseTime: "2026-03-01T08:01:00Z",
      DeletionProtection: true,
      timings: { pendingMs: null, startMs: null, stopMs: null },
    },
    happens: (world) => {
      world.advance(40_000);
    },
    // A released instance is listed with a status of the way out.
    at: ["Stopping", "Stopping", "Stopping", "Stopping", "Stopped/KeepCharging"],
    end: ["-", "-", "-", "-", "-"],
  },
  {
    event: "the end of a spot interruption",
    given: {
      SpotStrategy: "SpotAsPriceGo",
      reclaimAt: "2026-03-01T08:01:00Z",
      timings: { pendingMs: null, startMs: null, stopMs: null },
    },
    happens: (world) => {
      world.advance(40_000 + 300_000);
    },
    at: ["Stopping", "Stopping", "Stopping", "Stopping", "Stopped/KeepCharging"],
    end: ["-", "-", "-", "-", "-"],
  },
  {
    event: "the end of a spot interruption that stops",
    given: {
      SpotStrategy: "SpotAsPriceGo",
      SpotInterruptionBehavior: "Stop",
      reclaimAt: "2026-03-01T08:01:00Z",
      timings: { pendingMs: null, startMs: null, stopMs: 600_000 },
    },
    happens: (world) => {
      world.advance(40_000 + 300_000);
    },
    at: ["Stopping", "Stopping", "Stopping", "Stopping", "Stopped/KeepCharging"],
    end: [
      "Stopped/StopCharging",
      "Stopped/StopCharging",
      "Stopped/StopCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
    ],
  },
  {
    event: "a month without payment",
    given: { overdueAt: "2026-03-01T08:01:00Z", timings: { pendingMs: null, startMs: null, stopMs: null } },
    happens: (world) => {
      world.advance(40_000 + 15 * 24 * 3_600_000);
      // Stopped after fifteen days, whatever it was doing: listed as on its way.
      expect(look(world)).toMatch(/^Stop/);
      world.advance(15 * 24 * 3_600_000);
    },
    at: ["Stopping", "Stopping", "Stopping", "Stopping", "Stopped/KeepCharging"],
    end: ["-", "-", "-", "-", "-"],
  },
  {
    event: "the fifteenth day of a month without payment",
    given: { overdueAt: "2026-03-01T08:01:00Z", timings: { pendingMs: null, startMs: null, stopMs: 600_000 } },
    happens: (world) => {
      world.advance(40_000 + 15 * 24 * 3_600_000);
    },
    at: ["Stopping", "Stopping", "Stopping", "Stopped/KeepCharging", "Stopped/KeepCharging"],
    end: [
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
    ],
  },
  {
    event: "a shutdown from inside the guest",
    happens: (world) => {
      world.putInstance({ InstanceId: "i-a", Status: "Stopped" });
    },
    // Never economical.
    at: [
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
    ],
    end: [
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
      "Stopped/KeepCharging",
    ],
  },
];

function look(world: World): string {
  const instance = world.find("i-a")?.instance;
  if (instance === undefined) return "-";
  return instance.StoppedMode === "Not-applicable" ? instance.Status : `${instance.Status}/${instance.StoppedMode}`;
}

test.each(
  becomes.flatMap(({ event, given, happens, at, end }) =>
    states.slice(0, 5).map((state, index) => ({ event, state, given, happens, at: at[index], end: end[index] })),
  ),
)("$event in $state: $at, then $end", ({ state, given, happens, at, end }) => {
  const world = worldIn(state, given);
  happens(world);
  expect(look(world)).toBe(at);
  world.advance(3_600_000);
  expect(look(world)).toBe(end);
});

test.each([
  { state: "Pending", timing: "pendingMs", byHand: "Starting", then: "Running" },
  { state: "Starting", timing: "startMs", byHand: "Running", then: "Running" },
  { state: "Stopping", timing: "stopMs", byHand: "Stopped", then: "Stopped/KeepCharging" },
] as const)("$state without a time stays until somebody moves it by hand", ({ state, timing, byHand, then }) => {
  const world = worldIn(state, { timings: { [timing]: null } });
  world.advance(365 * 24 * 3_600_000);
  expect(look(world)).toBe(state);
  world.putInstance({ InstanceId: "i-a", Status: byHand });
  world.advance(3000);
  expect(look(world)).toBe(then);
});

test("stopping: the mode shows when it has stopped, where it can apply", () => {
  const unsuitable: Partial<InstanceFields>[] = [
    { ...prePaid },
    { localDisks: true },
    { InstanceNetworkType: "classic" },
  ];
  const modeAfter = (given: Partial<InstanceFields>, mode: Record<string, string>) => {
    const world = worldOf([{ InstanceId: "i-a", PublicIpAddress: { IpAddress: ["203.0.113.9"] }, ...given }]);
    expect(outcome(askCore(world, "StopInstance", { InstanceId: "i-a", ...mode }))).toBe("ok");
    world.advance(3000);
    return world.find("i-a")?.instance;
  };
  expect(modeAfter({}, { StoppedMode: "StopCharging" })).toMatchObject({
    StoppedMode: "StopCharging",
    PublicIpAddress: { IpAddress: [] },
  });
  expect(modeAfter({}, {})).toMatchObject({
    StoppedMode: "KeepCharging",
    PublicIpAddress: { IpAddress: ["203.0.113.9"] },
  });
  for (const given of unsuitable) {
    expect(modeAfter(given, { StoppedMode: "StopCharging" })).toMatchObject({
      Status: "Stopped",
      StoppedMode: "Not-applicable",
    });
  }
});

test("an economical stop gives the public address back, and a start brings another", () => {
  const world = worldOf([
    { InstanceId: "i-a", InternetMaxBandwidthOut: 5, PublicIpAddress: { IpAddress: ["198.51.100.9"] } },
  ]);
  askCore(world, "StopInstance", { InstanceId: "i-a", StoppedMode: "StopCharging" });
  world.advance(3000);
  askCore(world, "StartInstance", { InstanceId: "i-a" });
  const addresses = world.find("i-a")?.instance.PublicIpAddress.IpAddress;
  expect(addresses).toHaveLength(1);
  expect(addresses).not.toContain("198.51.100.9");
});

test("a released instance is still listed for a while, accepts nothing, then is gone for good", () => {
  const world = worldOf([{ InstanceId: "i-a", Status: "Stopped" }]);
  askCore(world, "DeleteInstance", { InstanceId: "i-a" });
  world.advance(999);
  expect(outcome(askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" }))).toBe("ok");
  expect(outcome(askCore(world, "StartInstance", { InstanceId: "i-a" }))).toBe("IncorrectInstanceStatus");
  expect(outcome(askCore(world, "DeleteInstance", { InstanceId: "i-a" }))).toBe("IncorrectInstanceStatus");
  expect(outcome(askCore(world, "ModifyInstanceAutoReleaseTime", { InstanceId: "i-a" }))).toBe("NoSuchResource");
  world.advance(1);
  expect(outcome(askCore(world, "DescribeInstanceAttribute", { InstanceId: "i-a" }))).toBe(
    "InvalidInstanceId.NotFound",
  );
  expect(outcome(askCore(world, "DeleteInstance", { InstanceId: "i-a" }))).toBe("InvalidInstanceId.NotFound");
});

test("Force with ForceStop=false shuts down first", () => {
  const world = worldOf([{ InstanceId: "i-a" }]);
  askCore(world, "DeleteInstance", { InstanceId: "i-a", Force: "true", ForceStop: "false" });
  world.advance(3999);
  expect(world.find("i-a")?.instance.Status).toBe("Stopping");
  world.advance(1);
  expect(world.find("i-a")).toBeUndefined();
});
