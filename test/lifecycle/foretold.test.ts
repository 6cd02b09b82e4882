import { describe, expect, it } from "vitest";
import { instanceId, minutesFromNow, present } from "../support/builders";
import { fleetStage, machine, type Properties } from "../support/fleet-stage";
import { outputs, thrown } from "../support/recorded-outputs";
import { registered, stage } from "../support/stage";

/** What a preview says of calls that no plan of a member or a resource holds, and of plans that no update would carry out. */

describe("another machine under the same id", () => {
  const another = present({ createdAt: "2026-02-02T00:00Z", status: "running" });

  it.each([
    "stopped",
    "released",
  ])("has no plan where %s is declared, but the reason why the update refuses it", async (state) => {
    const on = stage([another]);
    const before = outputs({ state: "stopped" });
    const { inputs, failures } = on.lifecycle.check({ instanceId, state }, registered({ state }, { seen: another }));
    expect(failures).toEqual([]);
    expect(on.lifecycle.diff(before, inputs).changes).toBe(true);
    expect(on.said).toEqual([
      expect.stringMatching(/^warning: instanceId: .* is another machine than before \(createdAt/),
    ]);
    const error = await thrown(on.lifecycle.update(before, inputs));
    expect(`warning: ${error.message}`).toBe(on.said[0]);
    expect(on.ecs.writes()).toEqual([]);
  });
});

describe("a member that leaves its fleet", () => {
  const time = minutesFromNow(600);

  it.each<[string, Properties, Properties, readonly string[]]>([
    [
      "with a release time of ours and onDelete stop",
      { autoReleaseAt: time, onDelete: "stop" },
      {},
      [
        `is taken out: ModifyInstanceAutoReleaseTime (cancel), if ${time} is set; StopInstance (KeepCharging), if it is running`,
      ],
    ],
    ["with nothing to be done", { state: "running" }, {}, ["is only forgotten"]],
    [
      "with retainTimer",
      { autoReleaseAt: time, onDelete: "retainTimer" },
      {},
      [`is only forgotten, and will still be released at ${time}`],
    ],
    [
      "for another resource",
      { onDelete: "stop" },
      { elsewhere: { "i-2": "unmanaged" } },
      ["is declared elsewhere in this program; nothing is called for it here"],
    ],
    [
      "for another resource that declares no release time",
      { autoReleaseAt: time, onDelete: "stop" },
      { elsewhere: { "i-2": "unmanaged" } },
      [`is taken out: ModifyInstanceAutoReleaseTime (cancel), if ${time} is set`],
    ],
  ])("%s is in the preview with what is called for it", async (_, args, run, says) => {
    const first = fleetStage([machine("i-1"), machine("i-2")]);
    const { inputs } = await first.fleet.check({}, first.news(args));
    const { outs } = await first.fleet.create(inputs);
    const on = first.next();
    const news = on.news(args, { instanceIds: ["i-1"], dryRun: true, ...run });
    const checked = await on.fleet.check(inputs, news);
    expect(on.fleet.diff(outs, checked.inputs).changes).toBe(true);
    expect(on.said.filter((text) => text.includes("i-2"))).toEqual(says.map((text) => `info: i-2 ${text}`));
    expect(on.said).toContain("info: 1 instances: 1 taken out");
  });
});
