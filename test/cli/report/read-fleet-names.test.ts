import { describe, expect, it } from "vitest";
import { alarmLines } from "../../../cli/report/alarm";
import { readGroupedText } from "../../../cli/report/grouped-text";
import { fleetPreviewed, fleetWords, type Member, planText, type SaidOfOne, someMembers } from "./fleets";
import { previewReport } from "./reported";
import { dev, planOf, stopOf, stopped } from "./fleet-previews";

/** What is read of names in texts about several members. */

describe("--fail-on", () => {
  it("is not kept from its alarm by members that can't be told", () => {
    const [first, second] = [{ instanceId: "i-bp1n0" }, { instanceId: "i-bp1n1" }];
    const name = "x), i-bp1n1 (y";
    const members = [first, second, { instanceId: "i-bp1n2" }];
    const wish = { releaseTime: { kind: "at", at: "2026-12-01T00:00:00Z" } };
    const said = [first, second].flatMap(({ instanceId }): SaidOfOne[] => [
      { instanceId, name, text: planText(instanceId, name, wish) },
      { instanceId, name, severity: "warning", text: `drift: ${instanceId}: state is stopped` },
    ]);
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("running", members),
        after: dev("running", members),
        words: fleetWords("dev", { said, all: 3 }),
      }),
    );
    expect(alarmLines(report, ["drift"]).join()).toMatch(/^drift: dev: 2 × drift: it: state is stopped/);
    expect(alarmLines(report, ["release"]).join()).toMatch(/^release: dev: 2 × release time .*CAN'T BE UNDONE/);
  });
});

describe("a name that looks like more names", () => {
  const members = new Set(["i-bp1a", "i-bp1b", "i-bp1c", "i-bp1d"]);

  it.each([
    ["2 × text\n  i-bp1a (x), i-bp1b", ["i-bp1a", "i-bp1b"]],
    ["2 × text\n  1. x\n  i-bp1a, i-bp1b ((a), (b))", ["i-bp1a", "i-bp1b"]],
    ["refused: 2 instances: text\n  i-bp1a, i-bp1b", ["i-bp1a", "i-bp1b"]],
  ])("is read where the count is right: %j", (text, ids) => {
    expect(readGroupedText(text, members)?.named.map(({ instanceId }) => instanceId)).toEqual(ids);
  });

  it.each([
    ["2 × text\n  i-bp1a (x), i-bp1c (y), i-bp1b", "one too many"],
    ["2 × text\n  i-bp1a, i-bp1a", "the same twice"],
    ["2 × text\n  i-bp1a, i-bp1zzz", "no member"],
    ["2 × text\n  i-bp1a", "too few"],
    ["2 × text\n  nothing", "no names"],
    ["2 × i-bp1a, i-bp1b", "no row"],
    ["4 instances: 2 × running -> stopped, 2 refused", "a headline"],
    ["1 × text\n  i-bp1a", "one alone"],
  ])("makes %j unread: %s", (text) => {
    expect(readGroupedText(text, members)).toBeUndefined();
  });

  it("leaves the plan of all of the group to the preview", () => {
    const hostile = { instanceId: "i-bp1n0", recorded: { instanceName: "x), i-bp1n2 (y" } };
    const rest = someMembers(3).slice(1);
    const report = stopped([hostile, ...rest], [hostile, rest[0] as Member].map(stopOf));
    expect(report.instances.map((instance) => planOf(instance)[1])).toEqual([
      "see preview",
      "see preview",
      "see preview",
    ]);
  });
});
