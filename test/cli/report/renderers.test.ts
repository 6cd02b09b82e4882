import { describe, expect, it } from "vitest";
import { escapeMarkdown } from "../../../cli/report/escape-markdown";
import { printable } from "../../../cli/report/printable";
import { renderHtml } from "../../../cli/report/render-html";
import { renderJson } from "../../../cli/report/render-json";
import { renderMarkdown } from "../../../cli/report/render-markdown";
import { renderSvg } from "../../../cli/report/render-svg";
import { renderTerminal } from "../../../cli/report/render-terminal";
import { shortened, textWidth } from "../../../cli/report/shortened";
import { previewReport, pricesOf, stateReport } from "./reported";
import { exported, largeFleet, officeHours, previewed, sampleFleet } from "./written";

const sample = stateReport(exported(sampleFleet()));
const plain = { width: 100, rich: false };

/** A name that tries every renderer at once. */
const hostile = `<script>alert(1)</script>|"'&\`x\`](http://evil.example) %%{init: {}}%% ; : # section @all $x$ \u001b[2J\u202egpj`;
const hostileFleet = [
  {
    name: hostile,
    args: { instanceId: "i-bp1evil", state: "running", schedule: officeHours },
    recorded: { instanceName: hostile, status: `running<img src=x onerror=alert(2)>` },
  },
];
const hostilePreview = previewReport(
  previewed(
    [
      {
        op: "update",
        name: hostile,
        after: { ...hostileFleet[0], name: hostile, args: { instanceId: "i-bp1evil", state: "stopped" } },
      },
    ],
    [
      {
        name: hostile,
        message: `i-bp1evil (${hostile}): running -> stopped\n  1. StopInstance (KeepCharging): ${hostile}`,
      },
      { name: hostile, severity: "warning", message: `warning: ${hostile}` },
      { severity: "error", message: `error: ${hostile}` },
    ],
  ),
);
const hostileState = stateReport(exported(hostileFleet));

describe("the terminal", () => {
  it("draws the week in characters that every log can show", () => {
    const text = renderTerminal(sample, plain);
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    const rows: Record<string, string> = {};
    for (const line of text.split("\n")) {
      const [name = "", row = ""] = line.split(/ +/);
      // The timeline comes first.
      rows[name] ??= row;
    }
    const share = (row: string | undefined, mark: string) =>
      [...(row ?? "")].filter((one) => one === mark).length / (row?.length ?? 1);
    // A character is 1.8 h, and each edge is as near as that allows.
    expect(Math.abs(share(rows.web, "#") - 60 / 168)).toBeLessThan(0.08);
    expect(Math.abs(share(rows.api, "#") - 112 / 168)).toBeLessThan(0.08);
    expect(share(rows.db, "#")).toBe(1);
    expect(share(rows.archive, ".")).toBe(1);
    expect(rows.batch).toMatch(/^-+!$/);
    expect(text).toMatch(/^ +v now$/m);
    expect(text).toMatch(/WARNING: will be released: batch \(i-bp1batch\): Thu 2026-11-26 18:00 Asia\/Shanghai/);
  });

  it("uses blocks and colours where somebody looks", () => {
    const text = renderTerminal(sample, { width: 120, rich: true });
    expect(text).toContain("█");
    expect(text).toContain("\u001b[32m");
    expect(renderTerminal(sample, plain)).not.toContain("\u001b");
  });

  it.each([
    60, 80, 100, 160,
  ])("keeps to %i characters, cuts no word of a call, and leaves no spaces behind", (width) => {
    const prices = pricesOf({ currency: "CNY", perHour: { t: { running: 1 } }, instances: {} });
    const tables = [renderTerminal(stateReport(exported(largeFleet(60)), { prices }), { width, rich: false })];
    for (const text of tables) {
      const lines = text.split("\n");
      const table = lines
        .slice(lines.findIndex((line) => line.startsWith("Hours")) + 1)
        .filter((line) => /^\S+ +(i-|instance )/.test(line));
      expect(table.length).toBeGreaterThan(10);
      expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.filter((line) => / $/.test(line))).toEqual([]);
    }
  });

  it.each([50, 80, 120])("lines up names of Chinese letters, which take two columns each, in %i", (width) => {
    const names = ["高峰", "a", "高峰期间的网页服务器与一个很长的名字", "web-高峰-2", "👩‍💻-work", "café"];
    // Written with an accent of its own, which takes no column.
    const fleet = [...names, "cafe\u0301"].map((name, index) => ({
      name,
      args: { instanceId: `i-bp1w${index}`, state: "running", schedule: officeHours },
    }));
    const columns = (text: string) => {
      const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
      return letters.reduce(
        (sum, letter) => sum + (/[\u4e00-\u9fff]|\p{Extended_Pictographic}/u.test(letter) ? 2 : 1),
        0,
      );
    };
    const text = renderTerminal(stateReport(exported(fleet)), { width, rich: false });
    const lines = text.split("\n");
    const rows = lines.filter((line) => /[#.]{7}/.test(line));
    expect(rows).toHaveLength(7);
    // The marks of a week begin in one column, and so does the id in the table below.
    expect(new Set(rows.map((row) => columns(row.slice(0, row.search(/[#.]{7}/))))).size).toBe(1);
    const at = (begin: string) => lines.findIndex((line) => line.startsWith(begin));
    const table = lines.slice(at("Hours") + 1, at("7 instances"));
    const listed = table.filter((line) => line.includes(" i-bp"));
    expect(listed).toHaveLength(7);
    const [second, ...others] = new Set(listed.map((line) => columns(line.slice(0, line.indexOf("i-bp")))));
    expect(others).toEqual([]);
    expect(Math.max(...[...rows, ...listed].map(columns))).toBeLessThanOrEqual(width);
    // However narrow the first column is, no letter of it is lost.
    const before = (line: string) => {
      let kept = "";
      for (const { segment } of new Intl.Segmenter().segment(line))
        if (columns(kept + segment) <= (second ?? 0)) kept += segment;
        else break;
      return kept;
    };
    expect(table.map(before).join("").replace(/\s/g, "")).toBe(`resource${fleet.map(({ name }) => name).join("")}`);
  });

  it("names the calls of a plan whole", () => {
    const text = renderTerminal(
      previewReport(
        previewed(
          [{ op: "create", name: "a", after: { name: "a", args: { instanceId: "i-bp1a" } } }],
          [
            {
              name: "a",
              message:
                "i-bp1a: release time none -> 2026-12-01T00:00:00Z\n  1. ModifyInstanceAutoReleaseTime (release at 2026-12-01T00:00:00Z, CAN'T BE UNDONE once that time has come): because",
            },
          ],
        ),
      ),
      plain,
    );
    expect(text.match(/ModifyInstanceAutoReleaseTime/g)).toHaveLength(2);
    expect(text).not.toContain("…");
  });
});

describe("hostile names", () => {
  it("write nothing but themselves to a terminal", () => {
    for (const report of [hostileState, hostilePreview]) {
      expect(renderTerminal(report, plain)).not.toMatch(/[\u001b\u202e]/);
    }
    expect(printable("a\nb\u0007c\u2066d")).toBe("a b\ufffdc\ufffdd");
  });

  it("are texts in Markdown", () => {
    for (const report of [hostileState, hostilePreview]) {
      const text = renderMarkdown(report);
      const prose = text.replaceAll(/```mermaid[\s\S]*?```/g, "");
      expect(prose).not.toMatch(/<(?!br>)/);
      expect(prose).not.toMatch(/\]\(|:\/\/|@all|\$x/);
      // Each row of a table has as many cells as its head.
      for (const table of prose.split("\n\n").filter((part) => part.includes("\n|---"))) {
        const cells = table
          .split("\n")
          .slice(table.startsWith("###") ? 2 : 0)
          .filter((line) => line.startsWith("|"));
        expect(new Set(cells.map((line) => line.split("|").length)).size).toBe(1);
      }
    }
    expect(escapeMarkdown("a|b")).toBe("a&#124;b");
    expect(escapeMarkdown("- a\n# b")).toBe("&#45; a &#35; b");
    expect(escapeMarkdown("1. a")).toBe("1&#46; a");
  });

  it("are texts in HTML and SVG", () => {
    for (const report of [hostileState, hostilePreview]) {
      for (const text of [renderHtml(report, "auto"), renderSvg(report, "auto")]) {
        expect(text).not.toMatch(/<script|<img|onerror=alert\(2\)>/);
        expect(text).toContain("&lt;script&gt;");
      }
    }
  });
});

describe("Markdown", () => {
  it("has the alert, the diagram and the hours", () => {
    const text = renderMarkdown(sample);
    expect(text).toMatch(/^## Lifecycle report: stack dev$/m);
    expect(text).toMatch(/^> \[!WARNING\]\n> \*\*Released for ever:\*\*\n> - batch \(i-bp1batch\)&?.*18:00/m);
    expect(text).toMatch(/```mermaid\ngantt\n/);
    expect(text).toMatch(
      /\| \*\*web\*\*<br>i-bp1web \| running \| by schedule, StopCharging \| 60 h \| 108 h \(64 %\)/,
    );
  });

  it("warns of nothing where nothing is released", () => {
    expect(renderMarkdown(stateReport(exported(sampleFleet().slice(0, 3))))).not.toContain("[!WARNING]");
  });
});

describe("JSON", () => {
  it("says all of it with moments in UTC", () => {
    const value = JSON.parse(renderJson(sample)) as {
      version: number;
      start: string;
      instances: { name: string; spans: { from: string; power: string }[]; release?: { at: string } }[];
    };
    expect(value.version).toBe(1);
    expect(value.start).toBe("2026-11-22T16:00:00.000Z");
    const batch = value.instances.find(({ name }) => name === "batch");
    expect(batch?.release?.at).toBe("2026-11-26T10:00:00.000Z");
    expect(batch?.spans.map(({ power }) => power)).toEqual(["unmanaged", "released"]);
  });
});

describe("SVG", () => {
  it("is of one theme or of both", () => {
    expect(renderSvg(sample, "auto")).toContain("prefers-color-scheme: dark");
    expect(renderSvg(sample, "light")).not.toContain("prefers-color-scheme");
    expect(renderSvg(sample, "dark")).toContain("#0d1117");
    expect(renderSvg(sample, "light")).not.toContain("#0d1117");
  });

  it("needs nothing else", () => {
    const text = renderSvg(sample, "auto");
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|@import|<script|<image|@font-face/,
    );
  });

  it("has a bar as wide as the hours are long, and a diamond where it ends", () => {
    const text = renderSvg(stateReport(exported(sampleFleet().slice(0, 1))), "light");
    const bars = [
      ...text.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="12" rx="2" class="running">/g),
    ];
    expect(bars).toHaveLength(5);
    const dayWidth = (916 - 190) / 7;
    for (const [index, [, at, length]] of bars.entries()) {
      expect(Number(at)).toBeCloseTo(190 + index * dayWidth + dayWidth / 3, 0);
      expect(Number(length)).toBeCloseTo(dayWidth / 2, 0);
    }
    expect(renderSvg(sample, "light").match(/class="release"/g)).toHaveLength(3);
  });

  it("shortens long names, and says them whole in a title", () => {
    const long = "a-very-long-name-of-somebody-who-likes-long-names";
    const text = renderSvg(
      stateReport(exported([{ name: long, args: { instanceId: "i-bp1a", state: "running" } }])),
      "auto",
    );
    expect(text).toContain(`<title>${long} (i-bp1a)</title>`);
    expect(text).toMatch(/a-very-long-name[a-z-]*…/);
    expect(textWidth(shortened(long, 12, 158), 12)).toBeLessThanOrEqual(158);
    expect(shortened("web", 12, 158)).toBe("web");
  });
});

it("an empty stack is a report too", () => {
  const empty = stateReport(exported([]));
  for (const text of [
    renderTerminal(empty, plain),
    renderMarkdown(empty),
    renderHtml(empty, "auto"),
    renderSvg(empty, "auto"),
  ]) {
    expect(text).toContain("No InstanceLifecycle resources");
  }
});
