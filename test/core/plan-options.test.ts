import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProtective, isWrite } from "../../provider/core/steps";
import { plan } from "../../provider/core/plan";
import { snapshotsOfRelease } from "../../provider/core/snapshots";
import {
  dataDisk,
  desired,
  localDisk,
  minutesFromNow,
  nowMs,
  plainSnapshot,
  present,
  recorded,
  snapshot,
  systemDisk,
  type Wish,
} from "../support/builders";
import { spell } from "../support/spell";

const day = minutesFromNow(24 * 60);
const statuses = ["running", "stopped", "starting", "pending", "stopping"] as const;

describe("release protection × lift", () => {
  const before: Record<(typeof statuses)[number], string> = {
    running: "stop …stopped ",
    stopped: "",
    starting: "…running stop …stopped ",
    pending: "…running stop …stopped ",
    stopping: "…stopped ",
  };
  const byForce: Record<(typeof statuses)[number], string> = {
    running: "",
    stopped: "",
    starting: "…running ",
    pending: "…running ",
    stopping: "…stopped ",
  };

  it.each(statuses)("released, observed %s", (status) => {
    for (const deletionProtection of [false, true]) {
      for (const liftProtection of [false, true]) {
        for (const force of [false, true]) {
          for (const snapshot of force ? [undefined] : [undefined, plainSnapshot]) {
            const row = JSON.stringify({ status, deletionProtection, liftProtection, force, snapshot });
            const wish = desired({ state: "released", release: { force, liftProtection, snapshot } });
            const seen = present({ status, deletionProtection, disks: [systemDisk, dataDisk], snapshots: [] });
            const { steps, refusals } = plan(wish, seen, recorded(), nowMs);
            const saves = snapshot === undefined ? "" : "save(d-system) save(d-data) …snapshots ";
            // Right before the delete, and only where there is something to lift.
            const lift = deletionProtection && liftProtection ? "lift " : "";
            const start = force ? byForce[status] : before[status];
            expect(spell(steps), row).toBe(`${start}${saves}${lift}release${force ? "!" : ""} …gone`);
            const refused = deletionProtection && !liftProtection;
            expect(refusals, row).toEqual(refused ? [expect.stringMatching(/^state: .*release protection.*lift/)] : []);
          }
        }
      }
    }
  });

  it("with a release time, lift says that it is understood and changes nothing", () => {
    for (const deletionProtection of [false, true]) {
      for (const liftProtection of [false, true]) {
        for (const releaseTime of [
          { kind: "at", at: day },
          { kind: "after", afterMs: 28_800_000, renew: undefined },
        ] as const) {
          const wish = desired({ releaseTime, release: { liftProtection } });
          const { steps, refusals } = plan(wish, present({ deletionProtection }), recorded(), nowMs);
          expect(spell(steps)).toBe("time");
          const argument = releaseTime.kind === "at" ? "autoReleaseAt" : "autoReleaseAfter";
          expect(refusals).toEqual(
            deletionProtection && !liftProtection
              ? [expect.stringMatching(new RegExp(`^${argument}: .*release protection.*lift`))]
              : [],
          );
        }
      }
    }
  });

  it("no other declaration lifts anything", () => {
    for (const status of statuses) {
      for (const wish of [
        { state: "running" },
        { state: "stopped" },
        {},
        { releaseTime: { kind: "never" } },
        { state: "stopped", releaseTime: { kind: "at", at: day } },
      ] as const) {
        const lifting = desired({ ...wish, release: { liftProtection: true } });
        const { steps } = plan(lifting, present({ status, deletionProtection: true }), recorded(), nowMs);
        expect(spell(steps)).not.toContain("lift");
      }
    }
  });

  it("lift excuses nothing but the protection", () => {
    const wish = desired({ state: "released", release: { liftProtection: true }, expect: { instanceName: "db" } });
    for (const seen of [
      { instanceName: "worker" },
      { instanceName: "db", chargeType: "PrePaid" },
      { instanceName: "db", locks: ["security"] },
      { instanceName: "db", tags: { "ack.aliyun.com": "c1" } },
    ])
      expect(plan(wish, present({ deletionProtection: true, ...seen }), recorded(), nowMs).refusals).toHaveLength(1);
  });
});

describe("applyModeNow × modes", () => {
  const modes = ["KeepCharging", "StopCharging", "Not-applicable", ""];
  const rows = (["KeepCharging", "StopCharging"] as const).flatMap((mode) =>
    modes.flatMap((stoppedMode) => [false, true].map((applyModeNow) => ({ mode, stoppedMode, applyModeNow }))),
  );

  it.each(rows)("stopped with '$stoppedMode', declared $mode, now $applyModeNow", ({
    mode,
    stoppedMode,
    applyModeNow,
  }) => {
    const wish = desired({ state: "stopped", stop: { mode, applyModeNow } });
    const { steps, refusals, warnings } = plan(wish, present({ status: "stopped", stoppedMode }), recorded(), nowMs);
    const charging = stoppedMode === "KeepCharging" || stoppedMode === "StopCharging";
    const differs = charging && stoppedMode !== mode;
    expect(spell(steps)).toBe(differs && applyModeNow ? "start …running stop …stopped" : "");
    expect(refusals).toEqual([]);
    expect(warnings).toEqual(differs && !applyModeNow ? [expect.stringMatching(/^stop\.mode: .*applyModeNow/)] : []);
    for (const step of steps) expect(step.because).toMatch(/applyModeNow/);
    const stop = steps.find((step) => step.kind === "stop");
    if (stop !== undefined) expect(stop).toMatchObject({ mode });
  });

  it("does nothing where the machine is not stopped, or another state is declared", () => {
    const stop = { mode: "StopCharging", applyModeNow: true } as const;
    const kept = { stoppedMode: "KeepCharging", disks: [systemDisk] };
    const cells: readonly (readonly [Wish["state"], string, string])[] = [
      ["stopped", "running", "stop …stopped"],
      ["stopped", "stopping", "…stopped"],
      ["stopped", "starting", "…running stop …stopped"],
      ["stopped", "Quarantined", ""],
      ["running", "stopped", "start …running"],
      ["released", "stopped", "release …gone"],
      [undefined, "stopped", ""],
    ];
    for (const [state, status, steps] of cells)
      expect(spell(plan(desired({ state, stop }), present({ ...kept, status }), recorded(), nowMs).steps)).toBe(steps);
  });

  it("the cycle is a stop like any other: owners, locks and expectations hold it back", () => {
    const wish = desired({ state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } });
    const stopped = { status: "stopped", stoppedMode: "KeepCharging" };
    for (const seen of [
      { tags: { "ack.aliyun.com": "c1" } },
      { locks: ["financial"] },
      { locks: ["security"] },
      { instanceName: "db" },
      { chargeType: "PrePaid" },
      { networkType: "classic" },
      { disks: [localDisk] },
    ])
      expect(
        plan(wish, present({ ...stopped, ...seen }), recorded(), nowMs).refusals,
        JSON.stringify(seen),
      ).toHaveLength(1);
  });
});

describe("how it is stopped", () => {
  const options: readonly (readonly [Wish["stop"], string, string])[] = [
    [{}, "stop", "stop"],
    [{ force: true }, "stop!", "stop!"],
    [{ forceAfterMs: 300_000 }, "stop>300s", "stop>300s"],
    // Nobody wakes up from a release.
    [{ hibernate: true }, "stop~", "stop"],
  ];

  it.each(options)("%j: [%s], before a release [%s]", (stop, stopped, released) => {
    const first = (state: "stopped" | "released", status: string) =>
      spell(plan(desired({ state, stop: stop ?? {} }), present({ status }), recorded(), nowMs).steps);
    expect(first("stopped", "running")).toBe(`${stopped} …stopped`);
    expect(first("stopped", "starting")).toBe(`…running ${stopped} …stopped`);
    expect(first("released", "running")).toBe(`${released} …stopped release …gone`);
    expect(first("released", "starting")).toBe(`…running ${released} …stopped release …gone`);
    const again = desired({ state: "stopped", stop: { ...stop, mode: "StopCharging", applyModeNow: true } });
    const seen = present({ status: "stopped", stoppedMode: "KeepCharging" });
    expect(spell(plan(again, seen, recorded(), nowMs).steps)).toBe(`start …running ${stopped} …stopped`);
  });
});

describe("StopCharging where it can't work", () => {
  const wish = desired({ state: "stopped", stop: { mode: "StopCharging" } });
  const reasons: readonly (readonly [string, Parameters<typeof present>[0], RegExp | undefined])[] = [
    ["subscription", { chargeType: "PrePaid" }, /subscription/],
    ["classic network", { networkType: "classic" }, /classic/],
    ["a local disk", { disks: [systemDisk, localDisk] }, /d-local/],
    ["cloud disks only", { disks: [systemDisk, dataDisk] }, undefined],
    ["disks that were not looked at", {}, undefined],
    ["no disk", { disks: [] }, undefined],
  ];

  it.each(reasons)("%s", (_reason, seen, says) => {
    for (const status of ["running", "starting", "pending"]) {
      const { refusals } = plan(wish, present({ status, ...seen }), recorded(), nowMs);
      expect(refusals).toEqual(
        says === undefined ? [] : [expect.stringMatching(new RegExp(`^stop\\.mode: .*${says.source}`))],
      );
    }
    // Stopped already, or by its own hand: nothing is sent, so nothing is refused.
    for (const status of ["stopped", "stopping"])
      expect(plan(wish, present({ status, ...seen }), recorded(), nowMs).refusals).toEqual([]);
    // KeepCharging works everywhere, and a release never gives capacity back.
    expect(plan(desired({ state: "stopped" }), present(seen), recorded(), nowMs).refusals).toEqual([]);
    if (seen?.chargeType !== "PrePaid") {
      const released = desired({ state: "released", stop: { mode: "StopCharging" } });
      expect(plan(released, present(seen), recorded(), nowMs).refusals).toEqual([]);
    }
  });
});

describe("a release time that was taken out, and everything else", () => {
  it("is cancelled before the machine is stopped, saved and released", () => {
    const wish = desired({
      state: "released",
      releaseTime: { kind: "withdrawn" },
      release: { snapshot: plainSnapshot, liftProtection: true },
    });
    const seen = present({ releaseTime: day, deletionProtection: true, disks: [systemDisk], snapshots: [] });
    expect(spell(plan(wish, seen, recorded(), nowMs).steps)).toBe(
      "cancel stop …stopped save(d-system) …snapshots lift release …gone",
    );
  });
});

describe("whatever is declared and found", () => {
  const minute = fc.integer({ min: -100, max: 4_000 }).map(minutesFromNow);
  const wishes = fc.record({
    state: fc.constantFrom("running", "stopped", "released", undefined),
    releaseTime: fc.oneof(
      fc.constantFrom({ kind: "unmanaged" } as const, { kind: "never" } as const, { kind: "withdrawn" } as const),
      minute.map((at) => ({ kind: "at", at }) as const),
      fc
        .integer({ min: 31, max: 4_000 })
        .map((n) => ({ kind: "after", afterMs: n * 60_000, renew: undefined }) as const),
    ),
    stop: fc.record({
      mode: fc.constantFrom("KeepCharging", "StopCharging"),
      force: fc.boolean(),
      forceAfterMs: fc.constantFrom(undefined, 60_000),
      hibernate: fc.boolean(),
      applyModeNow: fc.boolean(),
    }),
    release: fc.record({
      force: fc.boolean(),
      snapshot: fc.constantFrom(undefined, plainSnapshot),
      liftProtection: fc.boolean(),
      ownedHere: fc.boolean(),
    }),
    expect: fc.constantFrom({}, { instanceName: "worker" }, { instanceName: "db" }),
  });
  const kinds = ["accomplished", "progressing", "failed"];
  const seens = fc.record({
    status: fc.constantFrom(...statuses, "Quarantined"),
    stoppedMode: fc.constantFrom("KeepCharging", "StopCharging", "Not-applicable"),
    chargeType: fc.constantFrom("PostPaid", "PostPaid", "PrePaid"),
    networkType: fc.constantFrom("vpc", "classic"),
    deletionProtection: fc.boolean(),
    releaseTime: fc.option(minute, { nil: undefined }),
    locks: fc.constantFrom([], [], ["security"], ["financial"]),
    tags: fc.constantFrom({}, {}, { "ack.aliyun.com": "c1" }),
    disks: fc.constantFrom(undefined, [], [systemDisk], [systemDisk, dataDisk], [systemDisk, localDisk]),
    snapshots: fc.subarray([
      ...kinds.map((status) => snapshot("d-system", { status, snapshotId: `s-${status}` })),
      ...kinds.map((status) => snapshot("d-data", { status, snapshotId: `s-data-${status}` })),
      snapshot("d-system", { snapshotId: "s-old", createdAt: "2020-01-01T00:00:00Z" }),
    ]),
  });
  const pasts = fc.constantFrom(undefined, recorded(), recorded({ releaseAccepted: true }));

  it("nothing is done that was not declared, what protects comes first, and what can't be undone last", () => {
    fc.assert(
      fc.property(wishes, seens, pasts, (wanted, found, past) => {
        const release = wanted.release.force ? { ...wanted.release, snapshot: undefined } : wanted.release;
        const wish = desired({ ...wanted, release });
        const observed = present(found);
        const { steps, refusals } = plan(wish, observed, past, nowMs);
        const writes = steps.filter(isWrite);
        const index = (kind: string) => steps.findIndex((step) => step.kind === kind);
        const last = (kind: string) => steps.findLastIndex((step) => step.kind === kind);
        for (const step of steps) {
          expect(step.because).not.toBe("");
          if (step.kind === "release") expect([wish.state, step.force]).toEqual(["released", release.force]);
          if (step.kind === "stop" && step.force) expect(wish.stop.force).toBe(true);
          if (step.kind === "stop" && wish.state === "released")
            expect(step).toMatchObject({ mode: "KeepCharging", hibernate: false });
          if (step.kind === "setReleaseTime") expect(["at", "after"]).toContain(wish.releaseTime.kind);
          if (step.kind === "cancelReleaseTime") expect(["never", "withdrawn"]).toContain(wish.releaseTime.kind);
          if (step.kind === "snapshot")
            expect([wish.state, release.snapshot !== undefined]).toEqual(["released", true]);
        }
        const protective = writes.filter(isProtective);
        expect(writes.slice(0, protective.length)).toEqual(protective);
        // Protection is lifted with nothing between it and the delete.
        if (index("liftProtection") >= 0) {
          expect([observed.deletionProtection, release.liftProtection]).toEqual([true, true]);
          expect(steps[index("liftProtection") + 1]?.kind).toBe("release");
        }
        if (index("release") >= 0) {
          expect(steps[index("release") + 1]).toMatchObject({ kind: "await", until: "gone" });
          expect(index("release")).toBe(steps.length - 2 - (index("setReleaseTime") > index("release") ? 1 : 0));
          if (release.snapshot !== undefined) {
            const waits = steps.some((step) => step.kind === "await" && step.until === "snapshots");
            const saved = new Set(snapshotsOfRelease(observed).map(({ diskId }) => diskId)).size;
            expect(waits || saved === (observed.disks ?? []).length).toBe(true);
            expect(last("snapshot")).toBeLessThan(index("release"));
          }
          const mayBe =
            observed.chargeType === "PostPaid" &&
            (!observed.deletionProtection || release.liftProtection) &&
            !observed.locks.includes("security") &&
            !("ack.aliyun.com" in observed.tags) &&
            wish.expect.instanceName !== "db" &&
            !(past === undefined && wish.expect.instanceName === undefined);
          if (!mayBe) expect(refusals).not.toEqual([]);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
