import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../cli/report/render-html";
import { renderSvg } from "../../../cli/report/render-svg";
import { fleetResource, someMembers } from "./fleets";
import { previewReport, stateReport } from "./reported";
import { withBrowser } from "./shown";
import { type Declared, exported, largeFleet, officeHours, previewed, sampleFleet, twoZones } from "./written";

const shown = withBrowser();

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

const thousand = stateReport(
  exported(
    sampleFleet(),
    ["dev", "a-long-name-of-a-fleet-without-any-place-to-break-it"].map((name) =>
      fleetResource({ name, args: { state: "running", schedule: officeHours }, members: someMembers(500) }),
    ),
  ),
);

describe("the page", () => {
  it.each([
    [1280, whole],
    [400, whole],
    [400, stateReport(exported(largeFleet(60)), { days: 31 })],
    [1280, thousand],
    [400, thousand],
  ])("at %i pixels is not wider than the window", async (width, report) => {
    const page = await shown(renderHtml(report, "auto"), width);
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(width);
    expect(await page.title()).toMatch(/^Lifecycle (preview|report): stack dev$/);
    expect(await page.evaluate("document.querySelectorAll('script, img').length")).toBe(0);
  });

  it("folds those that are alike, and opens where the reader wants to see them", async () => {
    const page = await shown(renderHtml(thousand, "auto"), 1280);
    const reads = (name: string) => page.evaluate(`document.body.innerText.includes("${name}")`);
    expect([await reads("dev/web-*"), await reads("dev/web-321")]).toEqual([true, false]);
    await page.click("summary");
    expect(await reads("dev/web-321")).toBe(true);
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

describe("the picture", () => {
  it.each([
    ["one instance", sampleFleet().slice(0, 1), 7],
    ["six", sampleFleet(), 7],
    ["six in a day", sampleFleet(), 1],
    ["six in two weeks", sampleFleet(), 14],
    ["sixty in a month", largeFleet(60), 31],
    ["a thousand in groups", largeFleet(1_000), 7],
    ["a thousand of two zones", twoZones(1_000), 7],
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
