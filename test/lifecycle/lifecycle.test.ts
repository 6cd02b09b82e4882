import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { InitFailed } from "../../provider/lifecycle";
import { absent, instanceId, minutesFromNow, now, nowMs, present, regionId } from "../support/builders";
import { ecsError, lostAnswer, writeNames } from "../support/fake-ecs";
import { outputs, thrown } from "../support/recorded-outputs";
import { type Properties, registered, runText, stage } from "../support/stage";

const day = minutesFromNow(24 * 60);
const later = minutesFromNow(48 * 60);

describe("check", () => {
  it("takes the program's words off and keeps what is declared, without any call", () => {
    const on = stage();
    const args = { state: "running", stop: { force: true }, expect: { tags: { env: "prod" } } };
    const { inputs, failures } = on.lifecycle.check({}, registered(args, { seen: present() }));
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ instanceId, regionId, ...args });
    expect(inputs).not.toHaveProperty("__run");
    expect(typeof inputs.__recorded).toBe("string");
    expect(on.connects).toBe(0);
  });

  it("turns every fault and every refusal into a failure with an empty property", () => {
    const { failures } = stage().lifecycle.check(
      {},
      registered({ state: "on", age: "1", onDelete: "release" }, { refused: ["instanceId: declared more than once"] }),
    );
    expect(failures.map(({ property }) => property)).toEqual(["", "", "", ""]);
    expect(failures.map(({ reason }) => reason.split(":")[0]).sort()).toEqual([
      "age",
      "instanceId",
      "onDelete",
      "state",
    ]);
  });

  it.each([
    {
      reason: "refused by the whole program",
      args: { state: "running" },
      run: { seen: present(), refused: ["instanceId: twice"] },
      says: /twice/,
    },
    {
      reason: "held back by the whole program",
      args: { state: "released", expect: { instanceName: "worker" } },
      run: { seen: present(), held: ["state: too many"] },
      says: /too many/,
    },
    {
      reason: "release protection",
      args: { state: "released", expect: { instanceName: "worker" } },
      run: { seen: present({ deletionProtection: true }) },
      says: /^state: .*protection/,
    },
    {
      reason: "an expectation",
      args: { state: "stopped", expect: { instanceName: "db" } },
      run: { seen: present() },
      says: /^expect\.instanceName: /,
    },
    {
      reason: "a first release that names nothing",
      args: { state: "released" },
      run: { seen: present() },
      says: /^expect: /,
    },
    {
      reason: "too soon",
      args: { autoReleaseAt: minutesFromNow(10) },
      run: { seen: present() },
      says: /^autoReleaseAt: /,
    },
    {
      reason: "never seen, in a preview",
      args: { state: "running" },
      run: { seen: absent },
      says: /^instanceId: .*not found in region cn-hangzhou/,
    },
    {
      reason: "a release that nobody could look at",
      args: { state: "released", expect: { instanceName: "worker" } },
      run: { unverified: "no network" },
      says: /no network/,
    },
  ])("fails for $reason", ({ args, run, says }) => {
    const { failures } = stage().lifecycle.check({}, registered(args, run));
    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(says) as string }]);
  });

  it.each([
    { reason: "nothing to do", args: { state: "running" }, run: { seen: present() } },
    {
      reason: "never seen, in an update: create looks on",
      args: { state: "running" },
      run: { seen: absent, dryRun: false },
    },
    { reason: "not looked at, and nothing is released", args: { state: "running" }, run: { unverified: "no network" } },
    {
      reason: "protective steps beside a refused one: the update does them first",
      args: { state: "stopped", autoReleaseAt: "never", expect: { instanceName: "db" } },
      run: { seen: present({ releaseTime: day }) },
    },
  ])("passes: $reason", ({ args, run }) => {
    expect(stage().lifecycle.check({}, registered(args, run)).failures).toEqual([]);
  });

  it("what is not known yet is neither validated nor lost", () => {
    const on = stage();
    const args = { instanceId: unknownValue, stop: { mode: unknownValue } };
    const { inputs, failures } = on.lifecycle.check({}, registered(args, { unverified: "not known yet" }));
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(args);
    expect(on.said.join()).toMatch(/instanceId.*stop\.mode/);
    expect(on.said.join()).not.toContain(unknownValue);
  });

  it("remembers in __recorded that it was seen: gone later is another thing than never found", () => {
    const args = { state: "running" };
    const first = stage().lifecycle.check({}, registered(args, { seen: present() }));
    const second = stage().lifecycle.check(first.inputs, registered(args, { seen: absent }));
    expect(second.failures).toHaveLength(1);
    expect(second.failures[0]?.reason).toMatch(/^state: .*gone.*last seen: its output lastSeenAt/);
    const other = stage().lifecycle.check(
      first.inputs,
      registered({ ...args, instanceId: "i-other" }, { seen: absent }),
    );
    expect(other.failures[0]?.reason).toMatch(/i-other was not found/);
  });

  it.each([
    ["stopped", false],
    ["released", true],
  ])("one that was never seen, declared %s: the remedy says what to do if it is gone already: %s", (state, says) => {
    const { failures } = stage().lifecycle.check({}, registered({ state }, { seen: absent }));
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toMatch(
      /^instanceId: i-\S+ was not found in region \S+; check the id, the region and the account/,
    );
    expect(failures[0]?.reason.includes("if it has been released already, take the resource out")).toBe(says);
  });

  it("the same declaration and the same world give the same inputs, whatever the time is", () => {
    const checkedAt = (olds: Properties, atMs: number, args: Properties) =>
      stage().lifecycle.check(olds, registered(args, { seen: present({ releaseTime: day }), atMs })).inputs;
    for (const args of [{ state: "running" }, { autoReleaseAt: day }, { autoReleaseAfter: "72h" }]) {
      const first = checkedAt({}, nowMs, args);
      expect(checkedAt({}, nowMs + 3_600_000, args)).toEqual(first);
      const second = checkedAt(first, nowMs + 3_600_000, args);
      expect(checkedAt(second, nowMs + 86_400_000, args)).toEqual(second);
    }
  });

  it("gone after a refresh has seen it: the refusal says when that was", async () => {
    const { inputs } = await stage().lifecycle.read(instanceId, outputs({ state: "running" }));
    const gone = stage().lifecycle.check(inputs, registered({ state: "running" }, { seen: absent }));
    expect(gone.failures[0]?.reason).toMatch(/last seen on 2026-06-01/);
  });

  it("a look that is missing, or was at another machine, is not believed", () => {
    const reasons = (run: Parameters<typeof registered>[1]) =>
      stage()
        .lifecycle.check({}, registered({ state: "stopped" }, run))
        .failures.map(({ reason }) => reason);
    expect(reasons(undefined)).toEqual([expect.stringMatching(/^instanceId: the program has not looked at/)]);
    expect(reasons({ seen: present(), instanceId: "i-other" })).toEqual([expect.stringMatching(/can't be verified/)]);
    expect(reasons({})).toEqual([expect.stringMatching(/can't be verified/)]);
  });

  it("gone after it was declared released is final, and running can't be declared again", () => {
    const released = { state: "released", expect: { instanceName: "worker" } };
    const first = stage().lifecycle.check({}, registered(released, { seen: present() }));
    const gone = stage().lifecycle.check(first.inputs, registered(released, { seen: absent }));
    expect(gone.failures).toEqual([]);
    expect(stage().lifecycle.check(gone.inputs, registered(released, { unverified: "no network" })).failures).toEqual(
      [],
    );
    const back = stage().lifecycle.check(gone.inputs, registered({ state: "running" }, { seen: absent }));
    expect(back.failures[0]?.reason).toMatch(/can't come back/);
  });

  it("a release time that was taken out is planned as such: cancelled, not merely shown", () => {
    const first = stage().lifecycle.check({}, registered({ autoReleaseAt: day }, { seen: present() }));
    const on = stage();
    const { failures } = on.lifecycle.check(first.inputs, registered({}, { seen: present({ releaseTime: day }) }));
    expect(failures).toEqual([]);
    expect(on.said.join()).not.toMatch(/left alone/);
  });

  it("keeps a defaulted region from the recorded inputs; another default later is a warning", () => {
    const args = { ...registered({ state: "running" }, { seen: present() }), regionId: undefined };
    const first = stage().lifecycle.check({}, args);
    expect(first.inputs.regionId).toBe(regionId);
    const moved = stage([present()], { settings: { "alicloud:region": "cn-beijing" } });
    const second = moved.lifecycle.check(first.inputs, args);
    expect(second.failures).toEqual([]);
    expect(second.inputs.regionId).toBe(regionId);
    expect(moved.said).toEqual([expect.stringMatching(/^warning: regionId: .*cn-hangzhou.*cn-beijing/)]);
    const same = stage();
    same.lifecycle.check(first.inputs, args);
    expect(same.said).toEqual([]);
  });

  it("another instance takes today's default region", () => {
    const moved = stage([], { settings: { "alicloud:region": "cn-beijing" } });
    const args = { ...registered({ instanceId: "i-other" }), regionId: undefined };
    expect(moved.lifecycle.check(registered(), args).inputs.regionId).toBe("cn-beijing");
  });

  it.each([
    unknownValue,
    "",
    "{broken",
    "null",
    5,
    undefined,
  ])("a hidden input that is no text of ours does no harm: %j", (text) => {
    expect(() =>
      stage().lifecycle.check(registered({ __recorded: text }), registered({ state: "running", __run: text })),
    ).not.toThrow();
  });
});

describe("diff", () => {
  const seens = [undefined, present(), present({ status: "Quarantined" }), present({ locks: ["security"] }), absent];
  const recordeds = [
    outputs(),
    outputs({ status: "released", releasedBy: "timer" }),
    outputs({ status: "absent", releasedBy: "unknown" }),
    outputs({ status: "Quarantined" }),
    { instanceId, regionId },
    {},
    outputs({ lastRun: null, status: 5, autoReleaseTime: "soon" }),
    outputs({ autoReleaseAt: "nonsense", state: "gone" }),
  ];
  const wishes = [
    {},
    { state: "running" },
    { state: "released" },
    { autoReleaseAt: day },
    { autoReleaseAt: "never" },
    { state: "nonsense" },
    { instanceId: unknownValue },
    { stop: unknownValue },
  ];

  it("never throws for what is there, and always says yes or no", () => {
    for (const seen of seens) {
      for (const before of recordeds) {
        for (const wish of wishes) {
          const on = stage();
          const row = JSON.stringify({ seen, before, wish });
          const { inputs } = on.lifecycle.check({}, registered(wish, { ...(seen === undefined ? {} : { seen }) }));
          const answer = on.lifecycle.diff(before, inputs);
          expect(typeof answer.changes, row).toBe("boolean");
          if (answer.replaces.length > 0) expect(answer.changes, row).toBe(true);
          expect(on.connects, row).toBe(0);
        }
      }
    }
  });

  it("sees the drift that the program saw, and only that", () => {
    const on = stage();
    const before = outputs({ state: "running" });
    expect(on.lifecycle.diff(before, registered({ state: "running" })).changes).toBe(false);
    const { inputs } = on.lifecycle.check(
      {},
      registered({ state: "running" }, { seen: present({ status: "stopped" }) }),
    );
    expect(on.lifecycle.diff(before, inputs).changes).toBe(true);
  });

  it("replaces for another id or region, and says so for one that is not known yet", () => {
    const on = stage();
    expect(on.lifecycle.diff(outputs(), registered({ instanceId: "i-other" }))).toEqual({
      changes: true,
      replaces: ["instanceId"],
    });
    expect(on.lifecycle.diff(outputs(), registered({ regionId: "cn-beijing" }))).toEqual({
      changes: true,
      replaces: ["regionId"],
    });
    expect(on.lifecycle.diff(outputs(), registered({ instanceId: unknownValue }))).toEqual({
      changes: true,
      replaces: ["instanceId"],
    });
  });

  it("refuses state of a newer version by name", () => {
    expect(() => stage().lifecycle.diff(outputs({ schemaVersion: 99 }), registered())).toThrow(/schemaVersion 99/);
  });

  it("a preview prints the writes in order with their reasons, and marks what can't be undone", () => {
    const on = stage();
    const args = { state: "released", expect: { instanceName: "worker" } };
    const { inputs } = on.lifecycle.check(registered(), registered(args, { seen: present({ tags: { env: "prod" } }) }));
    on.lifecycle.diff(outputs(), inputs);
    const text = on.said.join("\n");
    expect(text).toMatch(/StopInstance[^]*DeleteInstance/);
    expect(text).toMatch(/declared released, observed running/);
    expect(text).toMatch(/DeleteInstance.*CAN'T BE UNDONE/);
    for (const lost of ["worker", "ecs.g7.large", "env=prod"]) expect(text).toContain(lost);
    const update = stage();
    const updating = update.lifecycle.check(registered(), registered(args, { seen: present(), dryRun: false }));
    update.lifecycle.diff(outputs(), updating.inputs);
    expect(update.said.join()).not.toContain("DeleteInstance");
  });
});

describe("create and update", () => {
  it("adopts, acts, and records what was observed with every declared argument", async () => {
    const on = stage();
    const args = { state: "stopped", autoReleaseAt: "2026-06-02T20:00:30+08:00", timeouts: { stop: "PT5M" } };
    const { id, outs } = await on.lifecycle.create(registered(args));
    expect(id).toBe(instanceId);
    expect(outs).toMatchObject({
      ...args,
      instanceId,
      regionId,
      status: "stopped",
      autoReleaseTime: day,
      accountId: "1234567890",
      schemaVersion: 1,
    });
    expect(outs.lastRun).toMatchObject({
      steps: [
        { call: "StopInstance", requestId: "REQUEST-1" },
        { call: "ModifyInstanceAutoReleaseTime", requestId: "REQUEST-2" },
      ],
    });
    expect(JSON.parse(JSON.stringify(outs))).toEqual(outs);
  });

  it("half-way: what was reached is recorded, with everything that came in", async () => {
    const on = stage();
    on.ecs.fail("release", ecsError("InvalidOperation.DeletionProtection", "guard", { advice: "switch it off" }));
    const inputs = registered({
      state: "released",
      expect: { instanceName: "worker" },
      onDelete: "stop",
      __run: runText({}),
      __recorded: "{}",
    });
    const error = await thrown(on.lifecycle.create(inputs));
    if (!(error instanceof InitFailed)) throw error;
    expect(error.id).toBe(instanceId);
    expect(error.reasons.join()).toMatch(/DeletionProtection/);
    const { __run, __recorded, ...news } = inputs;
    expect([typeof __run, typeof __recorded]).toEqual(["string", "string"]);
    expect(error.properties).toMatchObject({ ...news, __provider: "provider text", status: "stopped" });
    expect(error.properties).not.toHaveProperty("__run");
    expect(error.properties).toHaveProperty("releasedBy", null);
    expect(JSON.parse(JSON.stringify(error.properties))).toEqual(error.properties);
  });

  it("half-way, and the next up goes on from there", async () => {
    const on = stage();
    on.ecs.fail("release", ecsError("Forbidden.RAM", "auth"));
    const args = registered({ state: "released", expect: { instanceName: "worker" } });
    const error = await thrown(on.lifecycle.create(args));
    if (!(error instanceof InitFailed)) throw error;
    const again = await on.lifecycle.update(error.properties, args);
    expect(again.outs).toMatchObject({ releasedBy: "declaration", status: "released" });
    expect(on.ecs.writes()).toEqual(["stop", "release", "release"]);
    expect(on.ecs.count("stop")).toBe(1);
  });

  it("half-way in an update carries the news, the provider's text with them", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.ecs.fail("stop", ecsError("Forbidden.RAM", "auth"));
    const news = registered({ state: "stopped", autoReleaseAt: "never" });
    const error = await thrown(on.lifecycle.update(outputs({ autoReleaseAt: day }), news));
    if (!(error instanceof InitFailed)) throw error;
    expect(error.properties).toMatchObject({ ...news, status: "running" });
    expect(error.properties).toHaveProperty("autoReleaseTime", null);
  });

  it("a write whose answer was lost and that is not seen to arrive is recorded as not arrived", async () => {
    const on = stage();
    on.ecs.fail("stop", lostAnswer(), lostAnswer(), lostAnswer(), lostAnswer());
    const error = await thrown(on.lifecycle.create(registered({ state: "stopped" })));
    if (error instanceof InitFailed) expect(error.properties).toMatchObject({ status: "running" });
    expect(error.message).toContain(instanceId);
  });

  it("nothing done: the state stays as it was", async () => {
    const on = stage([present({ deletionProtection: true })]);
    const error = await thrown(on.lifecycle.update(outputs(), registered({ state: "released" })));
    expect(error).not.toBeInstanceOf(InitFailed);
    expect(error.message).toMatch(/protection/);
    expect(error.stack).not.toMatch(/\n\s+at /);
  });

  it("a first up whose instance is not found records nothing", async () => {
    const error = await thrown(
      stage([]).lifecycle.create(registered({ state: "released", expect: { instanceName: "worker" } })),
    );
    expect(error).not.toBeInstanceOf(InitFailed);
    expect(error.message).toMatch(/not found in region/);
  });

  it("a release time that was taken out is cancelled, one that was never declared is left alone", async () => {
    const ours = stage([present({ releaseTime: day })]);
    const { outs } = await ours.lifecycle.update(outputs({ autoReleaseAt: day }), registered());
    expect(ours.ecs.writes()).toEqual(["cancelReleaseTime"]);
    expect(outs).not.toHaveProperty("autoReleaseAt");
    expect(outs).toHaveProperty("autoReleaseTime", null);
    const foreign = stage([present({ releaseTime: day })]);
    const shown = await foreign.lifecycle.update(outputs(), registered());
    expect(foreign.ecs.writes()).toEqual([]);
    expect(shown.outs).toMatchObject({ autoReleaseTime: day });
  });

  it("a release time that was taken out and could not be cancelled stays ours, so that the next run cancels it", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.ecs.fail("cancelReleaseTime", ecsError("Forbidden.RAM", "auth"));
    const before = outputs({ autoReleaseAt: day });
    const error = await thrown(on.lifecycle.update(before, registered()));
    const recorded = error instanceof InitFailed ? error.properties : before;
    await on.lifecycle.update(recorded, registered());
    expect(on.ecs.effective("cancelReleaseTime")).toBe(1);
  });

  it("the same when somebody else has set another time meanwhile: what is left to do is not forgotten", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.ecs.fail("cancelReleaseTime", lostAnswer(), lostAnswer(), lostAnswer(), lostAnswer());
    const before = outputs({ autoReleaseAt: later, autoReleaseTime: later, ownReleaseTime: later });
    const error = await thrown(on.lifecycle.update(before, registered()));
    if (!(error instanceof InitFailed)) throw error;
    expect(on.ecs.effective("cancelReleaseTime")).toBe(0);
    on.ecs.healed();
    await on.lifecycle.update(error.properties, registered());
    expect(on.ecs.effective("cancelReleaseTime")).toBe(1);
  });

  it.each([
    "declaration",
    "timer",
    "unknown",
  ])("declared released and recorded as %s: nothing is asked for, ever again", async (releasedBy) => {
    const on = stage([]);
    const before = outputs({ state: "released", status: "released", releasedBy, releasedAt: now });
    const { outs } = await on.lifecycle.update(before, registered({ state: "released", timeouts: { stop: "20m" } }));
    expect(on.connects).toBe(0);
    expect(outs).toMatchObject({ releasedBy, releasedAt: now, state: "released", timeouts: { stop: "20m" } });
  });

  it("another account than expected: nothing is called, not even what protects", async () => {
    const on = stage([present({ releaseTime: day })]);
    const error = await thrown(
      on.lifecycle.create(registered({ autoReleaseAt: "never", expect: { accountId: "42" } })),
    );
    expect(error.message).toMatch(/^expect\.accountId: .*1234567890/);
    expect(on.ecs.writes()).toEqual([]);
  });

  it("an account that can't be asked for holds back only who expects one", async () => {
    const plain = stage();
    plain.ecs.fail("accountId", ecsError("Forbidden.RAM", "auth"));
    expect((await plain.lifecycle.create(registered({ state: "stopped" }))).outs).toMatchObject({ status: "stopped" });
    const expecting = stage();
    expecting.ecs.fail("accountId", ecsError("Forbidden.RAM", "auth"));
    await thrown(expecting.lifecycle.create(registered({ state: "stopped", expect: { accountId: "1234567890" } })));
    expect(expecting.ecs.writes()).toEqual([]);
  });

  it("the engine is gone: nothing that acts is called any more", async () => {
    for (const args of [
      { state: "stopped" },
      { state: "released", expect: { instanceName: "worker" } },
      { autoReleaseAt: day },
    ]) {
      const on = stage();
      on.engineIsThere = false;
      expect((await thrown(on.lifecycle.create(registered(args)))).message).toMatch(/engine is gone/);
      expect(on.ecs.writes()).toEqual([]);
    }
  });

  it.each([
    { limit: undefined, released: 1 },
    { limit: "0", released: 0 },
    { limit: "2", released: 2 },
    { limit: "nonsense", released: 0 },
    { limit: "-1", released: 0 },
  ])("the provider's own count of releases, limit $limit: $released", async ({ limit, released }) => {
    const ids = ["i-a", "i-b", "i-c"];
    const on = stage(
      ids.map((id) => present({ instanceId: id, status: "stopped" })),
      limit === undefined ? {} : { settings: { "lifecycle:maxReleases": limit } },
    );
    for (const id of ids) {
      const args = registered({ instanceId: id, state: "released", expect: { instanceName: "worker" } });
      await on.lifecycle.create(args).catch((error: Error) => expect(error.message).toMatch(/lifecycle:maxReleases/));
    }
    expect(on.ecs.effective("release")).toBe(released);
  });

  it("the number that the program has resolved counts", async () => {
    const on = stage([present({ status: "stopped" })]);
    const args = registered(
      { state: "released", expect: { instanceName: "worker" } },
      { seen: present({ status: "stopped" }), maxReleases: 0 },
    );
    on.lifecycle.check({}, args);
    expect((await thrown(on.lifecycle.create(args))).message).toMatch(/lifecycle:maxReleases is 0/);
    expect(on.ecs.writes()).toEqual([]);
  });

  it("state of a newer version is refused by name, before any call", async () => {
    const on = stage();
    const newer = outputs({ schemaVersion: 99 });
    expect((await thrown(on.lifecycle.update(newer, registered({ state: "stopped" })))).message).toMatch(
      /schemaVersion 99/,
    );
    expect((await thrown(on.lifecycle.read(instanceId, newer))).message).toMatch(/schemaVersion 99/);
    expect((await thrown(on.lifecycle.delete(instanceId, newer))).message).toMatch(/schemaVersion 99/);
    expect(on.ecs.names()).toEqual([]);
  });
});

describe("read", () => {
  it("mirrors what is there into inputs, for declared arguments only; the outputs keep the declaration", async () => {
    const on = stage([present({ status: "stopped", releaseTime: later, instanceName: "renamed" })]);
    const { id, props, inputs } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
    expect(id).toBe(instanceId);
    expect(inputs).toMatchObject({ instanceId, regionId, state: "stopped" });
    for (const name of ["autoReleaseAt", "stop", "expect", "onDelete", "timeouts"])
      expect(inputs).not.toHaveProperty(name);
    expect(props).toMatchObject({
      state: "running",
      status: "stopped",
      autoReleaseTime: later,
      instanceName: "renamed",
    });
    expect(on.ecs.writes()).toEqual([]);
  });

  it("what was read is a diff against the declaration, and one that update corrects", async () => {
    const on = stage([present({ status: "stopped" })]);
    const { props } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
    expect(on.lifecycle.diff(props, registered({ state: "running" })).changes).toBe(true);
    await on.lifecycle.update(props, registered({ state: "running" }));
    expect(on.ecs.writes()).toEqual(["start"]);
  });

  it.each([
    { reason: "declared released", args: { state: "released" }, by: "unknown" },
    { reason: "declared running", args: { state: "running" }, by: "unknown" },
    { reason: "after a declared time", args: { state: "running", autoReleaseAt: minutesFromNow(-5) }, by: "timer" },
  ])("gone, $reason: recorded with its id, not thrown", async ({ args, by }) => {
    const on = stage([]);
    const { id, props, inputs } = await on.lifecycle.read(instanceId, outputs(args));
    expect(id).toBe(instanceId);
    expect(props).toMatchObject({ ...args, releasedBy: by, instanceName: "worker" });
    expect(inputs).toMatchObject(args);
    const [look, confirmation] = on.ecs.calls;
    expect(confirmation?.name).toBe("confirm");
    expect((confirmation?.atMs ?? 0) - (look?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  it("who may not see records nothing as gone", async () => {
    const on = stage();
    on.ecs.blind = true;
    const { id, props } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
    expect(id).toBe(instanceId);
    expect(props).not.toHaveProperty("releasedBy");
    expect(props).toMatchObject({ status: "running" });
    expect(on.said.join()).toMatch(/warning: .*not allowed/);
  });

  it("throws only when it could not look at all, and says how to go on", async () => {
    const on = stage();
    on.ecs.fail("observe", ecsError("NoAnswer", "unknownOutcome"));
    expect((await thrown(on.lifecycle.read(instanceId, outputs()))).message).toMatch(/--refresh=false/);
    const unconfigured = stage([], {
      connect: () => {
        throw new Error("no credentials");
      },
    });
    expect((await thrown(unconfigured.lifecycle.read(instanceId, outputs()))).message).toMatch(
      /no credentials.*--refresh=false/,
    );
  });

  it.each(["declaration", "timer"])("recorded as released by %s: not asked for again", async (releasedBy) => {
    const on = stage([]);
    const before = outputs({ state: "released", status: "released", releasedBy });
    const { id, props } = await on.lifecycle.read(instanceId, before);
    expect(id).toBe(instanceId);
    expect(props).toMatchObject({ releasedBy });
    expect(on.connects).toBe(0);
  });

  it.each([
    present({ locks: ["security"] }),
    present({ status: "Quarantined" }),
    present({ serialNumber: "another" }),
  ])("records what is odd and does not throw", async (odd) => {
    const { props } = await stage([odd]).lifecycle.read(instanceId, outputs({ state: "running" }));
    expect(props).toMatchObject({ status: odd.status });
  });
});

describe("delete", () => {
  type Timer = "none" | "ours" | "ours, moved by others" | "ours, cancelled by others" | "foreign";
  const timers: Record<Timer, { readonly declared: Properties; readonly inForce: string | undefined }> = {
    none: { declared: {}, inForce: undefined },
    ours: { declared: { autoReleaseAt: day }, inForce: day },
    "ours, moved by others": { declared: { autoReleaseAt: day }, inForce: later },
    "ours, cancelled by others": { declared: { autoReleaseAt: day }, inForce: undefined },
    foreign: { declared: {}, inForce: later },
  };
  const cells: Record<"retain" | "retainTimer" | "stop", Record<Timer, string>> = {
    retain: {
      none: "offline",
      ours: "cancelReleaseTime",
      "ours, moved by others": "",
      "ours, cancelled by others": "",
      foreign: "offline",
    },
    retainTimer: {
      none: "offline",
      ours: "offline",
      "ours, moved by others": "offline",
      "ours, cancelled by others": "offline",
      foreign: "offline",
    },
    stop: {
      none: "stop",
      ours: "cancelReleaseTime stop",
      "ours, moved by others": "stop",
      "ours, cancelled by others": "stop",
      foreign: "stop",
    },
  };
  const rows = (Object.keys(cells) as (keyof typeof cells)[]).flatMap((onDelete) =>
    (Object.keys(timers) as Timer[]).flatMap((timer) =>
      [false, true].map((gone) => ({ onDelete, timer, gone, calls: cells[onDelete][timer] })),
    ),
  );

  it.each(rows)("$onDelete, timer $timer, gone $gone: [$calls]", async ({ onDelete, timer, gone, calls }) => {
    const { declared, inForce } = timers[timer];
    const on = stage(gone ? [] : [present({ releaseTime: inForce })]);
    await on.lifecycle.delete(
      instanceId,
      outputs({ ...declared, onDelete, autoReleaseTime: inForce, state: "running" }),
    );
    // Whatever it does, it never releases and never sets a time.
    expect(on.ecs.writes().join(" ")).toBe(gone || calls === "offline" ? "" : calls);
    if (calls === "offline") expect(on.connects).toBe(0);
    expect(on.said.join()).toMatch(gone && calls !== "offline" ? /not listed|gone/ : /./);
    if (onDelete === "retainTimer" && declared.autoReleaseAt !== undefined)
      expect(on.said.join()).toMatch(new RegExp(`warning: ${instanceId} .*will still be released at ${day}`));
    else if (!gone || calls === "offline") expect(on.said.join()).toMatch(/never release/);
  });

  it("declared released and never reached: removing it releases nothing", async () => {
    for (const onDelete of ["retain", "retainTimer", "stop"]) {
      const on = stage();
      await on.lifecycle.delete(instanceId, outputs({ state: "released", onDelete }));
      expect(on.ecs.writes()).toEqual(onDelete === "stop" ? ["stop"] : []);
    }
  });

  const again = { state: "running", autoReleaseAt: day };
  const inTheSameRun = [
    {
      reason: "checked",
      before: (on: ReturnType<typeof stage>, args: object) => void on.lifecycle.check({}, registered({ ...args })),
    },
    {
      reason: "created",
      before: (on: ReturnType<typeof stage>, args: object) => on.lifecycle.create(registered({ ...args })),
    },
    {
      reason: "updated",
      before: (on: ReturnType<typeof stage>, args: object) => on.lifecycle.update(outputs(), registered({ ...args })),
    },
  ];

  it.each(inTheSameRun)("does nothing in a run that also $reason the same id", async ({ before }) => {
    const on = stage([present({ releaseTime: day })]);
    await before(on, again);
    const calls = on.ecs.calls.length;
    await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: day, onDelete: "stop" }));
    expect(on.ecs.calls).toHaveLength(calls);
  });

  it.each(
    inTheSameRun,
  )("of a run that also $reason the same id without a release time: ours is cancelled, and nothing else done", async ({
    before,
  }) => {
    const on = stage([present({ releaseTime: day })]);
    await before(on, { state: "running" });
    await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: day, onDelete: "stop" }));
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
  });

  it("of a run that declares the same id in a way that is wrong: does nothing", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.lifecycle.check({}, registered({ state: "paused" }));
    await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: day, onDelete: "stop" }));
    expect(on.connects).toBe(0);
  });

  it("does its work in a run that checked another id", async () => {
    const on = stage([present({ releaseTime: day })]);
    on.lifecycle.check({}, registered({ instanceId: "i-other" }));
    await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: day, onDelete: "stop" }));
    expect(on.ecs.writes()).toEqual(["cancelReleaseTime", "stop"]);
  });

  it.each(["declaration", "timer", "unknown"])("recorded as gone by %s: needs no network", async (releasedBy) => {
    const on = stage([]);
    await on.lifecycle.delete(
      instanceId,
      outputs({ releasedBy, status: "released", autoReleaseAt: day, onDelete: "stop" }),
    );
    expect(on.connects).toBe(0);
  });

  it("a release time that has long passed needs no network", async () => {
    const on = stage([]);
    await on.lifecycle.delete(instanceId, outputs({ autoReleaseAt: minutesFromNow(-10 * 24 * 60) }));
    expect(on.connects).toBe(0);
  });

  it("stop: what can't be stopped is left with a warning, and the release time is cancelled all the same", async () => {
    for (const odd of [
      present({ releaseTime: day, instanceName: "db" }),
      present({ releaseTime: day, locks: ["security"] }),
      present({ releaseTime: day, status: "Quarantined" }),
    ]) {
      const on = stage([odd]);
      await on.lifecycle.delete(
        instanceId,
        outputs({ autoReleaseAt: day, onDelete: "stop", expect: { instanceName: "worker" } }),
      );
      expect(on.ecs.writes()).toEqual(["cancelReleaseTime"]);
      expect(on.said.join()).toMatch(/warning: /);
    }
  });
});

describe("no method but create and update writes", () => {
  it("whatever is declared and found", async () => {
    for (const args of [
      { state: "released", expect: { instanceName: "worker" } },
      { state: "stopped" },
      { autoReleaseAt: day },
    ]) {
      for (const seen of [present(), present({ status: "stopped", releaseTime: later })]) {
        const on = stage([seen]);
        const { inputs } = on.lifecycle.check({}, registered(args, { seen }));
        on.lifecycle.diff(outputs(), inputs);
        await on.lifecycle.read(instanceId, outputs(args));
        expect(on.ecs.names().filter((name) => writeNames.includes(name))).toEqual([]);
      }
    }
  });
});
