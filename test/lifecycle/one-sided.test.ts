import { describe, expect, it } from "vitest";
import { instanceId, present } from "../support/builders";
import { outputs, thrown } from "../support/recorded-outputs";
import { type Properties, registered, stage } from "../support/stage";

const schedule = { zone: "Asia/Shanghai", running: [{ from: "08:00", to: "20:00" }], apply: "stops" };
const args = { schedule, state: "stopped", expect: { instanceName: "worker" } };
const since = "2026-06-01T11:00:00Z";
const scheduled = { state: "stopped", since, once: true, because: "no period is open" } as const;
const dayBefore = "2026-05-31T11:00:00Z";

const limit: readonly string[] = ["state: 9 instances are due to be stopped"];

/** One run of a machine that is running in the night; `appliedAt` is recorded. */
function run(
  appliedAt: string,
  more: Properties = {},
  dryRun = true,
  settings: Readonly<Record<string, string>> = {},
  held = limit,
) {
  const on = stage([present()], { settings });
  const declared = { ...args, ...more };
  const olds = outputs({ ...args, scheduleAppliedAt: appliedAt });
  const { inputs, failures } = on.lifecycle.check(
    registered(args),
    registered(declared, { seen: present(), scheduled, dryRun, held }),
  );
  return { on, olds, inputs, failures, ...on.lifecycle.diff(olds, inputs) };
}

describe("a stop that is applied once", () => {
  it("is none any more when it has been applied: no limit and no expectation holds back what isn't done", () => {
    const wrong = { expect: { instanceName: "other" } };
    const { on, failures, changes } = run(since);
    expect([failures, changes, on.said]).toEqual([[], false, []]);
    expect(run(since, {}, true, { "lifecycle:readOnly": "true" }).failures).toEqual([]);
    expect(run(since, wrong).failures).toEqual([]);
  });

  it("is due when it has not, and the preview plans it", () => {
    const { on, failures, changes } = run(dayBefore, {}, true, {}, []);
    expect([failures, changes]).toEqual([[], true]);
    expect(on.said).toEqual([
      expect.stringMatching(/StopInstance[\s\S]*schedule: stopped is applied once, as due since/),
    ]);
  });

  it("is planned by no preview where something holds it back, which is said", () => {
    const readOnly = run(dayBefore, {}, true, { "lifecycle:readOnly": "true" }, []);
    expect(readOnly.on.said).toEqual([expect.stringMatching(/^warning: state: .*lifecycle:readOnly is set/)]);
    const { on, failures, changes } = run(dayBefore);
    expect([failures, changes]).toEqual([[], true]);
    expect(on.said).toEqual(["warning: state: 9 instances are due to be stopped"]);
  });

  it("is refused by the update that the preview has warned of, and stays due", async () => {
    const { on, olds, inputs } = run(dayBefore, {}, false);
    const error = await thrown(on.lifecycle.update(olds, inputs));
    expect(error.message).toContain("9 instances are due to be stopped");
    expect(on.ecs.calls.map(({ name }) => name)).not.toContain("stop");
  });

  it("stays out of an update for another reason", async () => {
    const { on, olds, inputs, changes } = run(since, { timeouts: { stop: "9m" } }, false);
    expect(changes).toBe(true);
    const { outs } = await on.lifecycle.update(olds, inputs);
    expect(outs).toMatchObject({ state: "stopped", status: "running", scheduleAppliedAt: since });
  });

  it("is no difference to a refresh", async () => {
    const on = stage([present()]);
    const { inputs, props } = await on.lifecycle.read(instanceId, outputs({ ...args, scheduleAppliedAt: since }));
    expect(inputs).toMatchObject({ state: "stopped" });
    expect(props).toMatchObject({ status: "running", scheduleAppliedAt: since });
  });
});

it("what is adopted is stopped as declared, and the moment is recorded; without a schedule none is", async () => {
  const on = stage([present()]);
  const checked = on.lifecycle.check({}, registered(args, { seen: present(), scheduled, dryRun: false }));
  const { outs } = await on.lifecycle.create(checked.inputs);
  expect(outs).toMatchObject({ status: "stopped", scheduleAppliedAt: since });
  const plain = { state: "stopped" };
  const next = on.lifecycle.check(registered(args), registered(plain, { seen: present({ status: "stopped" }) }));
  const updated = await on.lifecycle.update(outs, next.inputs);
  expect(updated.outs).toMatchObject({ scheduleAppliedAt: null });
});
