import { describe, expect, it } from "vitest";
import { overLines, readAtMost } from "../../../cli/report/at-most";
import { readPreview } from "../../../cli/report/read-preview";
import { readState } from "../../../cli/report/read-state";
import { renderHtml } from "../../../cli/report/render-html";
import { renderJson } from "../../../cli/report/render-json";
import { renderMarkdown } from "../../../cli/report/render-markdown";
import { renderTerminal } from "../../../cli/report/render-terminal";
import { namesText } from "../../../cli/report/row-texts";
import type { PlannedChanges, Report } from "../../../cli/report/report";
import { UsageError } from "../../../cli/usage-error";
import { fleetPreviewed, fleetResource, fleetWords, type Member, planText, someMembers } from "./fleets";
import { previewReport, reportOfAll, stateReport } from "./reported";
import { type Declared, exported, previewed, sampleFleet } from "./written";

/** The texts are of the stack `dev` of the project `fleet`. */
function inStack(text: string, stack: string, project = "fleet"): string {
  return text.replaceAll("urn:pulumi:dev::fleet::", `urn:pulumi:${stack}::${project}::`);
}

function states(...texts: readonly string[]): Report {
  return reportOfAll(texts.map((text, index) => ({ from: `${index}.json`, found: readState(text, "--state", "f") })));
}

function previews(...texts: readonly string[]): Report {
  return reportOfAll(
    texts.map((text, index) => ({ from: `${index}.json`, found: readPreview(text, "--preview", "f") })),
  );
}

const web = { name: "dev", args: { state: "running" }, members: someMembers(40) };
const [sample, fleet] = [exported(sampleFleet()), exported([], [fleetResource(web)])];

describe("a report of several stacks", () => {
  const report = states(inStack(sample, "shop"), inStack(fleet, "bank"));

  it("adds up what each of them has by itself", () => {
    const alone = [stateReport(sample), stateReport(fleet)];
    expect(report.instances).toHaveLength(6 + 40);
    expect(report.stacks.map(({ stack, instances, totals }) => [stack, instances, totals])).toEqual([
      ["shop", 6, alone[0]?.totals],
      ["bank", 40, alone[1]?.totals],
    ]);
    for (const name of ["counted", "alwaysOnHours", "onHours", "savedHours"] as const) {
      const sum = alone.reduce((total, { totals }) => total + totals[name], 0);
      expect(report.totals[name]).toBeCloseTo(sum, 6);
    }
    expect(alone[0]?.totals.savedHours).toBeGreaterThan(0);
  });

  it("has a row for each and one for all, where people read it", () => {
    const terminal = renderTerminal(report, { width: 100, rich: false });
    expect(terminal).toMatch(/^Stacks\nstack +instances +on +saved\nshop +6 .*\nbank +40 .*\nall +46 /m);
    expect(renderMarkdown(report)).toMatch(
      /### Stacks\n\n.*\n.*\n\| shop \| 6 \|.*\n\| bank \| 40 \|.*\n\| all \| 46 \|/,
    );
    expect(renderHtml(report, "auto")).toMatch(/<th scope="row">all<\/th><td data-head="instances">46<\/td>/);
    expect(JSON.parse(renderJson(report))).toMatchObject({ stacks: [{ stack: "shop" }, { stack: "bank" }] });
    expect(renderTerminal(stateReport(sample), { width: 100, rich: false })).not.toMatch(/^Stacks$/m);
  });

  it("tells machines of the same name apart", () => {
    const twice = states(inStack(sample, "shop"), inStack(sample, "bank"));
    const labels = twice.instances.map(({ label }) => label);
    expect(labels).toContain("shop/web");
    expect(labels).toContain("bank/web");
    expect(new Set(labels).size).toBe(12);
    expect(renderTerminal(twice, { width: 100, rich: false })).toMatch(
      /WARNING: will be released: bank\/batch \(i-bp1batch\)/,
    );
  });

  it("has the project's name where two projects have a stack of the same", () => {
    const report = states(sample, inStack(sample, "dev", "shop"), inStack(sample, "prod", "shop"));
    expect(report.stacks.map(({ stack }) => stack)).toEqual(["fleet/dev", "shop/dev", "prod"]);
  });

  it("refuses the same stack twice, which would count twice", () => {
    expect(() => states(sample, inStack(sample, "shop"), fleet)).toThrow(UsageError);
    expect(() => states(sample, fleet)).toThrow(/--state: 0\.json and 1\.json are both of the stack fleet\/dev/);
  });

  it("takes stacks that have nothing yet", () => {
    const empty = JSON.stringify({ version: 3, deployment: { resources: null } });
    expect(states(empty, empty, sample).stacks.map(({ instances }) => instances)).toEqual([0, 0, 6]);
  });
});

const stop = (name: string) => `i-bp1${name}: running -> stopped\n  1. StopInstance (KeepCharging): declared stopped`;
const planned = (name: string, message: string) =>
  previewed(
    [{ op: "update", name, after: { name, args: { instanceId: `i-bp1${name}`, state: "stopped" } } }],
    [{ name, message }],
  );
const stopping = (members: readonly Member[], modeOf: (index: number) => string, showAll = false) =>
  fleetPreviewed({
    op: "update",
    before: { ...web, members },
    after: { ...web, args: { state: "stopped" }, members },
    words: fleetWords("dev", {
      said: members.map(({ instanceId }, index) => ({
        instanceId,
        name: `web-${index}`,
        text: planText(instanceId, `web-${index}`, { state: "stopped", stop: { mode: modeOf(index) } }),
      })),
      all: members.length,
      showAll,
    }),
  });
const counts = (given: Partial<PlannedChanges>): PlannedChanges => ({
  releases: 0,
  releaseTimes: 0,
  stops: 0,
  starts: 0,
  notTold: 0,
  ...given,
});

describe("what previews plan", () => {
  it("is counted by limits, a stop before a release too", () => {
    const release =
      "i-bp1old: running -> released\n  1. StopInstance (KeepCharging): declared\n  2. wait\n  3. DeleteInstance (CAN'T BE UNDONE): declared";
    const start = "i-bp1db: stopped -> running\n  1. StartInstance: declared running";
    const report = previews(
      inStack(planned("web", stop("web")), "a"),
      inStack(planned("old", release), "b"),
      inStack(planned("db", start), "c"),
    );
    expect(report.stacks.map((one) => one.planned)).toEqual([
      counts({ stops: 1 }),
      counts({ stops: 1, releases: 1 }),
      counts({ starts: 1 }),
    ]);
    expect(report.planned).toEqual(counts({ stops: 2, releases: 1, starts: 1 }));
    expect(renderTerminal(report, { width: 120, rich: false })).toMatch(/^all +3 .* 1 +0 +2 +1 +0$/m);
  });

  it("counts release times that are new or earlier, and none that is cancelled", () => {
    const call = "i-bp1web: release time none -> 2026-12-10T10:00:00Z\n  1. ModifyInstanceAutoReleaseTime";
    const set = `${call} (release at 2026-12-10T10:00:00Z, CAN'T BE UNDONE once that time has come): declared`;
    expect(previewReport(planned("web", set)).planned).toEqual(counts({ releaseTimes: 1 }));
    expect(previewReport(planned("web", `${call} (cancel): declared never`)).planned).toEqual(counts({}));
  });

  it("counts the stops of removals", () => {
    const removed = (onDelete: string): Declared => ({ name: "web", args: { instanceId: "i-bp1web", onDelete } });
    const of = (onDelete: string) =>
      previewReport(previewed([{ op: "delete", name: "web", before: removed(onDelete) }])).planned;
    expect(of("stop")).toEqual(counts({ stops: 1 }));
    expect(of("retain")).toEqual(counts({}));
  });

  it("counts all of a fleet, also those that are not named where that is certain", () => {
    const members = someMembers(40);
    expect(previewReport(stopping(members, () => "KeepCharging")).planned).toEqual(counts({ stops: 40 }));
    const mixed = (showAll: boolean) =>
      previewReport(stopping(members, (index) => (index < 5 ? "StopCharging" : "KeepCharging"), showAll)).planned;
    expect(mixed(true)).toEqual(counts({ stops: 40 }));
  });

  it("says of how many it is not told", () => {
    const members = someMembers(80);
    const cut = previewReport(stopping(members, (index) => (index < 40 ? "StopCharging" : "KeepCharging"))).planned;
    expect(cut).toEqual(counts({ stops: 40, notTold: 40 }));
    const late = previewed(
      [{ op: "create", name: "web", after: { name: "web", args: { state: "stopped" } } }],
      [{ name: "web", message: "not known yet: instanceId; what is done is decided when it is" }],
    );
    expect(previewReport(late).planned).toEqual(counts({ notTold: 1 }));
  });

  it("is nothing in a state", () => {
    expect(stateReport(sample).planned).toBeUndefined();
  });
});

describe("a hundred thousand machines", () => {
  it("have their names said in a moment", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `shop-${index % 100}/machines/web-${index}`);
    expect(namesText(names)).toBe("shop-*/machines/web-* (100000)");
  });
});

describe("--at-most", () => {
  const two = previews(
    inStack(
      stopping(someMembers(30), () => "KeepCharging"),
      "shop",
    ),
    inStack(planned("web", stop("web")), "bank"),
  );
  const over = (report: Report, ...limits: readonly string[]) =>
    overLines(
      report,
      limits.flatMap((text) => readAtMost(text) ?? []),
    );

  it("is over only when all stacks together plan more", () => {
    expect(over(two, "stops=31", "releases=0", "releaseTimes=0")).toEqual([]);
    expect(over(two, "stops=30", "releases=0")).toEqual(["31 stops are planned, and stops may be 30: shop 30, bank 1"]);
    expect(over(two)).toEqual([]);
  });

  it("is over where what is planned can't be told, or a preview is incomplete", () => {
    const cut = previews(
      inStack(
        stopping(someMembers(80), (index) => (index < 40 ? "StopCharging" : "KeepCharging")),
        "shop",
      ),
      planned("web", stop("web")),
    );
    expect(over(cut, "stops=1000").join()).toMatch(
      /^what is done is not told of 40 machines or fleets \(shop 40\); .*showAll/,
    );
    const broken = previews(
      inStack(previewed([], [{ name: "web", severity: "error", message: "error: state: it is refused" }]), "shop"),
      planned("web", stop("web")),
    );
    expect(over(broken, "stops=1000").join()).toMatch(
      /^1 error, so what is planned is not known: shop: web: state: it is refused/,
    );
  });

  it("takes the limits' names and whole numbers only", () => {
    expect(readAtMost("releaseTimes=3")).toEqual({ what: "releaseTimes", count: 3 });
    expect(["starts=3", "stops=", "stops=-1", "stops=10%", "stops=1.5", "=3", "Stops=3"].map(readAtMost)).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });
});
