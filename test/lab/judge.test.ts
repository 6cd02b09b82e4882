import { describe, expect, it } from "vitest";
import type { Instance, LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation, Properties, StateResource, World } from "../../lab/evidence";
import { explain, judge } from "../../lab/judge/judge";

const id = "i-a";
const startMs = Date.parse("2026-06-01T12:00:00Z");

type Row = Partial<LedgerEntry> & { readonly action: string; readonly s?: number };

/** Rows of a ledger in order; `s` is the second at which they came. */
function ledgerOf(...rows: readonly Row[]): readonly LedgerEntry[] {
  return rows.map(({ s = 0, ...row }, index) => ({
    n: index + 1,
    at: new Date(startMs + s * 1_000).toISOString(),
    params: row.action.startsWith("DescribeInstances") ? { InstanceIds: `["${id}"]` } : { InstanceId: id },
    effect: "none",
    shows: null,
    status: 200,
    code: null,
    fault: null,
    requestId: `R-${index}`,
    ...row,
  }));
}

const look = (status: string | undefined, s = 0): Row => ({
  action: "DescribeInstances",
  shows: status === undefined ? "" : `${id} ${status}`,
  s,
});
const released: Row = { action: "DeleteInstance", effect: `${id}: Stopped -> released` };

function instance(different: Partial<Instance> = {}): Instance {
  return {
    InstanceId: id,
    InstanceName: "worker",
    Status: "Stopped",
    InstanceChargeType: "PostPaid",
    DeletionProtection: false,
    SerialNumber: "serial-1",
    AutoReleaseTime: "",
    OperationLocks: { LockReason: [] },
    Tags: { Tag: [] },
    ...different,
  } as unknown as Instance;
}

function world(...instances: readonly Instance[]): World {
  return {
    atMs: startMs,
    instances: new Map(instances.map((one) => [one.InstanceId, one])),
    snapshots: [],
    disks: new Map(instances.map((one) => [one.InstanceId, [`d-of-${one.InstanceId}`]])),
  };
}

function resource(outputs: Properties): StateResource {
  return { name: "machine", id, inputs: {}, outputs: { releasedBy: null, ...outputs }, initErrors: [] };
}

function operation(args: Properties | undefined, different: Partial<Operation> = {}): Operation {
  return {
    kind: "up",
    declarations: args === undefined ? [] : [{ name: "machine", args: { instanceId: id, ...args } }],
    settings: {},
    exit: "ok",
    afterN: 0,
    toN: 1_000,
    spans: undefined,
    stateBefore: [],
    stateAfter: [],
    worldBefore: world(instance()),
    worldAfter: world(instance()),
    printed: [],
    ...different,
  };
}

function broken(ledger: readonly LedgerEntry[], ...operations: readonly Operation[]): readonly string[] {
  const evidence: Evidence = { operations, ledger, secrets: ["very-secret"] };
  const violations = judge(evidence);
  for (const violation of violations)
    expect(explain(violation), "says what and where").toContain(`${violation.invariant}: `);
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

const toRelease = { state: "released" };

describe("the judge has nothing to say of", () => {
  it("a release that is declared, looked at and sent once", () => {
    expect(broken(ledgerOf(look("Stopped"), released), operation(toRelease))).toEqual([]);
  });

  it("a release that was refused, looked at again and sent again", () => {
    const refused: Row = { action: "DeleteInstance", status: 403, code: "IncorrectInstanceStatus" };
    expect(broken(ledgerOf(look("Stopped"), refused, look("Stopped"), released), operation(toRelease))).toEqual([]);
  });

  it("protection whose lifting was refused, and a stop after a new look", () => {
    const params = { InstanceId: id, DeletionProtection: "false" };
    const refused: Row = { action: "ModifyInstanceAttribute", params, status: 400, code: "Throttling.User" };
    const stopped: Row = { action: "StopInstance", effect: `${id}: Running -> Stopping` };
    const lifts = operation({ ...toRelease, release: { deletionProtection: "lift" } });
    expect(broken(ledgerOf(look("Stopped"), refused, look("Running"), stopped), lifts)).toEqual([]);
  });

  it("several that are stopped in one call, one of which was refused and looked at again", () => {
    const answered: Row = {
      action: "StopInstances",
      params: { "InstanceId.1": id, "InstanceId.2": "i-other", StoppedMode: "KeepCharging" },
      shows: `${id} IncorrectInstanceStatus; i-other 200`,
      effect: "i-other: Running -> Stopping",
    };
    const both = {
      declarations: [id, "i-other"].map((instanceId) => ({ name: instanceId, args: { instanceId, state: "stopped" } })),
    };
    const again: Row = { action: "StopInstance", effect: `${id}: Running -> Stopping` };
    const lookAtBoth: Row = {
      action: "DescribeInstances",
      params: { InstanceIds: JSON.stringify([id, "i-other"]) },
      shows: `${id} Running; i-other Running`,
    };
    expect(broken(ledgerOf(lookAtBoth, answered, look("Running"), again), operation(undefined, both))).toEqual([]);
  });

  it("a copy that the network made and the gateway refused", () => {
    const copy: Row = { action: "DeleteInstance", status: 400, code: "SignatureNonceUsed" };
    expect(broken(ledgerOf(look("Stopped"), released, copy), operation(toRelease))).toEqual([]);
  });

  it("a call that was turned away for its time and signed anew", () => {
    const late: Row = { action: "StartInstance", status: 400, code: "InvalidTimeStamp.Expired" };
    expect(
      broken(ledgerOf(look("Stopped"), late, { action: "StartInstance" }), operation({ state: "running" })),
    ).toEqual([]);
  });

  it("a machine that somebody released by hand", () => {
    expect(
      broken(
        ledgerOf({ action: "control:releaseInstance", effect: `${id}: Running -> released` }),
        operation({ state: "running" }),
      ),
    ).toEqual([]);
  });
});

describe("the judge sees", () => {
  it.each<[string, string, readonly Row[], Operation]>([
    ["S1", "a release that nobody declared", [look("Stopped"), released], operation({ state: "stopped" })],
    [
      "S1",
      "a release in a destroy",
      [look("Stopped"), released],
      operation(undefined, { kind: "destroy", stateBefore: [resource(toRelease)] }),
    ],
    [
      "S1",
      "a release by a delete",
      [look("Stopped"), released],
      operation(toRelease, { spans: [{ method: "delete", id, afterN: 0, toN: 9 }] }),
    ],
    [
      "S2",
      "force that is not declared",
      [look("Running"), { ...released, params: { InstanceId: id, Force: "true" } }],
      operation(toRelease),
    ],
    [
      "S2",
      "TerminateSubscription",
      [look("Stopped"), { ...released, params: { InstanceId: id, TerminateSubscription: "true" } }],
      operation(toRelease),
    ],
    [
      "S2",
      "a forced stop that is not declared",
      [look("Running"), { action: "StopInstance", params: { InstanceId: id, ForceStop: "true" } }],
      operation({ state: "stopped" }),
    ],
    [
      "S2",
      "lifted protection that is not declared",
      [look("Stopped"), { action: "ModifyInstanceAttribute", params: { InstanceId: id, DeletionProtection: "false" } }],
      operation(toRelease),
    ],
    [
      "S2",
      "protection lifted for a stop",
      [
        look("Running"),
        { action: "ModifyInstanceAttribute", params: { InstanceId: id, DeletionProtection: "false" } },
        look("Running"),
        { action: "StopInstance" },
      ],
      operation({ ...toRelease, release: { deletionProtection: "lift" } }),
    ],
    [
      "S4",
      "a second call about several without a look between",
      [
        look("Running"),
        { action: "StopInstances", params: { "InstanceId.1": id }, shows: `${id} IncorrectInstanceStatus` },
        { action: "StopInstances", params: { "InstanceId.1": id }, shows: `${id} 200`, effect: `${id}: stopped` },
      ],
      operation({ state: "stopped" }),
    ],
    [
      "S3",
      "a second release without a look",
      [look("Stopped"), { action: "DeleteInstance", status: null, fault: "wire:reset-before" }, released],
      operation(toRelease),
    ],
    [
      "S3",
      "a start after the release was accepted",
      [look("Stopped"), released, look("Stopped"), { action: "StartInstance" }],
      operation(toRelease),
    ],
    ["S4", "a write without a look", [{ action: "StartInstance" }], operation({ state: "running" })],
    [
      "S4",
      "a write on a look that did not show it",
      [look(undefined), { action: "StartInstance" }],
      operation({ state: "running" }),
    ],
    [
      "S4",
      "a write on an answer that was lost",
      [{ ...look("Stopped"), fault: "wire:half" }, { action: "StartInstance" }],
      operation({ state: "running" }),
    ],
    [
      "S4",
      "a write on an old look",
      [look("Stopped", 0), { action: "StartInstance", s: 11 }],
      operation({ state: "running" }),
    ],
    [
      "S4",
      "a write to another machine under the same id",
      [look("Stopped"), { action: "StartInstance" }],
      operation({ state: "running" }, { stateBefore: [resource({ serialNumber: "serial-0" })] }),
    ],
    [
      "S5",
      "gone after one look",
      [look(undefined)],
      operation(toRelease, {
        stateAfter: [resource({ releasedBy: "unknown", status: "absent" })],
        worldAfter: world(),
      }),
    ],
    [
      "S5",
      "gone, and it is there",
      [
        look("Running", 0),
        look(undefined, 0),
        { action: "DescribeInstanceAttribute", status: 404, code: "InvalidInstanceId.NotFound", s: 6 },
        { action: "DescribeInstances", code: "DryRunOperation", status: 400, params: { DryRun: "true" }, s: 6 },
      ],
      operation(toRelease, { stateAfter: [resource({ releasedBy: "unknown", status: "absent" })] }),
    ],
    [
      "S6",
      "a release time that nobody declared",
      [
        look("Running"),
        {
          action: "ModifyInstanceAutoReleaseTime",
          params: { InstanceId: id, AutoReleaseTime: "2026-06-02T12:00:00Z" },
        },
      ],
      operation({ state: "running" }),
    ],
    [
      "S6",
      "an earlier release time than declared",
      [
        look("Running"),
        {
          action: "ModifyInstanceAutoReleaseTime",
          params: { InstanceId: id, AutoReleaseTime: "2026-06-02T11:00:00Z" },
        },
      ],
      operation({ autoReleaseAt: "2026-06-02T12:00:00Z" }),
    ],
    [
      "S6",
      "seconds that were not cut",
      [
        look("Running"),
        {
          action: "ModifyInstanceAutoReleaseTime",
          params: { InstanceId: id, AutoReleaseTime: "2026-06-02T12:00:30Z" },
        },
      ],
      operation({ autoReleaseAt: "2026-06-02T12:00:30Z" }),
    ],
    [
      "S6",
      "less than 30 minutes",
      [
        look("Running"),
        {
          action: "ModifyInstanceAutoReleaseTime",
          params: { InstanceId: id, AutoReleaseTime: "2026-06-01T12:20:00Z" },
        },
      ],
      operation({ autoReleaseAt: "2026-06-01T12:20:00Z" }),
    ],
    [
      "S6",
      "a release time that outlives its declaration",
      [look("Running")],
      operation(
        { state: "running" },
        {
          stateBefore: [resource({ autoReleaseAt: "2026-06-02T12:00:00Z", serialNumber: "serial-1" })],
          worldAfter: world(instance({ AutoReleaseTime: "2026-06-02T12:00Z" })),
        },
      ),
    ],
    [
      "S7",
      "a cancelled time that was never declared",
      [look("Running"), { action: "ModifyInstanceAutoReleaseTime" }],
      operation({ state: "running" }),
    ],
    [
      "S7",
      "a cancelled time that is declared",
      [look("Running"), { action: "ModifyInstanceAutoReleaseTime" }],
      operation({ autoReleaseAt: "2026-06-02T12:00:00Z" }),
    ],
    [
      "S8",
      "a write in a preview",
      [look("Running"), { action: "StopInstance" }],
      operation({ state: "stopped" }, { kind: "preview" }),
    ],
    [
      "S8",
      "a dry run of a delete in a preview",
      [
        look("Running"),
        { action: "DeleteInstance", params: { InstanceId: id, DryRun: "true" }, code: "DryRunOperation", status: 400 },
      ],
      operation(toRelease, { kind: "preview" }),
    ],
    [
      "S8",
      "a write by read",
      [look("Running"), { action: "StopInstance" }],
      operation({ state: "stopped" }, { spans: [{ method: "read", id, afterN: 0, toN: 9 }] }),
    ],
    [
      "S9",
      "a write to somebody else's machine",
      [
        { action: "DescribeInstances", params: { InstanceIds: '["i-b"]' }, shows: "i-b Running" },
        { action: "StopInstance", params: { InstanceId: "i-b" } },
      ],
      operation({ state: "stopped" }),
    ],
    [
      "S9",
      "an empty list of ids",
      [{ action: "DescribeInstances", params: { InstanceIds: "[]" }, shows: "" }],
      operation({ state: "stopped" }),
    ],
    [
      "S11",
      "a release of a subscription",
      [look("Stopped"), released],
      operation(toRelease, { worldBefore: world(instance({ InstanceChargeType: "PrePaid" })) }),
    ],
    [
      "S11",
      "a release of a protected machine",
      [look("Stopped"), released],
      operation(toRelease, { worldBefore: world(instance({ DeletionProtection: true })) }),
    ],
    [
      "S11",
      "a release of another name than expected",
      [look("Stopped"), released],
      operation({ ...toRelease, expect: { instanceName: "other" } }),
    ],
    [
      "S11",
      "a release of a scaling group's machine",
      [look("Stopped"), released],
      operation(toRelease, {
        worldBefore: world(
          instance({ Tags: { Tag: [{ TagKey: "acs:autoscaling:scalingGroupId", TagValue: "asg-1" }] } }),
        ),
      }),
    ],
    [
      "S12",
      "a secret in what is printed",
      [],
      operation({ state: "running" }, { printed: ["error: very-secret was refused"] }),
    ],
    [
      "S12",
      "a secret in the state",
      [],
      operation(
        { state: "running" },
        { stateBefore: [resource({})], stateAfter: [{ ...resource({}), inputs: { key: "very-secret" } }] },
      ),
    ],
    ["S13", "a question about a wrong declaration", [look("Running")], operation({ wrong: true })],
    [
      "S14",
      "a wish that is recorded",
      [look("Running")],
      operation({ state: "stopped" }, { stateAfter: [resource({ status: "stopped" })] }),
    ],
    [
      "S15",
      "a release without a snapshot",
      [look("Stopped"), released],
      operation({ ...toRelease, release: { snapshot: true } }),
    ],
  ])("%s: %s", (invariant, _what, rows, during) => {
    expect(broken(ledgerOf(...rows), during)).toContain(invariant);
  });

  it("S10: some of more releases than the limit", () => {
    const declarations = ["i-a", "i-b"].map((one) => ({ name: one, args: { instanceId: one, ...toRelease } }));
    const both = world(instance(), instance({ InstanceId: "i-b" }));
    expect(
      broken(ledgerOf(look("Stopped"), released), operation(undefined, { declarations, worldBefore: both })),
    ).toEqual(["S10"]);
    const settings = { "lifecycle:maxReleases": "2" };
    expect(
      broken(ledgerOf(look("Stopped"), released), operation(undefined, { declarations, settings, worldBefore: both })),
    ).toEqual([]);
  });

  it("S10: a release although most are missing without explanation", () => {
    const ids = ["i-b", "i-c", "i-d", "i-e"];
    const declarations = [
      { name: "a", args: { instanceId: id, ...toRelease } },
      ...ids.map((one) => ({ name: one, args: { instanceId: one, state: "running" } })),
    ];
    const all: Row = {
      action: "DescribeInstances",
      params: { InstanceIds: JSON.stringify([id, ...ids]) },
      shows: `${id} Stopped`,
    };
    expect(broken(ledgerOf(all, released), operation(undefined, { declarations }))).toEqual(["S10"]);
  });
});
