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
    ["stop.Mode", /not an argument.*mode/, { ...good, stop: { Mode: "KeepCharging" } }],
    ["release", /force/, { ...good, release: true }],
    ["release", /force/, { ...good, release: "force" }],
    ["release.force", /true or false/, { ...good, release: { force: "yes" } }],
    ["release.force", /true or false/, { ...good, release: { force: 0 } }],
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
    // What came with time to live, snapshots, protection and drift.
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "30m" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "30m59s" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "0s" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "-8h" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "-PT8H" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "1094d1s" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "P3Y" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "P1M" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "8" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "8 h" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "８h" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "never" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: "2026-12-24T18:00:00Z" }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: 28_800 }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: true }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: ["8h"] }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: { hours: 8 } }],
    ["autoReleaseAfter", /31m.*1094d/, { ...good, autoReleaseAfter: `${"9".repeat(400)}h` }],
    ["autoReleaseAfter", /released/, { ...good, autoReleaseAfter: "8h", state: "released" }],
    ["autoReleaseAfter", /autoReleaseAt/, { ...good, autoReleaseAfter: "8h", autoReleaseAt: "2026-12-24T18:00:00Z" }],
    ["autoReleaseAfter", /autoReleaseAt/, { ...good, autoReleaseAfter: "8h", autoReleaseAt: "never" }],
    ["autoReleaseAt", /released/, { ...good, autoReleaseAt: "2026-12-24T18:00:00Z", state: "released" }],
    ["autoReleaseAt", /released/, { ...good, autoReleaseAt: "never", state: "released" }],
    ["renew", /autoReleaseAfter/, { ...good, renew: "1" }],
    ["renew", /autoReleaseAfter/, { ...good, renew: "1", autoReleaseAt: "never" }],
    ["renew", /text/, { ...good, autoReleaseAfter: "8h", renew: 1 }],
    ["renew", /text/, { ...good, autoReleaseAfter: "8h", renew: { now: true } }],
    ["renew", /text/, { ...good, autoReleaseAfter: "8h", renew: null }],
    ["stop.forceAfter", /1s.*24h/, { ...good, stop: { forceAfter: 300 } }],
    ["stop.forceAfter", /1s.*24h/, { ...good, stop: { forceAfter: "" } }],
    ["stop.forceAfter", /1s.*24h/, { ...good, stop: { forceAfter: "0s" } }],
    ["stop.forceAfter", /1s.*24h/, { ...good, stop: { forceAfter: "5" } }],
    ["stop.forceAfter", /1s.*24h/, { ...good, stop: { forceAfter: true } }],
    ["stop.forceAfter", /force/, { ...good, stop: { force: true, forceAfter: "5m" } }],
    ["stop.forceAfter", /timeouts\.stop/, { ...good, stop: { forceAfter: "10m" } }],
    ["stop.forceAfter", /timeouts\.stop/, { ...good, stop: { forceAfter: "15m" } }],
    ["stop.forceAfter", /timeouts\.stop/, { ...good, stop: { forceAfter: "5m" }, timeouts: { stop: "5m" } }],
    ["stop.forceAfter", /timeouts\.stop/, { ...good, stop: { forceAfter: "PT6M" }, timeouts: { stop: "300s" } }],
    ["stop.hibernate", /true or false/, { ...good, stop: { hibernate: "yes" } }],
    ["stop.hibernate", /true or false/, { ...good, stop: { hibernate: 1 } }],
    ["stop.hibernate", /force/, { ...good, stop: { hibernate: true, force: true } }],
    ["stop.hibernate", /force/, { ...good, stop: { hibernate: true, forceAfter: "5m" } }],
    ["stop.applyModeNow", /true or false/, { ...good, stop: { applyModeNow: "now" } }],
    ["stop.applyModeNow", /true or false/, { ...good, stop: { applyModeNow: null } }],
    ["stop.applymodenow", /not an argument.*applyModeNow/, { ...good, stop: { applymodenow: true } }],
    ["release.snapshot", /true, false or an object/, { ...good, release: { snapshot: "true" } }],
    ["release.snapshot", /true, false or an object/, { ...good, release: { snapshot: 1 } }],
    ["release.snapshot", /true, false or an object/, { ...good, release: { snapshot: null } }],
    ["release.snapshot", /retentionDays, name, tags/, { ...good, release: { snapshot: [] } }],
    ["release.snapshot.days", /not an argument.*retentionDays/, { ...good, release: { snapshot: { days: 7 } } }],
    ["release.snapshot.retentionDays", /1 to 65536/, { ...good, release: { snapshot: { retentionDays: 0 } } }],
    ["release.snapshot.retentionDays", /1 to 65536/, { ...good, release: { snapshot: { retentionDays: -1 } } }],
    ["release.snapshot.retentionDays", /1 to 65536/, { ...good, release: { snapshot: { retentionDays: 1.5 } } }],
    ["release.snapshot.retentionDays", /1 to 65536/, { ...good, release: { snapshot: { retentionDays: 65_537 } } }],
    ["release.snapshot.retentionDays", /1 to 65536/, { ...good, release: { snapshot: { retentionDays: "7" } } }],
    ["release.snapshot.retentionDays", /1 to 65536/, { ...good, release: { snapshot: { retentionDays: Number.NaN } } }],
    [
      "release.snapshot.retentionDays",
      /1 to 65536/,
      { ...good, release: { snapshot: { retentionDays: Number.POSITIVE_INFINITY } } },
    ],
    ["release.snapshot.name", /2 to 128/, { ...good, release: { snapshot: { name: "" } } }],
    ["release.snapshot.name", /2 to 128/, { ...good, release: { snapshot: { name: "a" } } }],
    ["release.snapshot.name", /auto/, { ...good, release: { snapshot: { name: "auto-before-release" } } }],
    ["release.snapshot.name", /letter/, { ...good, release: { snapshot: { name: "1st" } } }],
    ["release.snapshot.name", /2 to 128/, { ...good, release: { snapshot: { name: "a".repeat(129) } } }],
    ["release.snapshot.name", /text/, { ...good, release: { snapshot: { name: 7 } } }],
    ["release.snapshot.tags", /object/, { ...good, release: { snapshot: { tags: "env=prod" } } }],
    ["release.snapshot.tags", /object/, { ...good, release: { snapshot: { tags: ["env"] } } }],
    ["release.snapshot.tags", /text/, { ...good, release: { snapshot: { tags: { env: 1 } } } }],
    [
      "release.snapshot.tags",
      /1?9|20/,
      {
        ...good,
        release: { snapshot: { tags: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, "v"])) } },
      },
    ],
    ["release.snapshot", /force/, { ...good, state: "released", release: { snapshot: true, force: true } }],
    ["release.snapshot", /force/, { ...good, release: { snapshot: { name: "last" }, force: true } }],
    ["release.deletionProtection", /respect.*lift/, { ...good, release: { deletionProtection: "Lift" } }],
    ["release.deletionProtection", /respect.*lift/, { ...good, release: { deletionProtection: true } }],
    ["release.deletionProtection", /respect.*lift/, { ...good, release: { deletionProtection: "off" } }],
    ["release.deletionProtection", /respect.*lift/, { ...good, release: { deletionProtection: "" } }],
    ["release.ownedHere", /true or false/, { ...good, release: { ownedHere: "true" } }],
    ["release.ownedHere", /true or false/, { ...good, release: { ownedHere: 1 } }],
    ["drift", /correct.*report/, { ...good, drift: "ignore" }],
    ["drift", /correct.*report/, { ...good, drift: "Report" }],
    ["drift", /correct.*report/, { ...good, drift: false }],
    ["drift", /correct.*report/, { ...good, drift: {} }],
    ["timeouts.snapshot", /1m.*48h/, { ...good, timeouts: { snapshot: "59s" } }],
    ["timeouts.snapshot", /1m.*48h/, { ...good, timeouts: { snapshot: "49h" } }],
    ["timeouts.snapshot", /1m.*48h/, { ...good, timeouts: { snapshot: 7_200 } }],
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

  // In a row it would make a title that no filter by titles can hold.
  it("an id of a hundred thousand letters", () => {
    expect(normalize({ ...good, instanceId: `i-${"a".repeat(100_000)}` }).failures).toEqual([
      expect.stringMatching(/^instanceId: .*i-/),
    ]);
  });

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
      autoReleaseAfter: "1m",
      drift: "ignore",
      stop: { mode: "fast", force: "yes", forceAfter: "soon", hibernate: 1, applyModeNow: "x" },
      release: { force: 1, ownedHere: 2, deletionProtection: "off", snapshot: { retentionDays: 0, name: "x", age: 1 } },
      expect: { instanceName: "", chargeType: "free", accountId: 1, tags: { a: 1, b: 2 } },
      onDelete: "release",
      timeouts: { start: "x", stop: 5, release: null, snapshot: "1s" },
      renew: 1,
    };
    const names = normalize(args)
      .failures.map((failure) => failure.slice(0, failure.indexOf(":")))
      .sort();
    expect(names).toEqual(
      [
        "autoReleaseAfter",
        "autoReleaseAfter",
        "autoReleaseAt",
        "drift",
        "expect.accountId",
        "expect.chargeType",
        "expect.instanceName",
        "expect.tags.a",
        "expect.tags.b",
        "instanceId",
        "onDelete",
        "regionId",
        "release.deletionProtection",
        "release.force",
        "release.ownedHere",
        "release.snapshot.age",
        "release.snapshot.name",
        "release.snapshot.retentionDays",
        "renew",
        "state",
        "stop.applyModeNow",
        "stop.force",
        "stop.forceAfter",
        "stop.hibernate",
        "stop.mode",
        "timeouts.release",
        "timeouts.snapshot",
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
    "autoReleaseAfter",
    "drift",
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
      { ...good, autoReleaseAfter: "8h", renew: [canary] },
      { ...good, release: { snapshot: canary } },
      { ...good, release: { snapshot: { name: `${canary} ${canary}` } } },
      { ...good, release: { snapshot: { tags: canary } } },
      { ...good, release: { snapshot: { tags: { env: [canary] } } } },
      { ...good, stop: { hibernate: canary } },
      { ...good, expect: { tags: { env: 1 }, instanceName: canary } },
    ];
    for (const args of silent) {
      const text = normalize(args).failures.join("\n");
      expect(text).not.toBe("");
      expect(text).not.toContain(canary);
    }
    expect(normalize({ ...good, state: "on" }).failures[0]).toContain('"on"');
    expect(normalize({ ...good, timeouts: { stop: "5x" } }).failures[0]).toContain('"5x"');
    expect(normalize({ ...good, autoReleaseAfter: "5x" }).failures[0]).toContain('"5x"');
    expect(normalize({ ...good, stop: { forceAfter: "5x" } }).failures[0]).toContain('"5x"');
    expect(normalize({ ...good, drift: "ignore" }).failures[0]).toContain('"ignore"');
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
    [["autoReleaseAfter"], { ...good, autoReleaseAfter: unknownValue }],
    [["autoReleaseAfter"], { ...good, autoReleaseAfter: unknownValue, renew: "1" }],
    [["renew"], { ...good, autoReleaseAfter: "8h", renew: unknownValue }],
    [["autoReleaseAt"], { ...good, autoReleaseAt: unknownValue, state: "running" }],
    [["stop.forceAfter"], { ...good, stop: { forceAfter: unknownValue } }],
    [["timeouts.stop"], { ...good, stop: { forceAfter: "15m" }, timeouts: { stop: unknownValue } }],
    [["timeouts"], { ...good, stop: { forceAfter: "15m" }, timeouts: unknownValue }],
    [["release.snapshot"], { ...good, release: { snapshot: unknownValue, force: true } }],
    [["release.snapshot.retentionDays"], { ...good, release: { snapshot: { retentionDays: unknownValue } } }],
    [["release.snapshot.tags.env"], { ...good, release: { snapshot: { tags: { env: unknownValue } } } }],
    [
      ["release.deletionProtection", "release.ownedHere"],
      { ...good, release: { deletionProtection: unknownValue, ownedHere: unknownValue } },
    ],
    [["drift"], { ...good, drift: unknownValue }],
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
      stop: {
        mode: "KeepCharging",
        force: false,
        forceAfterMs: undefined,
        hibernate: false,
        applyModeNow: false,
      },
      release: { force: false, snapshot: undefined, liftProtection: false, ownedHere: false },
      expect: {},
      drift: "correct",
      onDelete: "retain",
      timeouts: { startMs: 600_000, stopMs: 600_000, releaseMs: 600_000, snapshotMs: 7_200_000 },
    });
  });

  it("keeps every argument that came later, too", () => {
    const { failures, desired } = normalize({
      ...good,
      state: "stopped",
      autoReleaseAfter: "7d12h",
      renew: "once more",
      stop: { mode: "StopCharging", forceAfter: "5m", applyModeNow: true },
      release: {
        snapshot: { retentionDays: 30, name: "before-release", tags: { env: "prod" } },
        deletionProtection: "lift",
        ownedHere: true,
      },
      drift: "report",
      timeouts: { snapshot: "48h" },
    });
    expect(failures).toEqual([]);
    expect(desired).toMatchObject({
      releaseTime: { kind: "after", afterMs: 648_000_000, renew: "once more" },
      stop: { mode: "StopCharging", force: false, forceAfterMs: 300_000, hibernate: false, applyModeNow: true },
      release: {
        force: false,
        snapshot: { retentionDays: 30, name: "before-release", tags: { env: "prod" } },
        liftProtection: true,
        ownedHere: true,
      },
      drift: "report",
      timeouts: { snapshotMs: 172_800_000 },
    });
    expect(normalize({ ...good, stop: { hibernate: true } }).desired?.stop.hibernate).toBe(true);
  });

  it.each([
    ["nothing", undefined, undefined],
    ["false", false, undefined],
    ["true", true, { retentionDays: undefined, name: undefined, tags: {} }],
    ["an empty object", {}, { retentionDays: undefined, name: undefined, tags: {} }],
    ["a day", { retentionDays: 1 }, { retentionDays: 1, name: undefined, tags: {} }],
    ["65536 days", { retentionDays: 65_536 }, { retentionDays: 65_536, name: undefined, tags: {} }],
    ["a name of other letters", { name: "备份-1" }, { retentionDays: undefined, name: "备份-1", tags: {} }],
  ])("release.snapshot, %s", (_reason, snapshot, wanted) => {
    expect(normalize({ ...good, release: { snapshot } }).desired?.release.snapshot).toEqual(wanted);
  });

  it("false is a choice: no snapshot beside force", () => {
    expect(normalize({ ...good, release: { snapshot: false, force: true } }).failures).toEqual([]);
    expect(normalize({ ...good, stop: { force: false, forceAfter: "9m59s" } }).failures).toEqual([]);
    expect(normalize({ ...good, stop: { hibernate: false, force: true } }).failures).toEqual([]);
  });

  it("19 tags of one's own are as many as ECS takes beside ours", () => {
    const tags = Object.fromEntries(Array.from({ length: 19 }, (_, n) => [`k${n}`, "v"]));
    expect(normalize({ ...good, release: { snapshot: { tags } } }).failures).toEqual([]);
  });

  it.each([
    ["31m", 1_860_000],
    ["PT31M", 1_860_000],
    ["90m", 5_400_000],
    ["PT8H", 28_800_000],
    ["P1DT12H", 129_600_000],
    ["1094d", 94_521_600_000],
  ])("the time to live %s is %d ms", (autoReleaseAfter, afterMs) => {
    expect(normalize({ ...good, autoReleaseAfter }).desired?.releaseTime).toEqual({
      kind: "after",
      afterMs,
      renew: undefined,
    });
  });

  it("renew is any text, the empty one, too", () => {
    for (const renew of ["", " ", "2026-06-01", "\u0000", "never"])
      expect(normalize({ ...good, autoReleaseAfter: "8h", renew }).desired?.releaseTime).toMatchObject({ renew });
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
