import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  declaredOnly,
  mirror,
  type Reached,
  schemaVersion,
  toOutputs,
  toPlainJson,
  toRecorded,
} from "../../provider/core/outputs";
import { absent, desired, instanceId, minutesFromNow, nowMs, present, regionId } from "../support/builders";

const declared = {
  instanceId,
  regionId,
  state: "stopped",
  autoReleaseAt: "2026-12-24T18:00:42+08:00",
  stop: { force: true },
};
const done = [{ call: "StopInstance", because: "declared stopped, observed running", requestId: "REQUEST-1" }];

function reached(different: Partial<Reached> = {}): Reached {
  return { observed: present(), atMs: nowMs, accountId: "123", releasedBy: undefined, done: [], ...different };
}

describe("toPlainJson", () => {
  const rows: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
    ["undefined is left out", { a: undefined, b: { c: undefined } }, { b: {} }],
    ["undefined in a list keeps its place", { a: [1, undefined, 2] }, { a: [1, null, 2] }],
    ["null stays", { a: null }, { a: null }],
    ["a BigInt becomes text", { a: 9007199254740993n, b: [1n] }, { a: "9007199254740993", b: ["1"] }],
    [
      "a Date becomes its text",
      { a: new Date(0), b: [new Date(0)] },
      { a: "1970-01-01T00:00:00.000Z", b: ["1970-01-01T00:00:00.000Z"] },
    ],
    [
      "a Map becomes an object",
      {
        a: new Map<unknown, unknown>([
          ["x", 1n],
          [2, new Date(0)],
        ]),
      },
      { a: { x: "1", 2: "1970-01-01T00:00:00.000Z" } },
    ],
    ["functions and symbols are left out", { a: () => 1, b: Symbol("x"), c: 1 }, { c: 1 }],
    ["nested", { a: { b: [{ c: undefined, d: 1n, e: [[undefined]] }] } }, { a: { b: [{ d: "1", e: [[null]] }] } }],
    [
      "plain values stay what they are",
      { a: "", b: 0, c: false, d: [], e: {} },
      { a: "", b: 0, c: false, d: [], e: {} },
    ],
  ];

  it.each(rows)("%s", (_reason, given, plain) => {
    expect(toPlainJson(given)).toEqual(plain);
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])("%s does not turn into null in silence", (value) => {
    const { a } = toPlainJson({ a: value });
    expect(a).not.toBeNull();
    expect(typeof a).toBe("string");
  });

  it("takes a Date that is none without a throw", () => {
    expect(() => toPlainJson({ a: new Date(Number.NaN) })).not.toThrow();
  });

  it("whatever goes in, only what Pulumi can take comes out", () => {
    const isPlain = (value: unknown): boolean =>
      value === null ||
      typeof value === "string" ||
      typeof value === "boolean" ||
      (typeof value === "number" && Number.isFinite(value)) ||
      (Array.isArray(value) ? value.every(isPlain) : isPlainObject(value) && Object.values(value).every(isPlain));
    const isPlainObject = (value: unknown): value is object =>
      typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    const anything = fc.anything({
      withBigInt: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      values: [
        fc.string(),
        fc.double(),
        fc.bigInt(),
        fc.date({ noInvalidDate: true }),
        fc.constantFrom(undefined, null),
      ],
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), (given) => {
        expect(isPlain(toPlainJson(given))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("toOutputs", () => {
  it("records what was observed and what was declared, verbatim, and nothing else", () => {
    const observed = present({
      status: "stopped",
      stoppedMode: "StopCharging",
      releaseTime: minutesFromNow(60),
      deletionProtection: true,
    });
    const outputs = toOutputs(
      { ...declared, __provider: "text", __run: "{}", somethingElse: 1 },
      reached({ observed, done }),
      undefined,
    );
    expect(outputs).toEqual({
      ...declared,
      status: "stopped",
      stoppedMode: "StopCharging",
      chargeType: "PostPaid",
      instanceName: "worker",
      autoReleaseTime: "2026-06-01T13:00:00Z",
      deletionProtection: true,
      releasedBy: null,
      releasedAt: null,
      createdAt: "2026-01-01T00:00Z",
      serialNumber: "serial-1",
      lastSeenAt: "2026-06-01T12:00:00.000Z",
      autoReleaseFixedAt: null,
      ownReleaseTime: null,
      scheduleAppliedAt: null,
      snapshotIds: [],
      observedDrift: null,
      accountId: "123",
      schemaVersion,
      lastRun: { time: "2026-06-01T12:00:00.000Z", steps: done, corrections: 0 },
    });
  });

  it("never records a wish: declared stopped, still running", () => {
    expect(toOutputs(declared, reached(), undefined)).toMatchObject({ state: "stopped", status: "running" });
    expect(toOutputs(declared, reached(), undefined)).toHaveProperty("autoReleaseTime", null);
    expect(toOutputs({ ...declared, state: "released" }, reached(), undefined)).toHaveProperty("releasedBy", null);
  });

  it("has no argument that was not declared", () => {
    const outputs = toOutputs({ instanceId, regionId }, reached(), undefined);
    for (const name of ["state", "autoReleaseAt", "stop", "release", "expect", "onDelete", "timeouts"])
      expect(outputs).not.toHaveProperty(name);
  });

  it.each([
    "declaration",
    "timer",
  ] as const)("gone by %s: released, with when, and what was known of it", (releasedBy) => {
    const before = toOutputs(declared, reached(), undefined);
    const outputs = toOutputs(declared, reached({ observed: absent, releasedBy, atMs: nowMs + 1_000 }), before);
    expect(outputs).toMatchObject({
      status: "released",
      releasedBy,
      releasedAt: "2026-06-01T12:00:01.000Z",
      lastSeenAt: "2026-06-01T12:00:00.000Z",
      instanceName: "worker",
      createdAt: "2026-01-01T00:00Z",
      serialNumber: "serial-1",
    });
    expect(outputs).toHaveProperty("autoReleaseTime", null);
  });

  it("gone in this very run: what is kept is what was seen last, with when", () => {
    const before = toOutputs(declared, reached(), undefined);
    const lastSeen = { present: present({ instanceName: "renamed" }), atMs: nowMs + 30_000 };
    const gone = reached({ observed: absent, releasedBy: "declaration", lastSeen, atMs: nowMs + 60_000 });
    expect(toOutputs(declared, gone, before)).toMatchObject({
      instanceName: "renamed",
      lastSeenAt: "2026-06-01T12:00:30.000Z",
      releasedAt: "2026-06-01T12:01:00.000Z",
      stoppedMode: null,
      deletionProtection: null,
    });
  });

  it("when it was found to be gone is recorded once", () => {
    const gone = reached({ observed: absent, releasedBy: "timer" });
    const first = toOutputs(declared, gone, undefined);
    expect(toOutputs(declared, { ...gone, atMs: nowMs + 86_400_000 }, first).releasedAt).toBe(first.releasedAt);
  });

  it("absent without any proof is not recorded as released", () => {
    const outputs = toOutputs(declared, reached({ observed: absent }), undefined);
    expect(outputs).toHaveProperty("releasedBy", null);
    expect(outputs).toHaveProperty("releasedAt", null);
    expect(outputs.status).not.toBe("released");
  });

  it("the end of a time to live is recorded as long as one is declared", () => {
    const live = { instanceId, regionId, autoReleaseAfter: "8h" };
    const fixed = minutesFromNow(480);
    const first = toOutputs(live, reached({ fixedReleaseTime: fixed }), undefined);
    expect(first.autoReleaseFixedAt).toBe(fixed);
    expect(toOutputs(live, reached(), first).autoReleaseFixedAt, "kept where this run did not look").toBe(fixed);
    expect(toOutputs({ instanceId, regionId }, reached(), first).autoReleaseFixedAt).toBeNull();
    expect(toOutputs(live, reached({ fixedReleaseTime: minutesFromNow(60) }), first).autoReleaseFixedAt).toBe(
      minutesFromNow(60),
    );
  });

  it("snapshots stay recorded; drift and corrections are of this run", () => {
    const drift = { declared: { state: "running" }, observed: { state: "stopped", autoReleaseAt: "never" } };
    const first = toOutputs(declared, reached({ snapshotIds: ["s-1"], drift, corrections: 2 }), undefined);
    expect(first).toMatchObject({ snapshotIds: ["s-1"], observedDrift: drift, lastRun: { corrections: 2 } });
    const second = toOutputs(declared, reached(), first);
    expect(second).toMatchObject({ snapshotIds: ["s-1"], observedDrift: null, lastRun: { corrections: 0 } });
    // An output of the same name would be taken for the argument, and the argument for it.
    expect(toOutputs({ ...declared, drift: "report" }, reached({ drift }), undefined)).toMatchObject({
      drift: "report",
      observedDrift: drift,
    });
  });

  it("an account that was not asked for this time stays recorded", () => {
    const before = toOutputs(declared, reached(), undefined);
    expect(toOutputs(declared, reached({ accountId: undefined }), before).accountId).toBe("123");
  });
});

describe("toRecorded", () => {
  it("reads back what toOutputs has written", () => {
    const outputs = toOutputs(declared, reached(), undefined);
    expect(toRecorded(outputs)).toMatchObject({
      declared,
      declaredReleaseTime: "2026-12-24T10:00:00Z",
      releasedBy: undefined,
      lastSeenAt: "2026-06-01T12:00:00.000Z",
      createdAt: "2026-01-01T00:00Z",
      serialNumber: "serial-1",
    });
  });

  it("reads back the end of a time to live, as the declared time that it is", () => {
    const fixed = minutesFromNow(480);
    const live = { instanceId, regionId, autoReleaseAfter: "8h", autoReleaseFixedAt: fixed };
    expect(toRecorded(live)).toMatchObject({ fixedReleaseTime: fixed, declaredReleaseTime: fixed });
    const none = toRecorded({ instanceId, regionId, autoReleaseFixedAt: fixed });
    expect([none.fixedReleaseTime, none.declaredReleaseTime]).toEqual([undefined, undefined]);
    const unfixed = toRecorded({ instanceId, regionId, autoReleaseAfter: "8h", autoReleaseFixedAt: null });
    expect([unfixed.fixedReleaseTime, unfixed.declaredReleaseTime]).toEqual([undefined, undefined]);
  });

  it.each([
    [undefined, 0],
    [{}, 0],
    [{ corrections: 3 }, 3],
    [{ corrections: "3" }, 0],
    [null, 0],
  ])("counts the corrections of %j as %d", (lastRun, corrections) => {
    expect(toRecorded({ ...declared, lastRun }).corrections).toBe(corrections);
  });

  it("refuses a newer schemaVersion by name", () => {
    const newer = () => toRecorded({ ...declared, schemaVersion: schemaVersion + 1 });
    expect(newer).toThrow(
      new RegExp(`^the state of ${instanceId} has schemaVersion 2, .* knows up to 1; upgrade the package$`),
    );
    // The host prints stacks: ours says nothing that the message doesn't.
    expect(newer).toThrow(expect.objectContaining({ stack: expect.not.stringContaining("\n") as unknown }));
    expect(() => toRecorded({ ...declared, schemaVersion })).not.toThrow();
    expect(() => toRecorded(declared)).not.toThrow();
  });

  it("takes no outcome that is none", () => {
    expect(toRecorded({ ...declared, releasedBy: "somebody" }).releasedBy).toBeUndefined();
    expect(toRecorded({ ...declared, releasedBy: "" }).releasedBy).toBeUndefined();
    expect(toRecorded({ ...declared, autoReleaseAt: "never" }).declaredReleaseTime).toBeUndefined();
  });

  it.each([
    {
      reason: "an accepted release",
      steps: [{ call: "DeleteInstance", because: "x", requestId: "R" }],
      accepted: true,
    },
    { reason: "a release whose answer was lost", steps: [{ call: "DeleteInstance", because: "x" }], accepted: false },
    { reason: "another call", steps: done, accepted: false },
    { reason: "something unreadable", steps: [null, "x"], accepted: false },
  ])("remembers $reason: $accepted", ({ steps, accepted }) => {
    expect(toRecorded({ ...declared, lastRun: { time: "t", steps } }).releaseAccepted).toBe(accepted);
  });
});

describe("ownReleaseTime", () => {
  const [day, later] = [minutesFromNow(24 * 60), minutesFromNow(48 * 60)];
  const owned = { instanceId, regionId, autoReleaseAt: day, autoReleaseTime: day, ownReleaseTime: day };
  const rows: readonly (readonly [
    string,
    string | undefined,
    string | undefined,
    Record<string, unknown>,
    string | null,
  ])[] = [
    ["none in force", undefined, day, {}, null],
    ["wanted and in force", day, day, {}, day],
    ["wanted, and another one is in force", later, day, {}, null],
    ["set by others, never wanted", later, undefined, {}, null],
    ["taken out, but still in force: it stays ours", day, undefined, owned, day],
    ["taken out and cancelled", undefined, undefined, owned, null],
    ["changed, but the old one is in force", day, later, owned, day],
    ["changed, and the new one is in force", later, later, owned, later],
    ["ours, and then moved by others", later, undefined, owned, null],
    [
      "of a state that does not know it yet: what was declared there",
      day,
      undefined,
      { instanceId, regionId, autoReleaseAt: day, autoReleaseTime: day },
      day,
    ],
  ];

  it.each(rows)("%s", (_reason, releaseTime, wantedReleaseTime, before, own) => {
    const found = reached({ observed: present({ releaseTime }), wantedReleaseTime });
    expect(toOutputs({ instanceId, regionId }, found, before).ownReleaseTime).toBe(own);
  });

  it("is read back, and gone with the instance", () => {
    expect(toRecorded(owned).ownReleaseTime).toBe(day);
    expect(toRecorded({ ...owned, ownReleaseTime: null, autoReleaseAt: "never" }).ownReleaseTime).toBeUndefined();
    const gone = reached({ observed: absent, releasedBy: "timer" });
    expect(toOutputs({ instanceId, regionId }, gone, owned).ownReleaseTime).toBeNull();
  });
});

describe("mirror", () => {
  const rows = [
    {
      reason: "nothing declared, nothing mirrored",
      args: {},
      wish: {},
      seen: { status: "stopped", releaseTime: minutesFromNow(60) },
      mirrored: {},
    },
    {
      reason: "as declared",
      args: { state: "running" },
      wish: { state: "running" },
      seen: {},
      mirrored: { state: "running" },
    },
    {
      reason: "stopped by others",
      args: { state: "running" },
      wish: { state: "running" },
      seen: { status: "stopped" },
      mirrored: { state: "stopped" },
    },
    {
      reason: "started by others",
      args: { state: "stopped" },
      wish: { state: "stopped" },
      seen: {},
      mirrored: { state: "running" },
    },
    {
      reason: "declared released, still there",
      args: { state: "released" },
      wish: { state: "released" },
      seen: {},
      mirrored: { state: "running" },
    },
    {
      reason: "a status that is no state",
      args: { state: "running" },
      wish: { state: "running" },
      seen: { status: "Quarantined" },
      mirrored: { state: "running" },
    },
    {
      reason: "starting is on its way to running",
      args: { state: "running" },
      wish: { state: "running" },
      seen: { status: "starting" },
      mirrored: { state: "running" },
    },
    {
      reason: "pending, too",
      args: { state: "running" },
      wish: { state: "running" },
      seen: { status: "pending" },
      mirrored: { state: "running" },
    },
    {
      reason: "stopping is on its way to stopped",
      args: { state: "stopped" },
      wish: { state: "stopped" },
      seen: { status: "stopping" },
      mirrored: { state: "stopped" },
    },
    {
      reason: "on its way to something else",
      args: { state: "running" },
      wish: { state: "running" },
      seen: { status: "stopping" },
      mirrored: { state: "stopped" },
    },
    {
      reason: "declared released, on its way",
      args: { state: "released" },
      wish: { state: "released" },
      seen: { status: "pending" },
      mirrored: { state: "running" },
    },
    {
      reason: "the same minute keeps its text",
      args: { autoReleaseAt: "2026-06-01T21:00:30+08:00" },
      wish: { releaseTime: { kind: "at", at: minutesFromNow(60) } },
      seen: { releaseTime: minutesFromNow(60) },
      mirrored: { autoReleaseAt: "2026-06-01T21:00:30+08:00" },
    },
    {
      reason: "another minute",
      args: { autoReleaseAt: minutesFromNow(60) },
      wish: { releaseTime: { kind: "at", at: minutesFromNow(60) } },
      seen: { releaseTime: minutesFromNow(90) },
      mirrored: { autoReleaseAt: minutesFromNow(90) },
    },
    {
      reason: "cancelled by others",
      args: { autoReleaseAt: minutesFromNow(60) },
      wish: { releaseTime: { kind: "at", at: minutesFromNow(60) } },
      seen: {},
      mirrored: { autoReleaseAt: "never" },
    },
    {
      reason: "never, as declared",
      args: { autoReleaseAt: "never" },
      wish: { releaseTime: { kind: "never" } },
      seen: {},
      mirrored: { autoReleaseAt: "never" },
    },
    {
      reason: "never, set by others",
      args: { autoReleaseAt: "never" },
      wish: { releaseTime: { kind: "never" } },
      seen: { releaseTime: minutesFromNow(90) },
      mirrored: { autoReleaseAt: minutesFromNow(90) },
    },
  ] as const;

  it.each(rows)("$reason", ({ args, wish, seen, mirrored }) => {
    const given = { instanceId, regionId, ...args };
    expect(mirror(given, desired(wish), present(seen), undefined)).toEqual({ instanceId, regionId, ...mirrored });
  });

  it.each([
    ["as it was fixed", minutesFromNow(480), minutesFromNow(480), { autoReleaseAfter: "8h" }],
    ["moved by others", minutesFromNow(480), minutesFromNow(60), { autoReleaseAt: minutesFromNow(60) }],
    ["taken away by others", minutesFromNow(480), undefined, { autoReleaseAt: "never" }],
    ["not fixed yet, none in force", undefined, undefined, { autoReleaseAfter: "8h" }],
  ])("a time to live, %s", (_reason, fixed, releaseTime, mirrored) => {
    const given = { instanceId, regionId, autoReleaseAfter: "8h" };
    const wish = desired({ releaseTime: { kind: "after", afterMs: 28_800_000, renew: undefined } });
    expect(mirror(given, wish, present({ releaseTime }), fixed)).toEqual({ ...given, ...mirrored });
  });

  it("absent: as declared, for there is nothing to mirror", () => {
    expect(mirror(declared, desired({ state: "stopped" }), absent, undefined)).toEqual(declared);
  });

  it("what is mirrored is an argument that normalize would take", () => {
    expect(declaredOnly(mirror(declared, desired({ state: "stopped" }), present(), undefined))).toEqual({
      ...declared,
      state: "running",
    });
  });
});
