import { describe, expect, it } from "vitest";
import { minutesFromNow, nowMs, present } from "../support/builders";
import { type Properties, registered, type Stage, stage } from "../support/stage";

const hour = 60;

/** A program that runs again and again, each time with what it writes then; what was warned of in each run. */
async function runs(everyMinutes: readonly number[], args: (minutes: number, run: number) => Properties) {
  let outs: Properties = {};
  let inputs: Properties = {};
  let releaseTime: string | undefined;
  const warned: string[] = [];
  for (const [run, minutes] of everyMinutes.entries()) {
    const seen = present({ releaseTime });
    const on: Stage = stage([seen]);
    on.clock.advance(minutes * 60_000);
    const today = registered(args(minutes, run), { seen, atMs: nowMs + minutes * 60_000, dryRun: false });
    const checked = on.lifecycle.check(inputs, today);
    expect(checked.failures).toEqual([]);
    const changes = run === 0 || on.lifecycle.diff(outs, checked.inputs).changes;
    warned.push(on.said.filter((text) => text.startsWith("warning: ")).join());
    inputs = checked.inputs;
    if (!changes) continue;
    ({ outs } =
      run === 0 ? await on.lifecycle.create(checked.inputs) : await on.lifecycle.update(outs, checked.inputs));
    releaseTime = on.ecs.get(seen.instanceId)?.releaseTime;
  }
  return { warned, lastRun: outs.lastRun };
}

const hourly = [0, 1, 2, 3, 4].map((run) => run * hour);

describe("a release time that each run moves", () => {
  it("eight hours from now, written anew each hour: the third move is warned of, and what helps is named", async () => {
    const { warned, lastRun } = await runs(hourly, (minutes) => ({
      autoReleaseAt: minutesFromNow(minutes + 8 * hour),
    }));
    expect(warned.map((text) => text !== "")).toEqual([false, false, false, true, true]);
    expect(warned[3]).toMatch(/^warning: autoReleaseAt: the last 3 updates .* declare autoReleaseAfter: "8h" instead/);
    expect(lastRun).toMatchObject({ moves: 4 });
  });

  it("renew with another text in each run", async () => {
    const { warned } = await runs(hourly, (_minutes, run) => ({ autoReleaseAfter: "8h", renew: `build-${run}` }));
    expect(warned.map((text) => text !== "")).toEqual([false, false, false, true, true]);
    expect(warned[3]).toMatch(/^warning: renew: has changed in each of the last 3 updates/);
    expect(warned.join()).not.toContain("build-");
  });

  it.each<readonly [string, (minutes: number, run: number) => Properties]>([
    ["postponed by a day each hour", (_minutes, run) => ({ autoReleaseAt: minutesFromNow((run + 1) * 24 * hour) })],
    ["moved forward", (_minutes, run) => ({ autoReleaseAt: minutesFromNow(48 * hour - run * hour) })],
    ["written once", () => ({ autoReleaseAt: minutesFromNow(8 * hour) })],
    [
      "moved with the clock, but not in a row",
      (minutes, run) => ({ autoReleaseAt: minutesFromNow(run === 2 ? 40 * hour : minutes + 8 * hour) }),
    ],
    ["the same renew", () => ({ autoReleaseAfter: "8h", renew: "one" })],
  ])("%s is not", async (_reason, args) => {
    const { warned } = await runs(hourly, args);
    expect(warned.join("")).toBe("");
  });
});
