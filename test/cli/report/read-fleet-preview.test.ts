import { describe, expect, it } from "vitest";
import { alarmLines } from "../../../cli/report/alarm";
import {
  childUrn,
  fleetPreviewed,
  fleetType,
  fleetUrn,
  fleetWords,
  type Member,
  planText,
  type SaidOfOne,
  someMembers,
} from "./fleets";
import { one, previewReport, spanTexts } from "./reported";
import { resourceOf, urnOf } from "./written";
import { counts, dev, planOf, stopOf, stopped } from "./fleet-previews";

describe("the plan of a fleet", () => {
  it("is each member's where all are named, with every call in order", () => {
    const members = someMembers(7);
    const report = stopped(members, members.slice(0, 5).map(stopOf));
    expect(report.instances.map(planOf)).toEqual([
      ...Array.from({ length: 5 }, () => ["update", "running -> stopped", "StopInstance"]),
      ...Array.from({ length: 2 }, () => ["update", "running, no calls said (declared: stopped)", ""]),
    ]);
    expect(one(report, "dev/web-3").plan?.steps).toHaveLength(2);
    expect(report.notes).toEqual(["dev: 7 instances: 5 × running -> stopped"]);
  });

  it("that is one member's alone is said in the provider's own words", () => {
    const members = someMembers(3);
    expect(stopped(members, members.slice(1, 2).map(stopOf)).instances.map(planOf)[1]).toEqual([
      "update",
      "running -> stopped",
      "StopInstance",
    ]);
  });

  it("is known of all where those that are left are as many as are not named", () => {
    const members = someMembers(1_000);
    expect(counts(stopped(members, members.map(stopOf)).instances)).toEqual({
      "update running -> stopped StopInstance": 1_000,
    });
  });

  it("is not told of those of whom nobody can say whether they are meant", () => {
    const members = someMembers(100);
    const report = stopped(members, members.slice(0, 90).map(stopOf));
    expect(counts(report.instances)).toEqual({
      "update running -> stopped StopInstance": 20,
      "update see preview ": 80,
    });
    expect(one(report, "dev/web-50").plan).toMatchObject({
      reversible: "not known",
      warnings: ["may be one of 70 of these 80: running -> stopped by StopInstance (KeepCharging)"],
    });
    // What is declared is known all the same.
    expect(one(report, "dev/web-50").hours.stopped).toBe(168);
  });

  it("is told of each where the configuration has the provider name all", () => {
    const members = someMembers(100);
    const report = stopped(members, members.slice(0, 90).map(stopOf), true);
    expect(counts(report.instances)).toEqual({
      "update running -> stopped StopInstance": 90,
      "update running, no calls said (declared: stopped) ": 10,
    });
  });

  it("says of two groups that are cut which of them it may be", () => {
    const members = someMembers(60);
    const economical = (member: Member) => ({
      ...stopOf(member),
      text: planText(member.instanceId, String(member.recorded?.instanceName), {
        state: "stopped",
        stop: { mode: "StopCharging", forceAfterMs: undefined },
      }),
    });
    const report = stopped(members, [...members.slice(0, 30).map(stopOf), ...members.slice(30).map(economical)]);
    const untold = report.instances.filter(({ plan }) => plan?.change === "see preview");
    expect(untold).toHaveLength(20);
    expect(untold[0]?.plan?.warnings).toEqual([
      "may be one of 10 of these 20: running -> stopped by StopInstance (KeepCharging); may be one of 10 of these 20: running -> stopped by StopInstance (StopCharging)",
    ]);
  });

  it("with release times that are not told of each tells no hours either", () => {
    const members = someMembers(50);
    const at = "2026-12-01T00:00:00Z";
    const timed = (member: Member) => ({
      ...stopOf(member),
      text: planText(member.instanceId, String(member.recorded?.instanceName), { releaseTime: { kind: "at", at } }),
    });
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("running", members),
        after: dev("running", members, { autoReleaseAt: at }),
        words: fleetWords("dev", { said: members.slice(0, 40).map(timed), all: 50 }),
      }),
    );
    expect(one(report, "dev/web-0").release).toMatchObject({ atMs: Date.parse(at), planned: true });
    expect(one(report, "dev/web-45").release).toBeUndefined();
    expect(spanTexts(one(report, "dev/web-45"))).toEqual(["unknown 2026-11-23T00:00Z..2026-11-30T00:00Z"]);
    expect(alarmLines(report, ["release"])).toHaveLength(20);
  });

  it("with a release says each with what is lost", () => {
    const members = someMembers(30);
    const release = (member: Member) => ({
      ...stopOf(member),
      text: planText(member.instanceId, String(member.recorded?.instanceName), {
        state: "released",
      }),
    });
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("running", members),
        after: dev("released", members),
        words: fleetWords("dev", { said: members.map(release), all: 30 }),
      }),
    );
    for (const { plan, instanceId, release: planned } of report.instances) {
      expect(plan).toMatchObject({ irrevocable: true, reversible: "no, destroys data" });
      expect(plan?.details.join()).toContain(`lost for ever: ${instanceId}, name web-`);
      expect(planned).toMatchObject({ planned: true });
    }
    expect(alarmLines(report, ["release"])).toHaveLength(30);
  });

  it("adopts who is new, forgets who leaves, and refuses whom it names", () => {
    const [first, second, third, fourth] = someMembers(4) as [Member, Member, Member, Member];
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("stopped", [first, second, third]),
        after: dev("stopped", [second, third, fourth]),
        words: fleetWords("dev", {
          said: [stopOf(fourth)],
          refused: [{ ...stopOf(third), text: `expect.instanceName: ${third.instanceId} is other` }],
          leaving: 1,
          all: 3,
        }),
      }),
    );
    expect(report.instances.map((instance) => [instance.name, ...planOf(instance)])).toEqual([
      ["dev/web-1", "update", "running, no calls said (declared: stopped)", ""],
      ["dev/web-2", "refused", "refused", ""],
      ["dev/web-3", "create", "running -> stopped", "StopInstance"],
      ["dev/web-0", "delete", "forgotten, not released", ""],
    ]);
    expect(one(report, "dev/web-2").plan?.warnings).toEqual(["refused: expect.instanceName: i-bp1n2 is other"]);
    expect(one(report, "dev/web-0").declared).toBe("not declared any more");
  });

  it("forgets none whom the run leaves alone, and says when it is not told which", () => {
    const members = someMembers(3);
    const leavingOf = (leaving: number) =>
      previewReport(
        fleetPreviewed({
          op: "update",
          before: dev("stopped", members),
          after: dev("stopped", members.slice(2)),
          words: fleetWords("dev", { said: [], leaving, all: 1 }),
        }),
      ).instances.slice(1);
    expect(leavingOf(0).map(({ plan }) => [plan?.op, plan?.warnings.join()])).toEqual([
      ["update", "not listed any more, and stays recorded in this run"],
      ["update", "not listed any more, and stays recorded in this run"],
    ]);
    expect(leavingOf(1).map(({ plan }) => [plan?.op, plan?.change])).toEqual([
      ["update", "see preview"],
      ["update", "see preview"],
    ]);
    expect(leavingOf(2).map(({ plan }) => plan?.op)).toEqual(["delete", "delete"]);
  });

  it("says of a refusal whose members are not all named whom it may be", () => {
    const members = someMembers(40);
    const refused = members.slice(0, 30).map((member) => ({ ...stopOf(member), text: "lifecycle:maxStops: too many" }));
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("running", members),
        after: dev("stopped", members),
        words: fleetWords("dev", { said: [stopOf(members[39] as Member)], refused, all: 40 }),
      }),
    );
    expect(counts(report.instances)).toEqual({
      "refused refused ": 20,
      "update see preview ": 19,
      "update running -> stopped StopInstance": 1,
    });
    expect(one(report, "dev/web-25").plan?.warnings).toEqual([
      "may be one of 10 of these 20: refused: lifecycle:maxStops: too many",
    ]);
    expect(report.notes.join("\n")).toMatch(/dev: refused: 30 instances: lifecycle:maxStops: too many/);
  });

  it.each([false, true])("knows drift of each by the provider's word, with names: %j", (isNamed) => {
    const members = someMembers(3, isNamed ? {} : { instanceName: null });
    const said = members.map(
      (member): SaidOfOne => ({
        ...stopOf(member),
        ...(isNamed ? {} : { name: "" }),
        severity: "warning",
        text: `drift: ${member.instanceId}: state is stopped, declared is running; nothing is changed, because drift is declared "report"`,
      }),
    );
    const report = previewReport(
      fleetPreviewed({
        op: "same",
        before: dev("running", members),
        after: dev("running", members),
        words: fleetWords("dev", { said, all: 3 }),
      }),
    );
    expect(alarmLines(report, ["drift"])).toEqual(
      [0, 1, 2].map(
        (index) =>
          `drift: i-bp1n${index}: state is stopped, declared is running; nothing is changed, because drift is declared "report"`,
      ),
    );
  });

  it("knows drift of all where it is said of as many as there are", () => {
    const members = someMembers(25);
    const said = members.map(
      (member): SaidOfOne => ({
        ...stopOf(member),
        severity: "warning",
        text: `drift: ${member.instanceId}: state is stopped`,
      }),
    );
    const report = previewReport(
      fleetPreviewed({
        op: "same",
        before: dev("running", members),
        after: dev("running", members),
        words: fleetWords("dev", { said, all: 25 }),
      }),
    );
    expect(report.instances.map(({ drift }) => drift)).toEqual(
      members.map(({ instanceId }) => `drift: ${instanceId}: state is stopped`),
    );
  });

  it("sees drift where the same declaration needs calls again", () => {
    const members = someMembers(2);
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("stopped", members),
        after: dev("stopped", members),
        words: fleetWords("dev", { said: members.map(stopOf), all: 2 }),
      }),
    );
    expect(report.instances.map(({ drift }) => drift)).toEqual([
      "i-bp1n0: running -> stopped; its declaration has not changed, so others have changed it",
      "i-bp1n1: running -> stopped; its declaration has not changed, so others have changed it",
    ]);
  });

  it("acts on none that is gone", () => {
    const members = someMembers(3);
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: dev("running", members),
        after: { ...dev("stopped", members), goneIds: ["i-bp1n2"] },
        words: [
          {
            urn: fleetUrn("dev"),
            severity: "warning",
            message: "warning: i-bp1n2 is gone from cn-hangzhou; it stays listed\n",
          },
          ...fleetWords("dev", { said: members.slice(0, 2).map(stopOf), all: 2 }),
        ],
      }),
    );
    expect(one(report, "dev/web-2")).toMatchObject({ gone: true, plan: { steps: [] } });
    expect(one(report, "dev/web-2").plan?.warnings.join()).toMatch(/^i-bp1n2 is gone from cn-hangzhou/);
  });

  it("takes over what an earlier version has recorded, and shows it once", () => {
    const members = someMembers(2);
    const roster = { instanceIds: ["i-bp1n0", "i-bp1n1"], goneIds: [] };
    const childOf = ({ instanceId }: Member) => ({
      ...resourceOf({ name: instanceId, args: { instanceId, state: "stopped" }, recorded: { instanceName: "web" } }),
      urn: childUrn(instanceId),
    });
    const report = previewReport(
      fleetPreviewed({
        op: "update",
        before: { name: "dev", urn: fleetUrn("dev"), type: fleetType, inputs: roster, outputs: roster },
        after: dev("stopped", members),
        others: members.map((member) => ({
          op: "delete",
          urn: childUrn(member.instanceId),
          oldState: childOf(member),
        })),
      }),
    );
    expect(report.instances.map(({ name, status, plan }) => [name, status, plan?.op])).toEqual([
      ["dev/web", "running", "update"],
      ["dev/web", "running", "update"],
    ]);
  });

  it("that is taken out as a whole forgets each", () => {
    const report = previewReport(fleetPreviewed({ op: "delete", before: dev("stopped", someMembers(2)) }));
    expect(report.instances.map((instance) => planOf(instance)[1])).toEqual([
      "forgotten, not released",
      "forgotten, not released",
    ]);
  });

  it("whose members are not known or secret shows none, and no id in what is said", () => {
    const hidden = (instanceIds: unknown) => {
      const preview = JSON.parse(
        fleetPreviewed({
          op: "update",
          before: dev("running", someMembers(2)),
          after: dev("stopped", someMembers(2)),
          words: fleetWords("dev", { said: someMembers(2).map(stopOf), all: 2 }),
        }),
      ) as { steps: { newState: { inputs: Record<string, unknown> } }[] };
      const [step] = preview.steps;
      if (step !== undefined) step.newState.inputs.instanceIds = instanceIds;
      return previewReport(JSON.stringify(preview));
    };
    expect(hidden("04da6b54-80e4-46f7-96ec-b56ff0331ba9").notes[0]).toMatch(/is not known yet, so none/);
    const secretly = hidden("[secret]");
    expect(secretly.instances).toEqual([]);
    expect(secretly.notes[0]).toMatch(/is secret, so none/);
    expect(secretly.notes.join()).toMatch(/dev: 2 × running -> stopped/);
    expect(JSON.stringify(secretly)).not.toContain("i-bp1n");
  });

  it("that is refused as a whole is an error, and tells nothing else", () => {
    const message = `error: ${fleetType} resource 'dev' has a problem: 2 instances: state: too many\n  i-bp1n0 (web-0), i-bp1n1 (web-1)\n`;
    const text = JSON.stringify({ steps: [], diagnostics: [{ urn: fleetUrn("dev"), severity: "error", message }] });
    const report = previewReport(text);
    expect(report.instances).toEqual([]);
    expect(report.errors).toEqual(["dev: 2 instances: state: too many   i-bp1n0 (web-0), i-bp1n1 (web-1)"]);
  });

  it("of an earlier version has steps for its members, and no others", () => {
    const roster = { instanceIds: ["i-bp1n0"], goneIds: [], __fleet: "members" };
    const state = { name: "dev", urn: fleetUrn("dev"), type: fleetType, inputs: roster, outputs: roster };
    const inputs = { instanceId: "i-bp1n0", state: "stopped" };
    const child = { op: "create", urn: childUrn("i-bp1n0"), newState: { urn: childUrn("i-bp1n0"), inputs } };
    const step = { op: "same", urn: fleetUrn("dev"), oldState: state, newState: state };
    const report = previewReport(JSON.stringify({ steps: [step, child], diagnostics: [] }));
    expect(report.instances.map(({ name }) => name)).toEqual(["i-bp1n0"]);
  });

  it("leaves other resources of the preview as they are", () => {
    const members = someMembers(1);
    const after = { instanceId: "i-bp1other", state: "running" };
    const report = previewReport(
      fleetPreviewed({
        op: "create",
        after: dev("stopped", members),
        others: [{ op: "create", urn: urnOf("other"), newState: { urn: urnOf("other"), inputs: after } }],
      }),
    );
    expect(report.instances.map(({ name }) => name)).toEqual(["other", "dev/i-bp1n0"]);
  });
});
