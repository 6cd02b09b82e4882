import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Recorded } from "../../provider/core/model";
import { snapshotTag } from "../../provider/core/snapshots";
import { Unfinished } from "../../provider/reconcile/reconciled";
import {
  dataDisk,
  instanceId,
  minutesFromNow,
  plainSnapshot,
  present,
  recorded,
  systemDisk,
  type Wish,
} from "../support/builders";
import { ecsError, lostAnswer, writeNames } from "../support/fake-ecs";
import { looksBeforeWrites, run, type Scene, scene } from "../support/scene";

const disks = [systemDisk, dataDisk];

const wishes: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({
    state: fc.constantFrom("running" as const, "stopped" as const, undefined),
    releaseTime: fc.constantFrom<NonNullable<Wish["releaseTime"]>[]>(
      { kind: "unmanaged" },
      { kind: "never" },
      { kind: "at", at: minutesFromNow(3_000) },
      { kind: "after", afterMs: 8 * 3_600_000, renew: undefined },
    ),
    stop: fc.record({
      mode: fc.constantFrom("KeepCharging" as const, "StopCharging" as const),
      forceAfterMs: fc.constantFrom(undefined, 30_000, 90_000),
      applyModeNow: fc.boolean(),
    }),
  }),
  fc.record({
    state: fc.constant("released" as const),
    stop: fc.record({ forceAfterMs: fc.constantFrom(undefined, 30_000, 90_000) }),
    release: fc.record({ snapshot: fc.constantFrom(undefined, plainSnapshot), liftProtection: fc.boolean() }),
  }),
);

const machines = fc.record({
  status: fc.constantFrom("running", "stopped"),
  stoppedMode: fc.constantFrom("KeepCharging", "StopCharging"),
  deletionProtection: fc.boolean(),
  releaseTime: fc.constantFrom(undefined, minutesFromNow(120), minutesFromNow(5_000)),
});

const speeds = fc.record({
  startTakesMs: fc.constantFrom(0, 4_000, 70_000),
  stopTakesMs: fc.constantFrom(0, 4_000, 70_000, 200_000),
  forceStopTakesMs: fc.constantFrom(0, 4_000),
  releaseTakesMs: fc.constantFrom(0, 5_000, 70_000),
  snapshotTakesMs: fc.constantFrom(0, 20_000, 600_000),
  snapshotHiddenMs: fc.constantFrom(0, 7_000, 30_000),
});

type Trouble = "lostExecuted" | "lostNotExecuted" | "throttled" | "wait" | "forbidden" | "works";
const troubles = fc.array(
  fc.record({
    name: fc.constantFrom(...writeNames, "observe" as const, "inspect" as const),
    trouble: fc.constantFrom<Trouble[]>("lostExecuted", "lostNotExecuted", "throttled", "wait", "forbidden", "works"),
  }),
  { maxLength: 4 },
);

const hands = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 700_000 }),
    does: fc.constantFrom("starts" as const, "protects" as const, "setsTime" as const, "stops" as const),
  }),
  { maxLength: 1 },
);

const deaths = fc.option(fc.record({ index: fc.integer({ min: 0, max: 25 }), executed: fc.boolean() }), {
  nil: undefined,
});

function faultOf(trouble: Trouble) {
  switch (trouble) {
    case "lostExecuted":
      return { error: lostAnswer(), executed: true };
    case "lostNotExecuted":
      return lostAnswer();
    case "throttled":
      return ecsError("Throttling", "throttled", { retryAfterMs: 3_000 });
    case "wait":
      return ecsError("IncorrectInstanceStatus", "wait");
    case "forbidden":
      return ecsError("Forbidden.RAM", "auth");
    case "works":
      return "works";
  }
}

function interfere(on: Scene, does: "starts" | "protects" | "setsTime" | "stops"): void {
  const one = on.ecs.get(instanceId);
  if (one === undefined) return;
  if (does === "starts" && one.status === "stopped") on.ecs.startedByHand(instanceId, "running");
  if (does === "stops" && one.status === "running")
    on.ecs.change(instanceId, { status: "stopped", stoppedMode: "KeepCharging" });
  if (does === "protects") on.ecs.change(instanceId, { deletionProtection: true });
  if (does === "setsTime") on.ecs.change(instanceId, { releaseTime: minutesFromNow(240) });
}

/** Each accepted delete finds a stopped machine, unprotected, with everything saved that was to be saved; and nothing follows it. */
function watch(on: Scene, wish: Wish): void {
  const release = on.ecs.release.bind(on.ecs);
  on.ecs.release = (id, how) => {
    expect(wish.state).toBe("released");
    expect(how.force).toBe(false);
    const one = on.ecs.get(id);
    if (one?.status === "stopped" && wish.release?.snapshot !== undefined) {
      for (const { diskId } of disks) {
        const saved = on.ecs.snapshots.some(
          (snapshot) =>
            snapshot.diskId === diskId &&
            snapshot.status === "accomplished" &&
            snapshot.tags[snapshotTag] === id &&
            Date.parse(snapshot.createdAt) > Date.parse(one.startedAt) + 60_000,
        );
        expect(saved, `${diskId} is saved before the delete`).toBe(true);
      }
    }
    return release(id, how);
  };
}

describe("whatever fails, whoever interferes, and wherever it dies", () => {
  it("nothing is done that was not declared, and two runs without trouble end as declared and then do nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        wishes,
        machines,
        speeds,
        troubles,
        hands,
        deaths,
        async (wish, machine, speed, faults, others, death) => {
          const protectedFor = wish.state === "released" && wish.release?.liftProtection !== true;
          const start = { ...machine, deletionProtection: machine.deletionProtection && !protectedFor };
          const timed = wish.releaseTime?.kind === "at" || wish.releaseTime?.kind === "after";
          if (timed) start.deletionProtection = false;
          const on = scene(present(start), { disks, ...speed });
          watch(on, wish);
          for (const { name, trouble } of faults) on.ecs.fail(name, faultOf(trouble));
          for (const { afterMs, does } of others) on.ecs.after(afterMs, () => interfere(on, does));

          let before: Recorded | "firstUp" = "firstUp";
          const dead = death === undefined ? undefined : on.ecs.killAt(death.index, death.executed);
          const first = run(on, wish, before).then(
            (reached) => {
              before = recorded({ fixedReleaseTime: reached.fixedReleaseTime });
            },
            (error: unknown) => expect(error).toBeInstanceOf(Unfinished),
          );
          await (dead === undefined ? first : Promise.race([first, dead]));
          on.ecs.healed();

          // Trouble and other hands are over.
          on.clock.advance(800_000);
          on.ecs.get(instanceId);
          if (protectedFor || timed) on.ecs.change(instanceId, { deletionProtection: false });
          for (let round = 0; round < 2 && on.ecs.get(instanceId) !== undefined; round += 1) {
            const reached = await run(on, wish, "firstUp");
            before = recorded({ fixedReleaseTime: reached.fixedReleaseTime });
            if (reached.observed.presence === "absent") break;
          }
          looksBeforeWrites(on);
          const end = on.ecs.get(instanceId);
          if (wish.state === "released") {
            expect(end).toBeUndefined();
            return;
          }
          if (wish.state !== undefined) expect(end?.status).toBe(wish.state);
          if (wish.releaseTime?.kind === "never") expect(end?.releaseTime).toBeUndefined();
          if (wish.releaseTime?.kind === "at") expect(end?.releaseTime).toBe(wish.releaseTime.at);
          if (wish.releaseTime?.kind === "after") expect(end?.releaseTime).toBeDefined();
          const writes = on.ecs.writes().length;
          await run(on, wish, "firstUp");
          expect(on.ecs.writes()).toHaveLength(writes);
          if (wish.state !== "stopped") expect(on.ecs.names()).not.toContain("release");
          expect(on.ecs.names()).not.toContain("createSnapshot");
          expect(on.ecs.names()).not.toContain("setDeletionProtection");
          for (const { name, options } of on.ecs.calls)
            if (name === "stop" && (options as { force: boolean }).force) expect(wish.stop?.forceAfterMs).toBeDefined();
        },
      ),
      { numRuns: 1_500 },
    );
  });
});
