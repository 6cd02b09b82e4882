import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { normalize } from "../../provider/core/normalize";
import { instanceId, regionId } from "../support/builders";

const good = { instanceId, regionId };

/** Arguments as JSON gives them, so that `__proto__` is a key of its own, as it would be on the wire. */
function json(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

describe("wrong arguments", () => {
  // [argument that has to be named, what the reason has to say, the arguments]
  const rows: readonly (readonly [string, RegExp, Record<string, unknown>])[] = [
    ["instanceId", /i-/, { regionId }],
    ["instanceId", /i-/, { ...good, instanceId: "" }],
    ["instanceId", /i-/, { ...good, instanceId: null }],
    ["instanceId", /i-/, { ...good, instanceId: 5 }],
    ["instanceId", /i-/, { ...good, instanceId: Number.NaN }],
    ["instanceId", /i-/, { ...good, instanceId: true }],
    ["instanceId", /i-/, { ...good, instanceId: [instanceId] }],
    ["instanceId", /i-/, { ...good, instanceId: { id: instanceId } }],
    ["instanceId", /i-/, { ...good, instanceId: "i-" }],
    ["instanceId", /i-/, { ...good, instanceId: "bp67acfmxazb4p" }],
    ["instanceId", /i-/, { ...good, instanceId: "I-BP67ACFMXAZB4P" }],
    ["instanceId", /i-/, { ...good, instanceId: "d-bp67acfmxazb4p" }],
    ["instanceId", /i-/, { ...good, instanceId: "vpc-bp67acfmxazb4p" }],
    ["instanceId", /i-/, { ...good, instanceId: " i-bp67acfmxazb4p" }],
    ["instanceId", /i-/, { ...good, instanceId: "i-bp67acfmxazb4p\n" }],
    ["instanceId", /i-/, { ...good, instanceId: "i-bp67acfmxazb4p,i-bp67acfmxazb4q" }],
    ["instanceId", /i-/, { ...good, instanceId: "i-bp67acfmxazb4p&Force=true" }],
    ["instanceId", /i-/, { ...good, instanceId: "i-*" }],
    ["instanceId", /i-/, { ...good, instanceId: `i-${"a".repeat(100_000)}` }],
    ["regionId", /region/, { ...good, regionId: "" }],
    ["regionId", /region/, { ...good, regionId: 7 }],
    ["regionId", /region/, { ...good, regionId: "CN-Hangzhou" }],
    ["regionId", /region/, { ...good, regionId: "cn_hangzhou" }],
    ["regionId", /region/, { ...good, regionId: "cn-hangzhou.aliyuncs.com" }],
    ["regionId", /region/, { ...good, regionId: "evil.example/cn-hangzhou" }],
    ["regionId", /alicloud:region/, { instanceId }],
    ["state", /running.*stopped.*released/, { ...good, state: "Running" }],
    ["state", /running.*stopped.*released/, { ...good, state: "terminated" }],
    ["state", /running.*stopped.*released/, { ...good, state: "" }],
    ["state", /running.*stopped.*released/, { ...good, state: "released " }],
    ["state", /running.*stopped.*released/, { ...good, state: true }],
    ["state", /running.*stopped.*released/, { ...good, state: ["released"] }],
    ["state", /running.*stopped.*released/, { ...good, state: {} }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "tomorrow" }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "" }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "Never" }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: 1_798_135_200_000 }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: false }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "24.12.2026 18:00" }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "２０２６-12-24T18:00:00Z" }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "2026-12-24T18:00:00Z[Asia/Shanghai]" }],
    ["autoReleaseAt", /RFC 3339|never/, { ...good, autoReleaseAt: "+012026-12-24T18:00:00Z" }],
    ["autoReleaseAt", /zone|offset/, { ...good, autoReleaseAt: "2026-12-24T18:00:00" }],
    ["autoReleaseAt", /zone|offset/, { ...good, autoReleaseAt: "2026-12-24" }],
    ["autoReleaseAt", /calendar|date/, { ...good, autoReleaseAt: "2026-02-30T00:00:00Z" }],
    ["autoReleaseAt", /calendar|date/, { ...good, autoReleaseAt: "2027-02-29T00:00:00Z" }],
    ["autoReleaseAt", /calendar|date/, { ...good, autoReleaseAt: "2026-13-01T00:00:00Z" }],
    ["autoReleaseAt", /calendar|date/, { ...good, autoReleaseAt: "2026-00-10T00:00:00Z" }],
    ["autoReleaseAt", /calendar|date|time/, { ...good, autoReleaseAt: "2026-12-24T24:00:00Z" }],
    ["autoReleaseAt", /calendar|date|time/, { ...good, autoReleaseAt: "2026-12-24T18:60:00Z" }],
    ["autoReleaseAt", /./, { ...good, autoReleaseAt: "2026-12-24T18:00:00+25:00" }],
    ["stop", /mode, force/, { ...good, stop: "gently" }],
    ["stop", /mode, force/, { ...good, stop: true }],
    ["stop", /mode, force/, { ...good, stop: ["KeepCharging"] }],
    ["stop.mode", /KeepCharging.*StopCharging/, { ...good, stop: { mode: "keepcharging" } }],
    ["stop.mode", /KeepCharging.*StopCharging/, { ...good, stop: { mode: "Not-applicable" } }],
    ["stop.mode", /KeepCharging.*StopCharging/, { ...good, stop: { mode: "" } }],
    ["stop.mode", /KeepCharging.*StopCharging/, { ...good, stop: { mode: 1 } }],
    ["stop.force", /true or false/, { ...good, stop: { force: "true" } }],
    ["stop.force", /true or false/, { ...good, stop: { force: 1 } }],
    ["stop.forceAfter", /not an argument.*mode, force/, { ...good, stop: { forceAfter: "5m" } }],
    ["stop.hibernate", /not an argument/, { ...good, stop: { hibernate: false } }],
    ["stop.applyModeNow", /not an argument/, { ...good, stop: { applyModeNow: true } }],
    ["stop.Mode", /not an argument.*mode/, { ...good, stop: { Mode: "KeepCharging" } }],
    ["release", /force/, { ...good, release: true }],
    ["release", /force/, { ...good, release: "force" }],
    ["release.force", /true or false/, { ...good, release: { force: "yes" } }],
    ["release.force", /true or false/, { ...good, release: { force: 0 } }],
    ["release.snapshot", /not an argument/, { ...good, release: { snapshot: true } }],
    ["release.deletionProtection", /not an argument/, { ...good, release: { deletionProtection: "lift" } }],
    ["release.ownedHere", /not an argument/, { ...good, release: { ownedHere: true } }],
    ["expect", /instanceName/, { ...good, expect: "worker" }],
    ["expect.instanceName", /text|empty/, { ...good, expect: { instanceName: 5 } }],
    ["expect.instanceName", /empty/, { ...good, expect: { instanceName: "" } }],
    ["expect.tags", /object/, { ...good, expect: { tags: "env=prod" } }],
    ["expect.tags", /object/, { ...good, expect: { tags: ["env"] } }],
    ["expect.tags", /text/, { ...good, expect: { tags: { env: 1 } } }],
    ["expect.tags", /text/, { ...good, expect: { tags: { env: { a: "b" } } } }],
    ["expect.chargeType", /PostPaid.*PrePaid/, { ...good, expect: { chargeType: "postpaid" } }],
    ["expect.chargeType", /PostPaid.*PrePaid/, { ...good, expect: { chargeType: "" } }],
    ["expect.accountId", /digits/, { ...good, expect: { accountId: 1234567890123456 } }],
    ["expect.accountId", /digits/, { ...good, expect: { accountId: "my-account" } }],
    ["expect.region", /not an argument/, { ...good, expect: { region: "cn-hangzhou" } }],
    ["onDelete", /retain.*retainTimer.*stop/, { ...good, onDelete: "release" }],
    ["onDelete", /retain.*retainTimer.*stop/, { ...good, onDelete: "Retain" }],
    ["onDelete", /retain.*retainTimer.*stop/, { ...good, onDelete: "" }],
    ["onDelete", /retain.*retainTimer.*stop/, { ...good, onDelete: true }],
    ["timeouts", /start/, { ...good, timeouts: "10m" }],
    ["timeouts.start", /10m/, { ...good, timeouts: { start: 600 } }],
    ["timeouts.start", /10m/, { ...good, timeouts: { start: "10" } }],
    ["timeouts.start", /10m/, { ...good, timeouts: { start: "" } }],
    ["timeouts.stop", /10m/, { ...good, timeouts: { stop: "0s" } }],
    ["timeouts.stop", /10m/, { ...good, timeouts: { stop: "-5m" } }],
    ["timeouts.stop", /10m/, { ...good, timeouts: { stop: "5 minutes" } }],
    ["timeouts.release", /10m/, { ...good, timeouts: { release: "P1M" } }],
    ["timeouts.release", /10m/, { ...good, timeouts: { release: "99999999999999999999h" } }],
    ["timeouts.snapshot", /not an argument/, { ...good, timeouts: { snapshot: "2h" } }],
    ["autoReleaseAfter", /not an argument/, { ...good, autoReleaseAfter: "8h" }],
    ["renew", /not an argument/, { ...good, renew: "1" }],
    ["drift", /not an argument/, { ...good, drift: "report" }],
    ["schedule", /not an argument/, { ...good, schedule: {} }],
    ["keepRunningUntil", /not an argument/, { ...good, keepRunningUntil: "2026-12-24T18:00:00Z" }],
    ["holdUntil", /not an argument/, { ...good, holdUntil: "2026-12-24T18:00:00Z" }],
    ["State", /not an argument.*state/, { ...good, State: "released" }],
    ["instanceID", /not an argument.*instanceId/, { ...good, instanceID: instanceId }],
    ["id", /not an argument/, { ...good, id: instanceId }],
    ["toString", /not an argument/, { ...good, toString: "x" }],
    [
      "constructor",
      /not an argument/,
      json(`{"instanceId":"${instanceId}","regionId":"${regionId}","constructor":{"x":1}}`),
    ],
    [
      "__proto__",
      /not an argument/,
      json(`{"instanceId":"${instanceId}","regionId":"${regionId}","__proto__":{"state":"released"}}`),
    ],
    [
      "stop.hasOwnProperty",
      /not an argument/,
      json(`{"instanceId":"${instanceId}","regionId":"${regionId}","stop":{"hasOwnProperty":1}}`),
    ],
  ];

  it.each(rows)("%s: says %s of %j", (name, says, args) => {
    const { failures, desired } = normalize(args);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(new RegExp(`^${name.replaceAll(".", "\\.")}(\\.[^:]*)?: `));
    expect(failures[0]).toMatch(says);
    expect(desired).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    "text",
    5,
    true,
    [],
    [good],
    Number.NaN,
    new Date(0),
    () => good,
  ])("something that is no arguments at all is refused: %j", (args) => {
    const { failures, desired } = normalize(args);
    expect(failures.length).toBeGreaterThan(0);
    expect(desired).toBeUndefined();
  });

  it("all faults of one resource come at once, each under its own name", () => {
    const args = {
      instanceId: "x",
      regionId: "y z",
      state: "on",
      autoReleaseAt: "soon",
      stop: { mode: "fast", force: "yes", forceAfter: "5m" },
      release: { force: 1 },
      expect: { instanceName: "", chargeType: "free", accountId: 1, tags: { a: 1, b: 2 } },
      onDelete: "release",
      timeouts: { start: "x", stop: 5, release: null },
      renew: "1",
    };
    const names = normalize(args)
      .failures.map((failure) => failure.slice(0, failure.indexOf(":")))
      .sort();
    expect(names).toEqual(
      [
        "autoReleaseAt",
        "expect.accountId",
        "expect.chargeType",
        "expect.instanceName",
        "expect.tags.a",
        "expect.tags.b",
        "instanceId",
        "onDelete",
        "regionId",
        "release.force",
        "renew",
        "state",
        "stop.force",
        "stop.forceAfter",
        "stop.mode",
        "timeouts.release",
        "timeouts.start",
        "timeouts.stop",
      ].sort(),
    );
  });

  it.each([
    "regionId",
    "state",
    "autoReleaseAt",
    "stop",
    "release",
    "expect",
    "onDelete",
    "timeouts",
  ])("null for %s is refused or means left out, and nothing else", (name) => {
    const { failures, desired } = normalize({ ...good, [name]: null }, regionId);
    if (failures.length > 0) expect(failures).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
    else expect(desired).toEqual(normalize(good).desired);
  });

  it("echoes enums, times and durations, and nothing else", () => {
    const canary = "CANARY";
    const silent = [
      { ...good, instanceId: `i-${canary}` },
      { ...good, instanceId: canary, state: "x" },
      { ...good, regionId: `cn-${canary}` },
      { ...good, expect: { instanceName: { a: canary } } },
      { ...good, expect: { tags: { env: [canary] } } },
      { ...good, expect: { tags: canary } },
      { ...good, expect: canary },
      { ...good, expect: { accountId: canary } },
      { ...good, stop: canary },
      { ...good, stop: { force: canary } },
      { ...good, renew: canary },
      { ...good, expect: { tags: { env: 1 }, instanceName: canary } },
    ];
    for (const args of silent) {
      const text = normalize(args).failures.join("\n");
      expect(text).not.toBe("");
      expect(text).not.toContain(canary);
    }
    expect(normalize({ ...good, state: "on" }).failures[0]).toContain('"on"');
    expect(normalize({ ...good, timeouts: { stop: "5x" } }).failures[0]).toContain('"5x"');
    expect(normalize({ ...good, autoReleaseAt: "2026-02-30T00:00:00Z" }).failures[0]).toContain("2026-02-30T00:00:00Z");
  });
});

describe("values that are not known yet", () => {
  const rows: readonly (readonly [readonly string[], unknown])[] = [
    [["instanceId"], { ...good, instanceId: unknownValue }],
    [["regionId"], { ...good, regionId: unknownValue }],
    [["state"], { ...good, state: unknownValue }],
    [["autoReleaseAt"], { ...good, autoReleaseAt: unknownValue }],
    [["stop"], { ...good, stop: unknownValue }],
    [["stop.mode", "stop.force"], { ...good, stop: { mode: unknownValue, force: unknownValue } }],
    [["release.force"], { ...good, release: { force: unknownValue } }],
    [["expect.tags"], { ...good, expect: { tags: unknownValue } }],
    [["expect.tags.env"], { ...good, expect: { tags: { env: unknownValue, team: "a" } } }],
    [["timeouts.start"], { ...good, timeouts: { start: unknownValue } }],
    [["instanceId", "state"], { instanceId: unknownValue, regionId, state: unknownValue }],
  ];

  it.each(rows)("%j is named, not validated and not shown", (names, args) => {
    const { failures, unknown, desired } = normalize(args);
    expect(failures).toEqual([]);
    expect([...unknown].sort()).toEqual([...names].sort());
    expect(desired).toBeUndefined();
  });

  it("what is known is validated all the same", () => {
    const { failures, unknown } = normalize({
      instanceId: unknownValue,
      regionId,
      state: "on",
      stop: { mode: unknownValue, force: "yes" },
      timeouts: { start: "x" },
    });
    expect(failures.map((failure) => failure.split(":")[0]).sort()).toEqual(["state", "stop.force", "timeouts.start"]);
    expect([...unknown].sort()).toEqual(["instanceId", "stop.mode"]);
    expect(failures.join()).not.toContain(unknownValue);
  });

  it("all arguments unknown, or a list of unknowns where an object belongs, is no fault that shows the marker", () => {
    for (const args of [unknownValue, [unknownValue], { ...good, stop: [unknownValue] }]) {
      const { failures, unknown, desired } = normalize(args);
      expect(desired).toBeUndefined();
      expect(unknown.length + failures.length).toBeGreaterThan(0);
      expect(failures.join()).not.toContain(unknownValue);
    }
  });

  it("an unknown region is not replaced by the default one", () => {
    expect(normalize({ instanceId, regionId: unknownValue }, "cn-beijing").desired).toBeUndefined();
  });
});

describe("the one strict form", () => {
  it("has the documented defaults", () => {
    expect(normalize(good).desired).toEqual({
      instanceId,
      regionId,
      state: undefined,
      releaseTime: { kind: "unmanaged" },
      stop: { mode: "KeepCharging", force: false },
      release: { force: false },
      expect: {},
      onDelete: "retain",
      timeouts: { startMs: 600_000, stopMs: 600_000, releaseMs: 600_000 },
    });
  });

  it("keeps what is declared", () => {
    const { failures, desired } = normalize({
      ...good,
      state: "running",
      autoReleaseAt: "2026-12-24T18:00:00+08:00",
      stop: { mode: "StopCharging", force: true },
      release: { force: true },
      expect: { instanceName: "worker", tags: { env: "prod", empty: "" }, chargeType: "PostPaid", accountId: "123" },
      onDelete: "stop",
      timeouts: { start: "90s", stop: "1h30m", release: "PT5M" },
    });
    expect(failures).toEqual([]);
    expect(desired).toMatchObject({
      state: "running",
      releaseTime: { kind: "at", at: "2026-12-24T10:00:00Z" },
      stop: { mode: "StopCharging", force: true },
      release: { force: true },
      expect: { instanceName: "worker", tags: { env: "prod", empty: "" }, chargeType: "PostPaid", accountId: "123" },
      onDelete: "stop",
      timeouts: { startMs: 90_000, stopMs: 5_400_000, releaseMs: 300_000 },
    });
  });

  it.each([
    "2026-12-24T10:00:00Z",
    "2026-12-24T18:00:00+08:00",
    "2026-12-24T18:00:59+08:00",
    "2026-12-24T10:00:59.999Z",
    "2026-12-24T05:30:00-04:30",
    "2026-12-25T00:00:00+14:00",
    "2026-12-23T22:00:00-12:00",
    "2026-12-24t10:00:30z",
  ])("the same minute, written %s", (autoReleaseAt) => {
    expect(normalize({ ...good, autoReleaseAt }).desired?.releaseTime).toEqual({
      kind: "at",
      at: "2026-12-24T10:00:00Z",
    });
  });

  it("never is a choice of its own", () => {
    expect(normalize({ ...good, autoReleaseAt: "never" }).desired?.releaseTime).toEqual({ kind: "never" });
  });

  it.each(["90m", "1h30m", "PT90M", "PT1H30M", "5400s"])("the same budget, written %s", (start) => {
    expect(normalize({ ...good, timeouts: { start } }).desired?.timeouts.startMs).toBe(5_400_000);
  });

  it("takes the default region only where none is written", () => {
    expect(normalize({ instanceId }, "cn-beijing").desired?.regionId).toBe("cn-beijing");
    expect(normalize(good, "cn-beijing").desired?.regionId).toBe(regionId);
  });

  it("undefined means left out, at every depth", () => {
    const args = {
      ...good,
      state: undefined,
      stop: { mode: undefined },
      expect: { tags: undefined, instanceName: undefined },
    };
    expect(normalize(args).desired).toEqual(normalize(good).desired);
  });

  it.each(["constructor", "__proto__", "prototype"])("an expected tag named %s is not dropped in silence", (key) => {
    const { failures, desired } = normalize(
      json(`{"instanceId":"${instanceId}","regionId":"${regionId}","expect":{"tags":{"env":"prod","${key}":"x"}}}`),
    );
    if (failures.length === 0) expect(Object.entries(desired?.expect.tags ?? {})).toContainEqual([key, "x"]);
    else expect(failures[0]).toMatch(/^expect\.tags/);
  });

  it("does not touch what it is given, and no prototype", () => {
    const args = json(`{"instanceId":"${instanceId}","regionId":"${regionId}","stop":{"__proto__":{"force":true}}}`);
    const before = JSON.stringify(args);
    normalize(args);
    expect(JSON.stringify(args)).toBe(before);
    expect(({} as Record<string, unknown>).force).toBeUndefined();
    expect(normalize(args).desired?.stop.force ?? false).toBe(false);
  });
});

describe("whatever comes in", () => {
  const names = [
    "instanceId",
    "regionId",
    "state",
    "autoReleaseAt",
    "stop",
    "release",
    "expect",
    "onDelete",
    "timeouts",
    "mode",
    "force",
    "tags",
    "instanceName",
    "chargeType",
    "accountId",
    "start",
    "__proto__",
    "constructor",
  ];
  const values = [
    instanceId,
    regionId,
    "running",
    "released",
    "never",
    "2026-12-24T18:00:00Z",
    "KeepCharging",
    "retain",
    "10m",
    unknownValue,
    "",
  ];
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...values),
      fc.jsonValue(),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("node"), { maxKeys: 8 }),
    ),
  }));

  function isSound(args: unknown): void {
    const { failures, unknown, desired } = normalize(args, regionId);
    expect(desired === undefined).toBe(failures.length > 0 || unknown.length > 0);
    for (const failure of failures) expect(failure).toMatch(/^[^]+: ./);
    if (desired === undefined) return;
    expect(desired.instanceId).toMatch(/^i-[a-z0-9]+$/);
    const written = args as { state?: unknown; release?: { force?: unknown } };
    expect(desired.state).toBe(written.state);
    // Nothing but the very words selects a destructive branch.
    expect(desired.release.force).toBe(written.release?.force === true);
  }

  it("any JSON value: faults or a declaration, never a throw", () => {
    fc.assert(fc.property(fc.jsonValue(), isSound), { numRuns: 500 });
  });

  it("anything that looks like arguments: the same", () => {
    fc.assert(fc.property(node, isSound), { numRuns: 1_500 });
    fc.assert(
      fc.property(node, (more) => isSound({ ...good, ...(more as object) })),
      { numRuns: 1_500 },
    );
  });

  it("no fault shows the id, the name or a tag", () => {
    const canary = fc.string({ minLength: 6 }).map((text) => `CANARY${text}`);
    fc.assert(
      fc.property(canary, canary, canary, node, (id, name, tag, more) => {
        const args = {
          ...good,
          state: "on",
          ...(more as object),
          instanceId: id,
          expect: { instanceName: [name], tags: { env: { tag } } },
        };
        const text = normalize(args).failures.join("\n");
        for (const secret of [id, name, tag]) expect(text).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });
});
