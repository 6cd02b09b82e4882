import { describe, expect, it } from "vitest";
import { UsageError } from "../../../cli/usage-error";
import { readPreview } from "../../../cli/report/read-preview";
import { one, previewReport, spanTexts } from "./reported";
import { type Declared, exported, officeHours, previewed } from "./written";

const read = (text: string) => readPreview(text, "--preview", "preview.json");
const web = (args: object, recorded?: object): Declared => ({
  name: "web",
  args: { instanceId: "i-bp1web", ...args },
  ...(recorded === undefined ? {} : { recorded: { ...recorded } }),
});
const stop =
  "i-bp1web (web-1): running -> stopped\n  1. StopInstance (KeepCharging): declared stopped, observed running\n  2. wait until it is stopped";
const release =
  "i-bp1web (web-1): running -> released\n  1. StopInstance (KeepCharging): declared released, observed running\n  2. wait until it is stopped\n  3. DeleteInstance (CAN'T BE UNDONE): declared released, observed running\n  4. wait until it is gone\n  lost for ever: i-bp1web, name web-1";

describe("readPreview", () => {
  it("quotes the provider's plan", () => {
    const text = previewed(
      [{ op: "update", name: "web", before: web({ state: "running" }), after: web({ state: "stopped" }) }],
      [{ name: "web", message: stop }],
    );
    const { plan, instanceName, drift } = one(previewReport(text), "web");
    expect(plan).toMatchObject({
      op: "update",
      change: "running -> stopped",
      steps: ["StopInstance (KeepCharging): declared stopped, observed running", "wait until it is stopped"],
      calls: ["StopInstance"],
      reversible: "yes",
      irrevocable: false,
    });
    expect(instanceName).toBe("web-1");
    expect(drift).toBeUndefined();
  });

  it("says no calls where the preview says none", () => {
    const text = previewed([{ op: "create", name: "web", after: web({ state: "running" }) }]);
    expect(one(previewReport(text), "web").plan).toMatchObject({ calls: [], change: "adopted, no calls said" });
  });

  it("shows a release, from the moment of the update on", () => {
    const text = previewed(
      [{ op: "update", name: "web", before: web({ state: "running" }), after: web({ state: "released" }) }],
      [{ name: "web", message: release }],
    );
    const instance = one(previewReport(text), "web");
    expect(instance.plan).toMatchObject({ reversible: "no, destroys data", irrevocable: true });
    expect(instance.release).toMatchObject({ planned: true });
    expect(spanTexts(instance)).toEqual([
      "running 2026-11-23T00:00Z..2026-11-25T02:30Z",
      "released 2026-11-25T02:30Z..2026-11-30T00:00Z",
    ]);
  });

  it("takes the release time that the plan sets, and not the one in force", () => {
    const text = previewed(
      [
        {
          op: "update",
          name: "web",
          before: web({ autoReleaseAt: "2026-11-26T00:00:00Z" }, { autoReleaseTime: "2026-11-26T00:00:00Z" }),
          after: web({ autoReleaseAt: "2026-11-28T00:00:00Z" }),
        },
      ],
      [
        {
          name: "web",
          message:
            "i-bp1web: release time 2026-11-26T00:00:00Z -> 2026-11-28T00:00:00Z\n  1. ModifyInstanceAutoReleaseTime (release at 2026-11-28T00:00:00Z, later than now set): because",
        },
      ],
    );
    expect(spanTexts(one(previewReport(text), "web"))).toEqual([
      "unmanaged 2026-11-23T00:00Z..2026-11-28T00:00Z",
      "released 2026-11-28T00:00Z..2026-11-30T00:00Z",
    ]);
  });

  it("knows drift by the provider's word, also of a resource that has no step", () => {
    const drift =
      'drift: i-bp1web: state is stopped, declared is running; nothing is changed, because drift is declared "report"';
    const text = previewed([], [{ name: "web", severity: "warning", message: `warning: ${drift}` }]);
    expect(one(previewReport(text), "web").drift).toBe(drift);
  });

  it.each([
    ["the same declaration needs calls", { state: "stopped" }, { state: "stopped" }, true],
    ["the declaration has changed", { state: "running" }, { state: "stopped" }, false],
    [
      "a schedule has come to its next state",
      { state: "running", schedule: officeHours },
      { state: "stopped", schedule: officeHours },
      false,
    ],
    ["arguments are hidden, so nobody can tell", { state: "[secret]" }, { state: "[secret]" }, true],
  ])("sees drift or not when %s", (_, before, after, wanted) => {
    const text = previewed(
      [{ op: "update", name: "web", before: web(before), after: web(after) }],
      [{ name: "web", message: stop }],
    );
    expect(one(previewReport(text), "web").drift !== undefined).toBe(wanted);
  });

  it("says of a removal what onDelete means, and that nothing is released", () => {
    const timer = { autoReleaseAt: "2026-11-26T00:00:00Z" };
    const recorded = { autoReleaseTime: "2026-11-26T00:00:00Z", ownReleaseTime: "2026-11-26T00:00:00Z" };
    const removed = (args: object) =>
      one(
        previewReport(previewed([{ op: "delete", name: "web", before: web({ ...timer, ...args }, recorded) }])),
        "web",
      );
    expect(removed({}).plan).toMatchObject({ change: "forgotten, not released", irrevocable: false });
    expect(removed({}).plan?.details.join()).toMatch(/2026-11-26T00:00:00Z that was set here is cancelled/);
    expect(removed({}).release).toBeUndefined();
    expect(removed({ onDelete: "stop" }).plan?.details.join()).toMatch(/is cancelled; it is stopped/);
    expect(removed({ onDelete: "retainTimer" }).plan?.details.join()).toMatch(/stays and releases it then/);
    expect(removed({ onDelete: "retainTimer" }).release?.atMs).toBe(Date.parse("2026-11-26T00:00:00Z"));
  });

  it("takes the steps of a replacement for one", () => {
    const after = { name: "web", args: { instanceId: "i-bp1new", state: "running" } };
    const text = previewed([
      { op: "create-replacement", name: "web", before: web({ state: "running" }, { status: "released" }), after },
      { op: "replace", name: "web", before: web({ state: "running" }), after },
      { op: "delete-replaced", name: "web", before: web({ state: "running" }) },
    ]);
    const report = previewReport(text);
    expect(report.instances).toHaveLength(1);
    expect(one(report, "web")).toMatchObject({ instanceId: "i-bp1new", gone: false, plan: { op: "replace" } });
    expect(one(report, "web").plan?.details.join()).toMatch(/old instance i-bp1web is only forgotten/);
  });

  it("tells refusals, errors and what is not verified", () => {
    const text = previewed(
      [{ op: "create", name: "api", after: { name: "api", args: { instanceId: "i-bp1api", state: "stopped" } } }],
      [
        { severity: "warning", message: "warning: plan not verified: no credentials were found" },
        {
          name: "web",
          severity: "error",
          message:
            "error: pulumi-nodejs:dynamic/alicloud:InstanceLifecycle resource 'web' has a problem: state: too many",
        },
      ],
    );
    const report = previewReport(text);
    expect(report.errors).toEqual(["web: state: too many"]);
    expect(one(report, "web").plan).toMatchObject({ op: "refused", warnings: ["refused: state: too many"] });
    expect(one(report, "api").plan).toMatchObject({ change: "not verified", reversible: "not known" });
  });

  it("says when resources that stay the same are missing", () => {
    const text = previewed([{ op: "create", name: "web", after: web({ state: "running" }) }], [], {
      same: 4,
      create: 1,
    });
    expect(read(text).notes.join()).toMatch(/^4 resources without a change .*--show-sames/);
    const whole = previewed(
      [{ op: "same", name: "web", before: web({ state: "running" }), after: web({ state: "running" }) }],
      [],
      { same: 1 },
    );
    expect(read(whole).notes).toEqual([]);
  });

  it("shows a secret id nowhere, though the provider's words have it", () => {
    const hidden = (id: string) => ({ name: "web", args: { instanceId: id, state: "stopped" } });
    const text = previewed(
      [{ op: "create", name: "web", after: hidden("[secret]") }],
      [
        { name: "web", message: stop },
        {
          severity: "warning",
          message: "warning: schedule.life.releaseAfter: the first update releases i-bp1web for ever",
        },
      ],
    );
    const report = previewReport(text);
    expect(one(report, "web")).toMatchObject({ instanceId: "secret", plan: { calls: ["StopInstance"] } });
    expect(JSON.stringify(report)).not.toContain("i-bp1web");
  });

  it.each([
    ["no JSON", "Previewing update (dev):", /--preview: preview.json is not JSON.*--show-sames/],
    ["several JSON objects", "{}\n{}", /is not JSON/],
    ["another JSON", '{"resources":[]}', /no preview.*pulumi preview --json/],
    ["a state", exported([]), /export of a stack; pass it with --state/],
  ])("refuses %s in one line", (_, text, wanted) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(wanted);
  });
});
