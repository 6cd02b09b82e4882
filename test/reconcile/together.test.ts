import { afterEach, describe, expect, it } from "vitest";
import { type Emulator, type InstanceFields, startEmulator, type WorldFile } from "../../emulator/index";
import { messageOf } from "../../provider/core/message-of";
import { PopClient } from "../../provider/ecs/pop-client";
import { PopDoor } from "../../provider/ecs/pop-door";
import type { EcsPort } from "../../provider/ecs/port";
import { batchingClient } from "../../provider/ecs/batching/batching-client";
import { reconcile } from "../../provider/reconcile/reconcile";
import { desired, regionId, type Wish } from "../support/builders";
import { quietly } from "../support/surroundings";

const size = 300;
const opened: Emulator[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((emulator) => emulator.stop()));
});

interface Fleet {
  readonly emulator: Emulator;
  readonly ids: readonly string[];
  readonly ecs: EcsPort;
}

/** Instances behind a real socket; they change within half a second. */
async function fleet(fields: Partial<InstanceFields>, world: WorldFile = {}, count = size): Promise<Fleet> {
  const ids = Array.from({ length: count }, (_, index) => `i-together${index}`);
  const emulator = await startEmulator({
    world: {
      timings: { stopMs: 400, startMs: 400 },
      ...world,
      instances: ids.map((InstanceId) => ({ InstanceId, ...fields })),
    },
  });
  opened.push(emulator);
  const { accessKeyId, accessKeySecret } = emulator;
  const credentials = () => Promise.resolve({ accessKeyId, accessKeySecret, securityToken: undefined });
  const door = (version: string) => new PopDoor(emulator.endpoint, version, credentials, 5_000, Date.now);
  return {
    emulator,
    ids,
    ecs: batchingClient(new PopClient(regionId, door("2014-05-26"), door("2015-04-01"), Date.now)),
  };
}

/** All at once; what each came to. */
async function bring(
  { ids, ecs }: Fleet,
  wishOf: (instanceId: string) => Partial<Wish>,
): Promise<ReadonlyMap<string, string>> {
  const bringOne = async (instanceId: string): Promise<[string, string]> => {
    try {
      const { observed } = await reconcile(
        desired({ instanceId, expect: {}, ...wishOf(instanceId) }),
        undefined,
        quietly(ecs),
      );
      return [instanceId, observed.presence === "present" ? observed.status : observed.presence];
    } catch (error) {
      return [instanceId, messageOf(error)];
    }
  };
  return new Map(await Promise.all(ids.map(bringOne)));
}

function tally({ emulator }: Fleet, action: string) {
  const rows = emulator.ledger({ action });
  return { sent: rows.length, refused: rows.filter(({ code }) => code !== null).length, rows };
}

/** How often each was stopped or started, over all calls. */
function effects({ emulator, ids }: Fleet): readonly number[] {
  const texts = emulator.ledger().flatMap(({ action, effect }) => (/^St(op|art)Instance/.test(action) ? [effect] : []));
  const counts = new Map<string, number>();
  for (const [, id = ""] of texts.join(" ").matchAll(/(i-together\d+): (?:Running|Stopped) -> /g)) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return ids.map((id) => counts.get(id) ?? 0);
}

const once = (count = size) => Array.from({ length: count }, () => 1);
const allOf = (status: string, count = size) => Array.from({ length: count }, () => status);

describe(`${size} instances over HTTP`, () => {
  it("stopped: a call for each hundred, and looks that are shared", async () => {
    const on = await fleet({ Status: "Running" });
    expect([...(await bring(on, () => ({ state: "stopped" }))).values()]).toEqual(allOf("stopped"));
    expect(effects(on)).toEqual(once());
    const { sent, rows } = tally(on, "StopInstances");
    expect(sent).toBeLessThanOrEqual(6);
    expect(rows[0]?.params).toMatchObject({
      BatchOptimization: "SuccessFirst",
      ForceStop: "false",
      StoppedMode: "KeepCharging",
    });
    expect(tally(on, "StopInstance").sent).toBe(0);
    // The look before the stop, the one behind it, and one a second later: each of three calls, or a few more.
    expect(tally(on, "DescribeInstances").sent).toBeLessThanOrEqual(15);
  });

  it("each with the options that it declares", async () => {
    const on = await fleet({ Status: "Running" });
    const isForced = (id: string) => id.endsWith("7");
    const stop = { mode: "KeepCharging", forceAfterMs: undefined, hibernate: false, applyModeNow: false } as const;
    await bring(on, (id) => ({ state: "stopped", stop: { ...stop, force: isForced(id) } }));
    for (const { params } of tally(on, "StopInstances").rows) {
      const ids = Object.entries(params).flatMap(([name, id]) => (name.startsWith("InstanceId.") ? [id] : []));
      expect(new Set(ids.map((id) => String(isForced(id))))).toEqual(new Set([params.ForceStop]));
    }
    expect(effects(on)).toEqual(once());
  });

  it("one that can't be started fails alone", async () => {
    const on = await fleet({ Status: "Stopped", StoppedMode: "StopCharging" });
    const [bad = ""] = on.ids.slice(117);
    on.emulator.patchInstance({ InstanceId: bad, noStock: true });
    const ends = await bring(on, () => ({ state: "running" }));
    expect(ends.get(bad)).toMatch(/StartInstances: OperationDenied\.NoStock: .+there is no stock.+RequestId/);
    expect([...ends.values()].filter((end) => end !== "running")).toHaveLength(1);
    expect(tally(on, "StartInstances").sent).toBeLessThanOrEqual(6);
    expect(tally(on, "StartInstance").sent).toBe(0);
  });

  it("a key that may not stop many stops one after the other, and does not ask again", async () => {
    const on = await fleet(
      { Status: "Running" },
      { credentials: [{ accessKeyId: "k", accessKeySecret: "s", deny: ["ecs:StopInstances"] }] },
    );
    expect([...(await bring(on, () => ({ state: "stopped" }))).values()]).toEqual(allOf("stopped"));
    expect(effects(on)).toEqual(once());
    const { sent } = tally(on, "StopInstances");
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(6);
    expect(tally(on, "StopInstance").sent).toBe(size);
    await bring(on, () => ({ state: "running" }));
    await bring(on, () => ({ state: "stopped" }));
    expect(tally(on, "StopInstances").sent).toBe(sent);
  });

  it("a call that is refused for one of them: all by themselves, and the next ones together again", async () => {
    const on = await fleet({ Status: "Running" });
    on.emulator.addFault({
      action: "StopInstances",
      times: 1,
      then: { code: "InvalidInstanceIds.NotFound", status: 404 },
    });
    expect([...(await bring(on, () => ({ state: "stopped" }))).values()]).toEqual(allOf("stopped"));
    expect(effects(on)).toEqual(once());
    expect(tally(on, "StopInstances").refused).toBe(1);
    expect(tally(on, "StopInstance").sent).toBe(100);
  });

  it("turned away for the call limit: they come back together, no earlier than the vendor says", async () => {
    const on = await fleet({ Status: "Running" }, {}, 90);
    on.emulator.addFault({
      action: "StopInstances",
      times: 1,
      then: { code: "Throttling.User", status: 400, retryAfter: "2" },
    });
    expect([...(await bring(on, () => ({ state: "stopped" }))).values()]).toEqual(allOf("stopped", 90));
    expect(effects(on)).toEqual(once(90));
    const { sent, refused, rows } = tally(on, "StopInstances");
    expect([sent, refused, tally(on, "StopInstance").sent]).toEqual([2, 1, 0]);
    const atMs = rows.map(({ at }) => Date.parse(at));
    expect((atMs.at(-1) ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it.each([
    { reason: "an answer that got lost is looked for, and nothing is sent twice", wire: "reset-after" },
    { reason: "so is one that nobody can read", wire: "html" },
  ] as const)("$reason", async ({ wire }) => {
    const on = await fleet({ Status: "Running" });
    on.emulator.addFault({ action: "StopInstances", times: 1, then: { wire, when: "after" } });
    expect([...(await bring(on, () => ({ state: "stopped" }))).values()]).toEqual(allOf("stopped"));
    expect(effects(on)).toEqual(once());
    expect(tally(on, "StopInstances").sent).toBeLessThanOrEqual(6);
    expect(tally(on, "StopInstance").sent).toBe(0);
  });

  it("each rests on a look of its own that is no older than ten seconds", async () => {
    const on = await fleet({ Status: "Running" });
    await bring(on, () => ({ state: "stopped" }));
    const looks = tally(on, "DescribeInstances").rows;
    for (const stop of tally(on, "StopInstances").rows) {
      const ids = Object.entries(stop.params).flatMap(([name, id]) => (name.startsWith("InstanceId.") ? [id] : []));
      for (const id of ids) {
        const look = looks.findLast(({ n, params }) => n < stop.n && params.InstanceIds?.includes(`"${id}"`));
        expect(Date.parse(stop.at) - Date.parse(look?.at ?? ""), id).toBeLessThanOrEqual(10_000);
      }
    }
  });
});
