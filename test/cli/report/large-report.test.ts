import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../cli/report/render-html";
import { renderJson } from "../../../cli/report/render-json";
import { renderMarkdown } from "../../../cli/report/render-markdown";
import { renderSvg } from "../../../cli/report/render-svg";
import { renderTerminal } from "../../../cli/report/render-terminal";
import { mostAlone, planRows, timeRows } from "../../../cli/report/rows";
import { type FleetDeclared, fleetPreviewed, fleetResource, fleetWords, type Member, planText } from "./fleets";
import { previewReport, pricesOf, stateReport } from "./reported";
import { type Declared, exported, largeFleet, officeHours } from "./written";

const membersOf = (kind: string, count: number): readonly Member[] =>
  Array.from({ length: count }, (_, index) => ({
    instanceId: `i-bp1${kind}${String(index).padStart(4, "0")}`,
    recorded: { instanceName: `${kind}-${index}`, ...(index % 100 === 7 ? { status: "stopped" } : {}) },
  }));
const late = { ...officeHours, running: [{ from: "07:00", to: "23:00" }] };
const web: FleetDeclared = {
  name: "dev",
  args: { state: "running", schedule: officeHours, stop: { mode: "StopCharging" } },
  members: [...membersOf("web", 600), ...membersOf("api", 250)],
};
const batch: FleetDeclared = {
  name: "batch",
  args: { state: "running", schedule: late },
  members: membersOf("job", 147),
};
const alone: readonly Declared[] = [
  { name: "db", args: { instanceId: "i-bp1db", state: "running" } },
  { name: "cache", args: { instanceId: "i-bp1cache", state: "running" } },
  {
    name: "old",
    args: { instanceId: "i-bp1old", autoReleaseAt: "2026-11-26T18:00:00+08:00" },
    recorded: { autoReleaseTime: "2026-11-26T10:00:00Z", ownReleaseTime: "2026-11-26T10:00:00Z" },
  },
];
const prices = pricesOf({ currency: "CNY", perHour: { t: { running: 1, stopped: 0 } }, instances: { "i-bp1db": "t" } });
const thousand = stateReport(exported(alone, [web, batch].map(fleetResource)), { prices });

const plain = { width: 100, rich: false };
const kB = (text: string) => text.length / 1_000;

describe("a report of 1,000 machines", () => {
  it("has a row for those that are alike, by schedule and name, what is released first", () => {
    expect(thousand.instances).toHaveLength(1_000);
    expect(timeRows(thousand).map(({ label, instances }) => [label, instances.length])).toEqual([
      ["old", 1],
      ["dev/web-*", 600],
      ["dev/api-*", 250],
      ["batch/job-*", 147],
      ["db", 1],
      ["cache", 1],
    ]);
  });

  it("is small, and all of it in the page and in JSON", () => {
    const [terminal, markdown, svg] = [
      renderTerminal(thousand, plain),
      renderMarkdown(thousand),
      renderSvg(thousand, "auto"),
    ];
    expect(kB(terminal)).toBeLessThan(8);
    expect(kB(markdown)).toBeLessThan(16);
    expect(kB(svg)).toBeLessThan(64);
    const [html, json] = [renderHtml(thousand, "auto"), renderJson(thousand)];
    expect(kB(html)).toBeLessThan(256);
    expect(kB(json)).toBeLessThan(4_000);
    const wanted = thousand.instances.map(({ instanceId }) => instanceId);
    for (const text of [html, json]) {
      const found = new Set(text.match(/\bi-bp1\w+/g));
      expect(wanted.filter((id) => !found.has(id))).toEqual([]);
    }
    for (const text of [terminal, markdown, svg, html]) expect(text).toMatch(/600 (?:x|×|#215;) dev\/web-/);
    expect(terminal).toMatch(/^[\n\x20-\x7e]*$/);
    expect(terminal).toMatch(/1000 instances, those that are alike in one row/);
  });

  it("says what a row says of each, and how many are what", () => {
    const html = renderHtml(thousand, "auto");
    expect(html).toContain("594 running, 6 stopped");
    expect(html).toContain("60 h each");
    expect(html).toContain("108 h (64 %) each");
    expect(html.match(/<details>/g)).toHaveLength(3);
    expect(html).not.toContain("<script");
  });

  it("sums up all of them", () => {
    expect(thousand.totals).toMatchObject({ counted: 1_000, alwaysOnHours: 168_000 });
    expect(thousand.totals.onHours).toBe(850 * 60 + 147 * 112 + 2 * 168);
    expect(thousand.money?.withoutPrice.join().length).toBeLessThan(600);
  });

  it("names no more than a few in a sentence", () => {
    const schedule = { ...officeHours, zone: "Nowhere" };
    const wrong = { name: "bad", args: { state: "running", schedule }, members: membersOf("x", 1_000) };
    const text = renderMarkdown(stateReport(exported([], [fleetResource(wrong)])));
    expect(text).toMatch(/bad\/x-&#42; \(1000\): schedule.zone/);
    expect(kB(text)).toBeLessThan(8);
  });

  it("is not grouped while each has room for a row", () => {
    const few = stateReport(exported(largeFleet(mostAlone)));
    expect(timeRows(few).map(({ label }) => label)).toEqual(few.instances.map(({ label }) => label));
  });

  it("is grouped by schedule alone where every name is another, and draws the largest groups", () => {
    const words = ["oak", "elm", "ash", "fir", "yew", "box"];
    const many = Array.from({ length: 1_000 }, (_, index): Declared => {
      const hour = String(index % 20).padStart(2, "0");
      const minute = String(index % 3).padStart(2, "0");
      const name = `${words[index % 6]}${String.fromCharCode(97 + (index % 26), 97 + (index % 25))}-${words[index % 5]}`;
      const schedule = { ...officeHours, running: [{ from: `${hour}:${minute}`, to: "23:00" }] };
      return { name, args: { instanceId: `i-bp1n${index}`, state: "running", schedule } };
    });
    const report = stateReport(exported(many));
    const rows = timeRows(report);
    expect(rows).toHaveLength(60);
    expect(rows.reduce((sum, { instances }) => sum + instances.length, 0)).toBe(1_000);
    const svg = renderSvg(report, "auto");
    expect(svg).toMatch(/and \d+ instances in 30 more groups, not drawn/);
    expect(svg.match(/<title>running /g)?.length).toBeLessThan(30 * 8);
    expect(renderTerminal(report, plain)).toMatch(/and \d+ instances in 30 more groups, not drawn/);
  });

  it("leaves out of a text what is left when not even that is enough, and nothing of the page", () => {
    const each = Array.from({ length: 1_000 }, (_, index): Declared => {
      const autoReleaseAt = new Date(Date.parse("2027-01-01T00:00:00Z") + index * 60_000).toISOString();
      const recorded = { autoReleaseTime: `${autoReleaseAt.slice(0, 16)}:00Z` };
      return { name: `n${index}`, args: { instanceId: `i-bp1n${index}`, autoReleaseAt }, recorded };
    });
    const report = stateReport(exported(each));
    expect(kB(renderMarkdown(report))).toBeLessThan(64);
    expect(renderMarkdown(report)).toMatch(/and 940 instances in 940 more groups/);
    expect(renderHtml(report, "auto")).toContain("i-bp1n999");
  });
});

describe("a preview of 1,000 machines", () => {
  const members = membersOf("web", 1_000);
  const textOf = ({ instanceId, recorded }: Member, wish: object) => {
    const name = String(recorded?.instanceName);
    return { instanceId, name, text: planText(instanceId, name, wish) };
  };
  const previewOf = (wishOf: (index: number) => object, showAll: boolean) =>
    previewReport(
      fleetPreviewed({
        op: "update",
        before: { name: "dev", args: { state: "running" }, members },
        after: { name: "dev", args: { state: "stopped" }, members },
        words: fleetWords("dev", {
          said: members.map((member, index) => textOf(member, wishOf(index))),
          all: 1_000,
          showAll,
        }),
      }),
    );

  it("has a row for those with the same plan", () => {
    const report = previewOf(
      (index) => ({ state: "stopped", stop: { mode: index < 50 ? "StopCharging" : "KeepCharging" } }),
      true,
    );
    expect(planRows(report).map(({ label, first }) => [label, first.plan?.steps[0]?.slice(0, 28)])).toEqual([
      ["dev/web-*", "StopInstance (KeepCharging):"],
      ["dev/web-*", "StopInstance (StopCharging):"],
    ]);
    for (const text of [renderTerminal(report, plain), renderMarkdown(report)]) expect(kB(text)).toBeLessThan(12);
  });

  it("leaves no release in a row with another, and none out", () => {
    const report = previewOf((index) => ({ state: index < 70 ? "released" : "stopped" }), false);
    const rows = planRows(report);
    expect(rows.slice(0, 70).map(({ label }) => label)).toEqual(
      members.slice(0, 70).map((_, index) => `dev/web-${index}`),
    );
    expect(rows.slice(70).map(({ label }) => label)).toEqual(["dev/web-*"]);
    for (const text of [renderTerminal(report, plain), renderMarkdown(report), renderHtml(report, "auto")]) {
      for (let index = 0; index < 70; index += 1) expect(text).toContain(`name web-${index},`);
      expect(text.match(/lost for ever/g)).toHaveLength(70);
    }
  });
});
