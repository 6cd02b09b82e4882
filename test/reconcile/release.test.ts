import { describe, expect, it } from "vitest";
import type { Present, Snapshot } from "../../provider/core/model";
import { snapshotTag } from "../../provider/core/snapshots";
import type { SnapshotOptions } from "../../provider/ecs/port";
import {
  absent,
  dataDisk,
  disk,
  instanceId,
  nowMs,
  plainSnapshot,
  present,
  recorded,
  snapshot,
  systemDisk,
  type Wish,
} from "../support/builders";
import { type CallName, ecsError, type FakeEcsOptions, lostAnswer } from "../support/fake-ecs";
import { looksBeforeWrites, run, type Scene, scene, unfinished } from "../support/scene";

const disks = [systemDisk, dataDisk];
const saving: Wish = { state: "released", release: { snapshot: plainSnapshot } };
const lifting: Wish = { state: "released", release: { liftProtection: true } };

/** A scene whose every delete is checked: the machine is stopped, and each disk has an accomplished snapshot that counts. */
function watched(seen: Partial<Present> = {}, options: FakeEcsOptions = {}): Scene {
  const on = scene(present(seen), { disks, releaseTakesMs: 5_000, ...options });
  const release = on.ecs.release.bind(on.ecs);
  on.ecs.release = (id, how) => {
    const one = on.ecs.get(id);
    if (one !== undefined) {
      expect(one.status).toBe("stopped");
      for (const { diskId } of on.ecs.disks) expect(counting(on, one, diskId), `saved: ${diskId}`).not.toEqual([]);
    }
    return release(id, how);
  };
  return on;
}

function counting({ ecs }: Scene, { startedAt }: Present, diskId: string): readonly Snapshot[] {
  return ecs.snapshots.filter(
    (one) =>
      one.diskId === diskId &&
      one.status === "accomplished" &&
      one.tags[snapshotTag] === instanceId &&
      Date.parse(one.createdAt) > Date.parse(startedAt) + 60_000,
  );
}

function tokens({ ecs }: Scene, diskId: string): readonly string[] {
  return ecs.calls
    .filter(({ name, id }) => name === "createSnapshot" && id === diskId)
    .map(({ options }) => (options as SnapshotOptions).clientToken);
}

describe("release.snapshot", () => {
  const orders: readonly (readonly [string, readonly CallName[]])[] = [
    ["running", ["stop", "createSnapshot", "createSnapshot", "release"]],
    ["stopped", ["createSnapshot", "createSnapshot", "release"]],
    ["starting", ["stop", "createSnapshot", "createSnapshot", "release"]],
    ["stopping", ["createSnapshot", "createSnapshot", "release"]],
  ];

  it.each(orders)("%s: stop, every disk, all accomplished, then delete", async (status, writes) => {
    const on = watched({ status });
    if (status === "starting") on.ecs.after(8_000, () => on.ecs.change(instanceId, { status: "running" }));
    if (status === "stopping") on.ecs.after(8_000, () => on.ecs.change(instanceId, { status: "stopped" }));
    const reached = await run(on, saving);
    expect(on.ecs.writes()).toEqual(writes);
    expect(reached).toMatchObject({ observed: absent, releasedBy: "declaration" });
    expect([...(reached.snapshotIds ?? [])].sort()).toEqual(
      on.ecs.snapshots.map(({ snapshotId }) => snapshotId).sort(),
    );
    expect(reached.done.filter(({ call }) => call === "CreateSnapshot")).toHaveLength(2);
    looksBeforeWrites(on);
  });

  it("each snapshot carries what was declared, our tag, and a token of its own that fits", async () => {
    const on = watched();
    const tags = { env: "prod", [snapshotTag]: "somebody else" };
    await run(on, { state: "released", release: { snapshot: { retentionDays: 30, name: "before-release", tags } } });
    const sent = on.ecs.calls.filter(({ name }) => name === "createSnapshot").map(({ options }) => options);
    for (const options of sent)
      expect(options).toMatchObject({
        name: "before-release",
        retentionDays: 30,
        tags: { env: "prod", [snapshotTag]: instanceId },
      });
    const [first, second] = sent.map((options) => (options as SnapshotOptions).clientToken);
    expect(first).not.toBe(second);
    for (const token of [first, second]) expect(token).toMatch(/^[\x21-\x7e]{1,64}$/);
  });

  it("a failed snapshot is begun again with another token", async () => {
    const on = watched();
    on.ecs.failingSnapshots = 1;
    const reached = await run(on, saving);
    expect(reached.observed).toEqual(absent);
    expect(on.ecs.effective("createSnapshot")).toBe(3);
    expect(new Set(tokens(on, "d-system")).size).toBe(2);
    expect(tokens(on, "d-data")).toHaveLength(1);
    expect(reached.snapshotIds).toHaveLength(2);
    looksBeforeWrites(on);
  });

  it("one that fails each time ends in an error, and the instance is kept", async () => {
    const on = watched();
    on.ecs.failingSnapshots = 99;
    const error = await unfinished(run(on, saving));
    expect(on.ecs.count("release")).toBe(0);
    expect(tokens(on, "d-system").length).toBeLessThanOrEqual(3);
    expect(error.message).toContain(instanceId);
    expect(error.reached?.observed).toMatchObject({ status: "stopped" });
  });

  it.each([
    { executed: true, snapshotHiddenMs: 0 },
    { executed: true, snapshotHiddenMs: 30_000 },
    { executed: false, snapshotHiddenMs: 0 },
  ])("a lost answer of CreateSnapshot uses the same token: %j", async ({ executed, snapshotHiddenMs }) => {
    const on = watched({ status: "stopped" }, { snapshotHiddenMs });
    on.ecs.fail("createSnapshot", { error: lostAnswer(), executed });
    await run(on, saving);
    expect(new Set(tokens(on, "d-system")).size).toBe(1);
    expect(on.ecs.effective("createSnapshot")).toBe(2);
    expect(on.ecs.snapshots).toHaveLength(2);
    looksBeforeWrites(on);
  });

  it.each([
    5_000, 45_000, 90_000,
  ])("a snapshot that is listed only after %d ms is not made twice", async (snapshotHiddenMs) => {
    const on = watched({ status: "stopped" }, { snapshotHiddenMs });
    await run(on, saving);
    expect(on.ecs.snapshots).toHaveLength(2);
  });

  it("throttled and in between: waited out, begun once", async () => {
    const on = watched({ status: "stopped" });
    on.ecs.fail(
      "createSnapshot",
      ecsError("Throttling", "throttled", { retryAfterMs: 3_000 }),
      ecsError("IncorrectInstanceStatus", "wait"),
    );
    await run(on, saving);
    expect(on.ecs.effective("createSnapshot")).toBe(2);
  });

  it("out of time: the instance is kept, and the next run goes on with what was begun", async () => {
    const on = watched({}, { snapshotTakesMs: 1_200_000 });
    const short: Wish = { ...saving, timeouts: { snapshotMs: 300_000 } };
    const error = await unfinished(run(on, short));
    expect(on.ecs.count("release")).toBe(0);
    expect(error.message).toMatch(new RegExp(`${instanceId}.*in time`));
    expect(error.reached?.observed).toMatchObject({ status: "stopped" });
    expect(on.clock.nowMs() - nowMs).toBeLessThanOrEqual(300_000 + 30_000);
    const begun = on.ecs.snapshots.length;
    on.clock.advance(1_200_000);
    await run(on, short);
    expect(begun).toBe(2);
    expect(on.ecs.snapshots).toHaveLength(2);
    expect(on.ecs.get(instanceId)).toBeUndefined();
  });

  it("refused for good: the instance is kept", async () => {
    for (const code of ["QuotaExceed.Snapshot", "InstanceLockedForSecurity", "InvalidAccountStatus.NotEnoughBalance"]) {
      const on = watched();
      on.ecs.fail("createSnapshot", ecsError(code, "guard"));
      const error = await unfinished(run(on, saving));
      expect(on.ecs.writes()).toEqual(["stop", "createSnapshot"]);
      expect(error.message).toContain(code);
    }
  });

  it("disks that can't be listed are not taken for none", async () => {
    const on = watched();
    on.ecs.fail("inspect", ecsError("Forbidden.RAM", "auth"));
    await unfinished(run(on, saving));
    expect(on.ecs.writes()).toEqual([]);
    const none = scene(present(), { disks: [] });
    expect((await unfinished(run(none, saving))).message).toMatch(/^release\.snapshot: /);
    expect(none.ecs.writes()).toEqual([]);
  });

  it("stale ones, foreign ones and those of detached disks are not rested on", async () => {
    const startedAt = "2026-06-01T09:00Z";
    const useless = [
      snapshot("d-system", { snapshotId: "s-useless-1", createdAt: "2026-06-01T08:00:00Z" }),
      snapshot("d-system", { snapshotId: "s-useless-2", tags: {} }),
      snapshot("d-data", { snapshotId: "s-useless-3", tags: { [snapshotTag]: "i-other" } }),
      snapshot("d-detached", { snapshotId: "s-useless-4" }),
    ];
    const on = watched({ status: "stopped", startedAt }, { snapshots: useless });
    const reached = await run(on, saving);
    expect(on.ecs.effective("createSnapshot")).toBe(2);
    expect(reached.snapshotIds).toHaveLength(2);
    for (const { snapshotId } of useless) expect(reached.snapshotIds).not.toContain(snapshotId);
  });

  it("all saved already: only deleted, and what it rests on is told", async () => {
    const on = watched({ status: "stopped" }, { snapshots: [snapshot("d-system"), snapshot("d-data")] });
    const reached = await run(on, saving);
    expect(on.ecs.writes()).toEqual(["release"]);
    expect(reached.snapshotIds).toEqual(["s-of-d-system", "s-of-d-data"]);
  });

  it("a disk that is attached meanwhile is saved, too", async () => {
    const on = watched({ status: "stopped" });
    on.ecs.after(10_000, () => {
      on.ecs.disks = [...disks, disk("d-late")];
    });
    await run(on, saving);
    expect(tokens(on, "d-late")).toHaveLength(1);
  });

  it.each([
    3_000, 15_000, 40_000,
  ])("started by others after %d ms: what was saved is not rested on", async (afterMs) => {
    const on = watched({ status: "stopped" }, { snapshotTakesMs: 60_000 });
    on.ecs.after(afterMs, () => {
      on.ecs.startedByHand(instanceId);
      on.ecs.after(10_000, () => on.ecs.change(instanceId, { status: "running" }));
    });
    const reached = await run(on, saving).catch((error: unknown) => error);
    // Given up or done anew; the watched release lets no stale one pass.
    if (reached instanceof Error) expect(on.ecs.effective("release")).toBe(0);
    else {
      expect(on.ecs.effective("stop")).toBe(1);
      expect(on.ecs.snapshots.length).toBeGreaterThanOrEqual(2);
      expect(on.ecs.get(instanceId)).toBeUndefined();
    }
  });

  it("started by others after it had stopped in time: the next stop is as gentle as the first", async () => {
    const on = watched({}, { stopTakesMs: 30_000, snapshotTakesMs: 600_000 });
    on.ecs.after(300_000, () => on.ecs.startedByHand(instanceId, "running"));
    await run(on, { ...saving, stop: { forceAfterMs: 90_000 } });
    const stops = on.ecs.calls
      .filter(({ name }) => name === "stop")
      .map(({ options }) => (options as { force: boolean }).force);
    expect(stops).toEqual([false, false]);
  });

  it("started by others after it was forced: force is there for the next stop, too", async () => {
    const on = watched({}, { stopTakesMs: 999_999_999, snapshotTakesMs: 600_000 });
    on.ecs.after(300_000, () => on.ecs.startedByHand(instanceId, "running"));
    await run(on, { ...saving, stop: { forceAfterMs: 90_000 }, timeouts: { stopMs: 1_200_000 } });
    const stops = on.ecs.calls
      .filter(({ name }) => name === "stop")
      .map(({ options }) => (options as { force: boolean }).force);
    expect(stops).toEqual([false, true, false, true]);
  });

  it("started and stopped again by others between two looks: seen by the StartTime alone", async () => {
    const on = watched({ status: "stopped" }, { snapshotTakesMs: 300_000 });
    on.ecs.after(240_000, () => {
      on.ecs.startedByHand(instanceId, "stopped");
      on.ecs.change(instanceId, { stoppedMode: "KeepCharging", startedAt: "2026-06-01T12:02Z" });
    });
    await run(on, saving);
    expect(on.ecs.effective("createSnapshot")).toBe(4);
    expect(new Set([...tokens(on, "d-system"), ...tokens(on, "d-data")]).size).toBe(4);
  });

  it.each([
    ["found starting", { status: "starting", startedAt: "2026-06-01T12:00Z" }],
    ["found running, started just now", { status: "running", startedAt: "2026-06-01T12:00Z" }],
    ["found stopped, started just now", { status: "stopped", startedAt: "2026-06-01T12:00Z" }],
  ])("%s: a snapshot within the minute of the start would never count, so it is begun after it", async (_reason, seen) => {
    const on = watched(seen);
    if (seen.status === "starting") on.ecs.after(8_000, () => on.ecs.change(instanceId, { status: "running" }));
    const reached = await run(on, saving);
    expect(reached.observed).toEqual(absent);
    expect(on.ecs.snapshots).toHaveLength(2);
  });
});

describe("a run that died is finished by the next", () => {
  async function killed(
    index: number,
    executed: boolean,
    wish: Wish,
    seen: Partial<Present>,
    between: (on: Scene) => void,
  ) {
    const on = watched(seen, { releaseTakesMs: 20_000 });
    const dead = on.ecs.killAt(index, executed);
    void run(on, wish, "firstUp").catch(() => undefined);
    await dead;
    const calls = on.ecs.calls.length;
    between(on);
    const reached = on.ecs.get(instanceId) === undefined ? undefined : await run(on, wish, recorded());
    return { on, reached, calls };
  }

  const rows = [0, 30_000, 3_600_000].map((pauseMs) => ({ pauseMs }));

  it.each(
    rows,
  )("killed at any call, going on after $pauseMs ms: one stop, one snapshot per disk, no delete without a look", async ({
    pauseMs,
  }) => {
    const clean = watched({}, { releaseTakesMs: 20_000 });
    await run(clean, saving, "firstUp");
    for (let index = 0; index < clean.ecs.calls.length; index += 1) {
      for (const executed of [true, false]) {
        const at = `killed at ${index} (${clean.ecs.calls[index]?.name}), executed ${executed}`;
        const { on, reached, calls } = await killed(index, executed, saving, {}, ({ clock }) => clock.advance(pauseMs));
        expect(on.ecs.get(instanceId), at).toBeUndefined();
        expect(on.ecs.effective("stop"), at).toBe(1);
        expect(on.ecs.snapshots, at).toHaveLength(2);
        if (reached !== undefined) {
          expect(on.ecs.calls[calls]?.name, at).toBe("observe");
          expect(reached.observed, at).toEqual(absent);
        }
        looksBeforeWrites(on);
      }
    }
  });

  it("started by others in between: everything is saved anew", async () => {
    const clean = watched({}, { releaseTakesMs: 20_000 });
    await run(clean, saving, "firstUp");
    const afterTheSnapshots = clean.ecs.calls.findIndex(({ name }) => name === "release");
    const { on } = await killed(afterTheSnapshots, false, saving, {}, ({ ecs, clock }) => {
      clock.advance(600_000);
      ecs.startedByHand(instanceId, "running");
      clock.advance(600_000);
    });
    expect(on.ecs.effective("stop")).toBe(2);
    expect(on.ecs.effective("createSnapshot")).toBe(4);
    expect(on.ecs.get(instanceId)).toBeUndefined();
  });

  it("with protection lifted: it is lifted once, whoever does the rest", async () => {
    const wish: Wish = { ...saving, release: { snapshot: plainSnapshot, liftProtection: true } };
    const clean = watched({ deletionProtection: true }, { releaseTakesMs: 20_000 });
    await run(clean, wish, "firstUp");
    for (let index = 0; index < clean.ecs.calls.length; index += 1) {
      const { on } = await killed(index, true, wish, { deletionProtection: true }, () => undefined);
      expect(on.ecs.get(instanceId), `killed at ${index}`).toBeUndefined();
      expect(on.ecs.effective("setDeletionProtection"), `killed at ${index}`).toBe(1);
    }
  });
});

describe("release.deletionProtection lift", () => {
  function protectionCalls({ ecs }: Scene): readonly boolean[] {
    return ecs.calls
      .filter(({ name }) => name === "setDeletionProtection")
      .map(({ options }) => (options as { on: boolean }).on);
  }
  const protectedOne = (status = "stopped") => scene(present({ status, deletionProtection: true }));

  it("is the last thing before the delete", async () => {
    const on = watched({ deletionProtection: true });
    await run(on, { state: "released", release: { liftProtection: true, snapshot: plainSnapshot } });
    expect(on.ecs.writes()).toEqual(["stop", "createSnapshot", "createSnapshot", "setDeletionProtection", "release"]);
    expect(protectionCalls(on)).toEqual([false]);
    const lift = on.ecs.calls.find(({ name }) => name === "setDeletionProtection");
    const release = on.ecs.calls.find(({ name }) => name === "release");
    expect((release?.atMs ?? 0) - (lift?.atMs ?? 0)).toBeLessThanOrEqual(10_000);
    looksBeforeWrites(on);
  });

  it.each([false, true])("released by force: %s", async (force) => {
    const on = protectedOne("running");
    const reached = await run(on, { state: "released", release: { liftProtection: true, force } });
    expect(on.ecs.writes().slice(-2)).toEqual(["setDeletionProtection", "release"]);
    expect(reached.done.map(({ call }) => call)).toContain("ModifyInstanceAttribute");
  });

  it.each([
    ["refused by ECS", ecsError("DependencyViolation.RouteEntry", "guard")],
    ["not allowed", ecsError("Forbidden.RAM", "auth")],
    ["refused as wrong", ecsError("InvalidParameter", "input")],
  ])("the delete is %s: put back, and both are recorded", async (_reason, fault) => {
    const on = protectedOne();
    on.ecs.fail("release", fault);
    const error = await unfinished(run(on, lifting));
    expect(protectionCalls(on)).toEqual([false, true]);
    expect(on.ecs.get(instanceId)).toMatchObject({ deletionProtection: true });
    expect(error.message).toContain(fault.code);
    expect(error.reached?.done.map(({ call }) => call)).toEqual(["ModifyInstanceAttribute", "ModifyInstanceAttribute"]);
    expect(error.reached?.observed, "what is recorded is what is there").toMatchObject({ deletionProtection: true });
  });

  it("somebody started it meanwhile, so the delete has to wait for a stop: it does not stand unprotected until then", async () => {
    const on = protectedOne();
    on.ecs.fail("release", ecsError("IncorrectInstanceStatus", "wait"));
    let isStarted = false;
    on.refuse = ({ kind }) => {
      if (kind !== "release" || isStarted) return undefined;
      isStarted = true;
      on.ecs.change(instanceId, { status: "running" });
      return undefined;
    };
    await run(on, lifting);
    const writes = on.ecs.calls.filter(({ name }) => ["setDeletionProtection", "stop", "release"].includes(name));
    const told = writes.map(({ name, options }) =>
      name === "setDeletionProtection" ? `protection ${(options as { on: boolean }).on ? "on" : "off"}` : name,
    );
    expect(told).toEqual(["protection off", "release", "protection on", "stop", "protection off", "release"]);
    expect(on.ecs.get(instanceId)).toBeUndefined();
    looksBeforeWrites(on);
  });

  it("the delete is not permitted: put back", async () => {
    const on = protectedOne();
    on.refuse = (step) => (step.kind === "release" ? new Error("the engine is gone") : undefined);
    await unfinished(run(on, lifting));
    expect(protectionCalls(on)).toEqual([false, true]);
    expect(on.ecs.count("release")).toBe(0);
  });

  it("the delete is throttled for ever: put back", async () => {
    const on = protectedOne();
    on.ecs.fail("release", ...Array.from({ length: 500 }, () => ecsError("Throttling", "throttled")));
    await unfinished(run(on, lifting));
    expect(protectionCalls(on)).toEqual([false, true]);
  });

  it("put back, and only the look after that fails: not said to have failed", async () => {
    const on = protectedOne();
    on.ecs.fail("release", ecsError("Forbidden.RAM", "auth"));
    const set = on.ecs.setDeletionProtection.bind(on.ecs);
    on.ecs.setDeletionProtection = (id, protect) => {
      if (protect) on.ecs.fail("observe", ecsError("ServiceUnavailable", "unknownOutcome"));
      return set(id, protect);
    };
    const error = await unfinished(run(on, lifting));
    expect(error.message).toMatch(/Forbidden\.RAM/);
    expect(error.message).not.toMatch(/could not be put back/);
    expect(on.ecs.get(instanceId)).toMatchObject({ deletionProtection: true });
  });

  it("putting it back fails, too: both are said", async () => {
    const on = protectedOne();
    on.ecs.fail("release", ecsError("Forbidden.RAM", "auth"));
    on.ecs.fail("setDeletionProtection", "works", ecsError("Throttling.Api", "throttled"));
    const error = await unfinished(run(on, lifting));
    expect(error.message).toMatch(/Forbidden\.RAM/);
    expect(error.message).toMatch(/protection of .*could not be put back.*Throttling\.Api/);
  });

  it.each([
    ["it stays listed until the time is over", undefined],
    ["and then the look fails", ecsError("Forbidden.RAM", "auth")],
  ])("after an accepted delete it is never put back: %s", async (_reason, fault) => {
    const on = scene(present({ status: "stopped", deletionProtection: true }), { releaseTakesMs: 999_999_999 });
    if (fault !== undefined) {
      const release = on.ecs.release.bind(on.ecs);
      on.ecs.release = (id, how) => {
        on.ecs.fail("observe", fault);
        return release(id, how);
      };
    }
    await unfinished(run(on, lifting));
    expect(on.ecs.effective("release")).toBe(1);
    expect(protectionCalls(on)).toEqual([false]);
  });

  it("the delete's answer got lost although it ran: gone, and nothing is put back", async () => {
    const on = scene(present({ status: "stopped", deletionProtection: true }), { releaseTakesMs: 3_000 });
    on.ecs.fail("release", { error: lostAnswer(), executed: true });
    const reached = await run(on, lifting);
    expect(reached.releasedBy).toBe("declaration");
    expect(protectionCalls(on)).toEqual([false]);
  });

  it.each([
    true,
    false,
  ])("the answer of the lift got lost, executed %s: the release goes on, or protection is put back", async (executed) => {
    const on = protectedOne();
    on.ecs.fail("setDeletionProtection", { error: lostAnswer(), executed });
    await run(on, lifting);
    expect(on.ecs.get(instanceId)).toBeUndefined();
    const refused = protectedOne();
    refused.ecs.fail("setDeletionProtection", { error: lostAnswer(), executed });
    refused.ecs.fail("release", ecsError("Forbidden.RAM", "auth"));
    await unfinished(run(refused, lifting));
    expect(refused.ecs.get(instanceId)).toMatchObject({ deletionProtection: true });
  });

  it("the lift is refused: no delete, nothing to put back", async () => {
    const on = protectedOne();
    on.ecs.fail("setDeletionProtection", ecsError("InvalidChargeType.ValueNotSupported", "input"));
    const error = await unfinished(run(on, lifting));
    expect(on.ecs.writes()).toEqual(["setDeletionProtection"]);
    expect(error.message).toContain("ValueNotSupported");
  });

  it("what was not protected is neither lifted nor put back", async () => {
    const on = scene(present({ status: "stopped" }));
    on.ecs.fail("release", ecsError("Forbidden.RAM", "auth"));
    await unfinished(run(on, lifting));
    expect(protectionCalls(on)).toEqual([]);
  });
});
