import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { beforeAll, describe, expect, it } from "vitest";
import { byZone } from "../../../cli/report/headlines";
import { escapeMermaid, mermaidGantts } from "../../../cli/report/mermaid-gantt";
import type { Report } from "../../../cli/report/report";
import { mostAlone } from "../../../cli/report/rows";
import { installTool } from "../../../tools/install-tool.mjs";
import { stateReport } from "./reported";
import { withBrowser } from "./shown";
import { exported, largeFleet, officeHours, sampleFleet, twoZones } from "./written";

const installMs = 5 * 60_000;

const shown = withBrowser();
let modules: string;
beforeAll(async () => {
  modules = await installTool("mermaid");
}, installMs);

/** What Mermaid itself makes of a diagram. */
async function drawn(page: Page, gantt: string): Promise<{ readonly sections: string[]; readonly tasks: string[] }> {
  return (await page.evaluate(`(async () => {
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict", gantt: { useWidth: 900 } });
    const { svg } = await mermaid.render("g", ${JSON.stringify(gantt)});
    const root = new DOMParser().parseFromString(svg, "text/html").body;
    const texts = (selector) => [...root.querySelectorAll(selector)].map((one) => one.textContent.trim());
    return { sections: texts(".sectionTitle"), tasks: texts("svg text") };
  })()`)) as { sections: string[]; tasks: string[] };
}

function ganttsOf(report: Report, limit?: number): readonly string[] {
  return byZone(report).flatMap(({ zone, rows }) => mermaidGantts(report, zone, rows, limit));
}

async function withMermaid(): Promise<Page> {
  const page = await shown("<body>", 1000);
  await page.addScriptTag({ path: join(modules, "mermaid/dist/mermaid.min.js") });
  return page;
}

describe("the Mermaid diagram", () => {
  it("is drawn by Mermaid with every instance and every on stretch", async () => {
    const page = await withMermaid();
    const [gantt = ""] = ganttsOf(stateReport(exported(sampleFleet())));
    const { sections, tasks } = await drawn(page, gantt);
    expect(sections).toEqual(["web", "api", "db", "archive", "batch", "review"]);
    const count = (word: string) => tasks.filter((task) => task === word).length;
    // 5 + 7 + 1 + 4 stretches.
    expect([count("on"), count("released"), count("not managed"), count("off"), count("now")]).toEqual([
      17, 2, 1, 1, 1,
    ]);
    expect(gantt).toMatch(/dateFormat YYYY-MM-DDTHH:mm/);
    expect(gantt).toMatch(/tickInterval 1day/);
    expect(gantt).not.toMatch(/excludes/);
    expect(gantt).toMatch(/title On hours, Asia\/Shanghai \(UTC\+08#58;00\)/);
    expect(gantt).toMatch(/released :milestone, crit, r4, 2026-11-26T18:00, 0m/);
  });

  it("has one for each zone", () => {
    const gantts = ganttsOf(stateReport(exported(twoZones(2))));
    expect(gantts.map((gantt) => /title On hours, (\S+)/.exec(gantt)?.[1])).toEqual(["Asia/Shanghai", "Europe/Berlin"]);
  });

  it("shows hostile names as they are, and obeys none", async () => {
    const page = await withMermaid();
    const names = [
      "<script>alert(1)</script>",
      'a;b:c#d|e"f`g',
      '%%{init: {"theme":"dark"}}%%',
      "section x",
      "title y",
      "click z href evil",
      "#35; 名前 ü",
      "--- {}[]()",
      "$$x$$",
    ];
    const report = stateReport(
      exported(
        names.map((name) => ({ name, args: { instanceId: "i-bp1a", state: "running", schedule: officeHours } })),
      ),
    );
    const [gantt = ""] = ganttsOf(report);
    const { sections } = await drawn(page, gantt);
    expect(sections).toEqual(names);
    for (const name of names) expect(escapeMermaid(name)).not.toMatch(/[<>:|%{}"`$\n]/);
  });

  it("is split where one would be longer than GitHub draws, and loses nobody", async () => {
    const twiceADay = {
      zone: "Asia/Shanghai",
      running: [
        { from: "08:00", to: "12:00" },
        { from: "13:00", to: "20:00" },
      ],
    };
    // As many as have a section each.
    const fleet = largeFleet(mostAlone).map(({ name, args }) => ({ name, args: { ...args, schedule: twiceADay } }));
    const report = stateReport(exported(fleet), { days: 31 });
    const gantts = ganttsOf(report);
    expect(gantts.length).toBeGreaterThan(1);
    expect(Math.max(...gantts.map((gantt) => gantt.length))).toBeLessThanOrEqual(50_000);
    expect(gantts.join("\n").match(/^ {2}section /gm)).toHaveLength(mostAlone);
    const page = await withMermaid();
    const { sections } = await drawn(page, gantts.at(-1) ?? "");
    expect(sections.length).toBeGreaterThan(0);
  });

  it("keeps what is repeated by a clock longer than nothing", async () => {
    const zone = "Europe/Berlin";
    const schedule = { zone, cron: [{ start: "*/15 * * * *", stop: "5,20,35,50 * * * *" }] };
    const report = stateReport(exported([{ name: "a", args: { instanceId: "i-bp1a", state: "running", schedule } }]), {
      from: "2026-10-25",
      days: 1,
    });
    const [gantt = ""] = ganttsOf(report);
    const page = await withMermaid();
    const { tasks } = await drawn(page, gantt);
    expect(tasks.filter((task) => task === "on").length).toBeGreaterThan(80);
  });
});
