import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { normalize } from "../../provider/core/normalize";
import { instanceId, regionId } from "../support/builders";

const good = { instanceId, regionId };

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

  /** Argument objects by their grammar: mostly right, with typos, other types, unknown markers and keys of prototypes in between. */
  const times = fc.constantFrom(
    "never",
    "2026-12-24T18:00:00Z",
    "2027-01-01T00:00:59.5-11:30",
    "2026-12-24T18:00:00+08:00",
    "2027-02-29T00:00:00Z",
    "2026-12-24",
    "soon",
    "",
  );
  const durations = fc.oneof(
    fc.constantFrom(
      "90m",
      "8h",
      "7d12h",
      "PT10M",
      "P1D",
      "P1M",
      "10",
      "-5m",
      "0s",
      "1e9h",
      "",
      "99999999999999999999h",
    ),
    fc.tuple(fc.nat(200), fc.constantFrom("d", "h", "m", "s")).map(([count, unit]) => `${count}${unit}`),
  );
  const flags = fc.boolean();
  const labels = fc.dictionary(
    fc.constantFrom("env", "__proto__", "constructor", "CANARY-key"),
    fc.constantFrom("CANARY-tag", ""),
    {
      maxKeys: 3,
    },
  );
  const wrong = fc.oneof(
    { weight: 3, arbitrary: fc.constant(unknownValue) },
    { weight: 2, arbitrary: fc.constantFrom(null, 0, 1, -1, true, "", "wrong", [], {}, Number.NaN, "__proto__") },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
  const mostly = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 50, arbitrary: fc.constant(undefined) },
      { weight: 50, arbitrary },
      { weight: 1, arbitrary: wrong },
    );
  const typo = fc.constantFrom(
    "State",
    "autoreleaseat",
    "__proto__",
    "constructor",
    "toString",
    "Schedule",
    "stop ",
    "",
  );
  const group = (entries: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
    fc
      .tuple(
        fc.record(entries),
        fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.tuple(typo, wrong) }),
      )
      .map(([record, extra]) => (extra === null ? record : withKey(record, ...extra)));
  const withKey = (record: object, key: string, value: unknown): object =>
    Object.defineProperty({ ...record }, key, { value, enumerable: true, configurable: true, writable: true });
  const argumentsByGrammar = group({
    instanceId: fc.oneof(
      { weight: 40, arbitrary: fc.constant(instanceId) },
      { weight: 1, arbitrary: fc.constantFrom("CANARY-id", "i-CANARY", unknownValue) },
    ),
    regionId: fc.oneof({ weight: 30, arbitrary: fc.constant(regionId) }, { weight: 1, arbitrary: wrong }),
    state: mostly(fc.constantFrom("running", "stopped", "released")),
    autoReleaseAt: mostly(times),
    autoReleaseAfter: mostly(durations),
    renew: mostly(fc.string()),
    stop: mostly(
      group({
        mode: mostly(fc.constantFrom("KeepCharging", "StopCharging")),
        force: mostly(flags),
        forceAfter: mostly(durations),
        hibernate: mostly(flags),
        applyModeNow: mostly(flags),
      }),
    ),
    release: mostly(
      group({
        snapshot: mostly(
          fc.oneof(
            flags,
            group({
              retentionDays: mostly(fc.integer({ min: -1, max: 70_000 })),
              name: mostly(fc.constantFrom("last", "CANARY-name", "auto-CANARY", "CANARY name")),
              tags: mostly(labels),
            }),
          ),
        ),
        force: mostly(flags),
        deletionProtection: mostly(fc.constantFrom("respect", "lift")),
        ownedHere: mostly(flags),
      }),
    ),
    expect: mostly(
      group({
        instanceName: mostly(fc.constantFrom("CANARY-name", "CANARY-name", "CANARY-other", "")),
        tags: mostly(labels),
        chargeType: mostly(fc.constantFrom("PostPaid", "PrePaid")),
        accountId: mostly(fc.constantFrom("123", "123", "456", "CANARY")),
      }),
    ),
    drift: mostly(fc.constantFrom("correct", "report")),
    onDelete: mostly(fc.constantFrom("retain", "retainTimer", "stop")),
    timeouts: mostly(
      group({
        start: mostly(durations),
        stop: mostly(durations),
        release: mostly(durations),
        snapshot: mostly(durations),
      }),
    ),
  });

  /** Every path that is written, e.g. `stop` and `stop.mode`. */
  function pathsOf(value: unknown, path = ""): readonly string[] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => {
      const inside = path === "" ? key : `${path}.${key}`;
      return [inside, ...pathsOf(item, inside)];
    });
  }

  it("by their grammar: a fault names what is written or missing and shows no name, id or tag; a declaration agrees with itself", () => {
    let accepted = 0;
    fc.assert(
      fc.property(argumentsByGrammar, (args) => {
        const before = JSON.stringify(args);
        const { failures, unknown, desired } = normalize(args);
        expect(JSON.stringify(args)).toBe(before);
        expect(desired === undefined).toBe(failures.length > 0 || unknown.length > 0);
        const written = [...pathsOf(args), "instanceId", "regionId"];
        for (const failure of failures) {
          // The longest: a name may hold what ends one.
          const name = written.filter((path) => failure.startsWith(`${path}: `)).sort((a, b) => b.length - a.length)[0];
          expect(name, failure).toBeDefined();
          expect(failure.slice(name?.length)).not.toMatch(/CANARY|04da6b54/);
        }
        for (const name of unknown) expect(written).toContain(name);
        expect(({} as Record<string, unknown>).CANARY).toBeUndefined();
        if (desired === undefined) return;
        accepted += 1;
        const { state, releaseTime, stop, release, timeouts } = desired;
        if (state === "released") expect(releaseTime.kind).toBe("unmanaged");
        if (releaseTime.kind === "at") expect(releaseTime.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
        if (releaseTime.kind === "after") expect(releaseTime.afterMs).toBeGreaterThanOrEqual(31 * 60_000);
        if (stop.forceAfterMs !== undefined) {
          expect(stop.force).toBe(false);
          expect(stop.forceAfterMs).toBeGreaterThan(0);
          expect(stop.forceAfterMs).toBeLessThan(timeouts.stopMs);
        }
        if (stop.hibernate) expect([stop.force, stop.forceAfterMs]).toEqual([false, undefined]);
        if (release.force) expect(release.snapshot).toBeUndefined();
        for (const ms of Object.values(timeouts)) expect(Number.isFinite(ms) && ms > 0).toBe(true);
        // Only the very words select what can't be undone, powers off, or passes by a guard.
        const raw = args as {
          state?: unknown;
          stop?: Record<string, unknown>;
          release?: Record<string, unknown>;
          drift?: unknown;
        };
        expect(state).toBe(raw.state);
        expect(stop.force).toBe(raw.stop?.force === true);
        expect(release.force).toBe(raw.release?.force === true);
        expect(release.liftProtection).toBe(raw.release?.deletionProtection === "lift");
        expect(release.ownedHere).toBe(raw.release?.ownedHere === true);
        const asked = raw.release?.snapshot;
        expect(release.snapshot !== undefined).toBe(asked === true || (typeof asked === "object" && asked !== null));
        expect(desired.drift).toBe(raw.drift ?? "correct");
      }),
      { numRuns: 6_000 },
    );
    // Against a grammar so wrong that nothing is ever accepted.
    expect(accepted).toBeGreaterThan(200);
  });
});
