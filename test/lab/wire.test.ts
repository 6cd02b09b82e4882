import { describe, expect, it } from "vitest";
import { explain, judge } from "../../lab/judge/judge";
import { baseScenarios } from "../../lab/scenarios/base-scenarios";
import type { Scenario } from "../../lab/scenarios/scenario";
import { differencesBetween } from "../../lab/wire/compare";
import { sample } from "../../lab/wire/sample";
import { TwinStage } from "../../lab/wire/twin-stage";
import { WireCloud } from "../../lab/wire/wire-cloud";
import { WireTime } from "../../lab/wire/wire-time";
import { pairOf } from "../../lab/wire/wire-tuple";

/** Time, chance and requests are the laboratory's own while the work lasts, and the process's again afterwards. */
async function onTheWire<T>(work: (time: WireTime, cloud: WireCloud) => Promise<T>): Promise<T> {
  const time = new WireTime(0);
  time.install();
  try {
    const cloud = await WireCloud.open(time);
    try {
      return await work(time, cloud);
    } finally {
      await cloud.close();
    }
  } finally {
    time.uninstall();
  }
}

function scenario(name: string): Scenario {
  const found = baseScenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

/** The tuples that a pattern names at the first call of that name. */
async function tellAt(stage: TwinStage, action: string, fault: string) {
  const tuple = stage.tuples().find((one) => pairOf(one) === `${action} × ${fault}`);
  if (tuple === undefined) throw new Error(`${fault} does not happen at ${action}`);
  return await stage.tell(tuple);
}

describe("stories on the wire", () => {
  it.each([
    ["DeleteInstance", "wire refused", "wire:refuse"],
    ["DeleteInstance", "wire reset-after", "wire:reset-after"],
    ["DeleteInstance", "wire hang, executed", "wire:hang:after"],
    ["DeleteInstance", "wire duplicate", "duplicate:refused"],
    ["DeleteInstance", "wire answered too late", "delay:15000"],
    ["DeleteInstance", "wire executed too late", "delay:15000:before"],
    ["DeleteInstance", "wire 200 with an error Code, executed", "code:InternalError:after"],
    ["DeleteInstance", "crash executed-not-answered", "wire:hang:after"],
    ["DescribeInstances", "wire drip, too slow to end", "wire:drip"],
    ["DescribeInstances", "stale previous", "stale:previous"],
    ["StopInstance", "code Throttling.User 400 × 3", "code:Throttling.User"],
  ])("%s, %s: nothing lost, nothing wrongly released, and all as in memory", async (action, fault, label) => {
    const told = await onTheWire(async (time, cloud) =>
      tellAt(await TwinStage.open(scenario("running / released / declared before"), time, cloud), action, fault),
    );
    expect(told.violations.map(explain)).toEqual([]);
    expect(told.isReached).toBe(true);
    expect(told.wire.evidence.ledger.map((row) => row.fault)).toContain(label);
    expect(told.wire.settled.instances.has("i-bp1labmachine00000001")).toBe(false);
    expect(told.wire.settled.instances.has("i-bp1labbystander000001")).toBe(true);
  });

  it("a local clock that is a day off costs one refused request for each region and process, and changes nothing else", async () => {
    const told = await onTheWire(async (time, cloud) =>
      tellAt(await TwinStage.open(scenario("stopped / running / first up"), time, cloud), "all", "clock a day slow"),
    );
    expect(told.violations.map(explain)).toEqual([]);
    expect(told.wire.evidence.ledger.map((row) => row.code)).toContain("InvalidTimeStamp.Expired");
    expect(told.wire.settled.instances.get("i-bp1labmachine00000001")?.Status).toBe("Running");
  });

  it("sees a difference, down to the milliseconds, and a signature that is printed", async () => {
    const { clean, late } = await onTheWire(async (time, cloud) => {
      const stage = await TwinStage.open(scenario("running / stopped / first up"), time, cloud);
      const late = await tellAt(stage, "StopInstance", "code Throttling.User 400");
      return { late, clean: await stage.tellClean() };
    });
    const { secrets } = clean;
    expect(differencesBetween(clean.wire, clean.wire)).toEqual([]);
    expect(differencesBetween(late.wire, clean.wire).join()).toContain("the writes of run 0");
    // A nonce and a signature for each request.
    expect(secrets.length).toBeGreaterThanOrEqual(2 * clean.wire.sent.flat().length);
    const { operations, ledger } = clean.wire.evidence;
    const leaking = operations.map((operation) => ({ ...operation, printed: [`failed: ${secrets[0]}`] }));
    expect(judge({ operations: leaking, ledger, secrets }).map(({ invariant }) => invariant)).toContain("S12");
  });

  it("draws the same sample for the same seed, and meets every fault at every kind of call", async () => {
    const some = baseScenarios.filter(({ name }) => name.startsWith("stopped / released, saved"));
    const { first, again, other, pairs } = await onTheWire(async (time, cloud) => {
      const pairs = new Set<string>();
      for (const one of some)
        for (const tuple of (await TwinStage.open(one, time, cloud)).tuples()) pairs.add(pairOf(tuple));
      return {
        first: await sample(some, time, 1, 2_000),
        again: await sample(some, time, 1, 2_000),
        other: await sample(some, time, 2, 2_000),
        pairs,
      };
    });
    expect(first).toEqual(again);
    expect(first.chosen).not.toEqual(other.chosen);
    expect(first.pairs).toBe(pairs.size);
    const met = [...first.chosen.values()].reduce((sum, names) => sum + names.size, 0);
    expect(met).toBe(2_000);
  });
});
