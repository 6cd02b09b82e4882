import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { byZone } from "../../../cli/report/headlines";
import { escapeMermaid, mermaidGantts } from "../../../cli/report/mermaid-gantt";
import { renderHtml } from "../../../cli/report/render-html";
import { renderSvg } from "../../../cli/report/render-svg";
import type { Report } from "../../../cli/report/report";
import { type OpenBrowser, openBrowser } from "../../page/browser";
import { previewReport, stateReport } from "./reported";
import { type Declared, exported, largeFleet, officeHours, previewed, sampleFleet } from "./written";

let open: OpenBrowser;
let browser: Browser;
beforeAll(async () => {
  open = await openBrowser();
  browser = open.browser;
});
afterAll(async () => {
  await (open as OpenBrowser | undefined)?.close();
});

/** Shows a page and watches it: it says nothing on its console and asks nobody. */
async function shown(html: string, width: number): Promise<Page> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => complaints.push(`asked for ${request.url()}`));
  onTestFinished(async () => {
    await page.close();
    expect(complaints.filter((text) => !/^asked for (about:blank|data:,)$/.test(text))).toEqual([]);
  });
  await page.setViewport({ width, height: 800 });
  await page.setContent(html);
  return page;
}

const long = "a-name-without-any-place-to-break-it".repeat(4);
const evil: Declared = {
  name: "<script>document.title = 'evil'</script>",
  args: { instanceId: "i-bp1evil", state: "running", schedule: officeHours },
  recorded: { instanceName: `"><img src=x onerror="document.title='evil'">` },
};
const whole = previewReport(
  previewed(
    [...sampleFleet(), evil, { ...evil, name: long }].map((one) => ({
      op: "update",
      name: one.name,
      before: one,
      after: one,
    })),
    [
      {
        name: "web",
        message:
          "i-bp1web (web-1): running -> released\n  1. DeleteInstance (CAN'T BE UNDONE): declared released\n  lost for ever: everything",
      },
      { name: long, severity: "warning", message: `warning: ${long}` },
      { severity: "error", message: `error: ${long}` },
    ],
  ),
);

describe("the page", () => {
  it.each([
    [1280, whole],
    [400, whole],
    [400, stateReport(exported(largeFleet(60)), { days: 31 })],
  ])("at %i pixels is not wider than the window", async (width, report) => {
    const page = await shown(renderHtml(report, "auto"), width);
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(width);
    expect(await page.title()).toMatch(/^Lifecycle (preview|report): stack dev$/);
    expect(await page.evaluate("document.querySelectorAll('script, img').length")).toBe(0);
  });

  it.each(["light", "dark"] as const)("is readable in the %s", async (scheme) => {
    const page = await shown(renderHtml(whole, "auto"), 1280);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const colors = (await page.evaluate(`(() => {
      const style = getComputedStyle(document.body);
      return [style.backgroundColor, style.color, getComputedStyle(document.querySelector(".bad")).color, getComputedStyle(document.querySelector(".soft")).color];
    })()`)) as string[];
    const [ground = "", ...texts] = colors;
    for (const text of texts) expect(contrast(ground, text)).toBeGreaterThanOrEqual(4.5);
    expect(luminance(ground) < 0.5).toBe(scheme === "dark");
  });
});

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const twoZones = (count: number): readonly Declared[] => [
  ...largeFleet(count),
  {
    name: "berlin",
    args: { instanceId: "i-bp1berlin", state: "running", schedule: { ...officeHours, zone: "Europe/Berlin" } },
  },
];

describe("the picture", () => {
  it.each([
    ["one instance", sampleFleet().slice(0, 1), 7],
    ["six", sampleFleet(), 7],
    ["six in a day", sampleFleet(), 1],
    ["six in two weeks", sampleFleet(), 14],
    ["sixty in a month", largeFleet(60), 31],
    ["two zones", twoZones(6), 7],
  ])("with %s has texts that don't touch and stay inside", async (_, fleet, days) => {
    const page = await shown(
      `<body style="margin:0">${renderSvg(stateReport(exported(fleet), { days }), "auto")}`,
      1000,
    );
    const boxes = (await page.evaluate(`[...document.querySelectorAll("svg text")].map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return { text: one.lastChild.textContent, left, right, top: top + 3, bottom: bottom - 3 };
    })`)) as { text: string; left: number; right: number; top: number; bottom: number }[];
    const height = (await page.evaluate(`document.querySelector("svg").getBoundingClientRect().height`)) as number;
    expect(boxes.length).toBeGreaterThan(10);
    const touching = boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map((b) => `${a.text} / ${b.text}`),
    );
    expect(touching).toEqual([]);
    const outside = boxes.filter(
      ({ left, right, top, bottom }) => left < 0 || top < 0 || right > 1000 || bottom > height,
    );
    expect(outside).toEqual([]);
  });

  it("reads as XML, also with hostile names", async () => {
    const page = await shown("<body>", 400);
    const svg = renderSvg(stateReport(exported([evil, ...sampleFleet()])), "auto");
    const root = await page.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(svg)}, "image/svg+xml").documentElement.nodeName`,
    );
    expect(root).toBe("svg");
  });
});

/** What Mermaid itself, the version of the development dependencies, makes of a diagram. */
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
  return byZone(report).flatMap(({ zone, instances }) => mermaidGantts(report, zone, instances, limit));
}

async function withMermaid(): Promise<Page> {
  const page = await shown("<body>", 1000);
  await page.addScriptTag({ path: join(__dirname, "../../../node_modules/mermaid/dist/mermaid.min.js") });
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
    const report = stateReport(exported(largeFleet(150)), { days: 31 });
    const gantts = ganttsOf(report);
    expect(gantts.length).toBeGreaterThan(1);
    expect(Math.max(...gantts.map((gantt) => gantt.length))).toBeLessThanOrEqual(50_000);
    expect(gantts.join("\n").match(/^ {2}section /gm)).toHaveLength(150);
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
