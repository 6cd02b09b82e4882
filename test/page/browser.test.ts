import type { Browser, Page, SerializedAXNode } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Emulator, WorldFile } from "../../emulator/index";
import { ask, emulatorForTest, now } from "../emulator/support";
import { type OpenBrowser, openBrowser } from "./browser";

let open: OpenBrowser;
let browser: Browser;

beforeAll(async () => {
  open = await openBrowser();
  browser = open.browser;
});
// Without a browser there is nothing to close, and the failure of beforeAll is the one to read.
afterAll(async () => {
  await (open as OpenBrowser | undefined)?.close();
});

const fleet: WorldFile = {
  now,
  timings: { startMs: 3000, stopMs: 3000, releaseMs: 60_000 },
  instances: [
    { InstanceId: "i-web", InstanceName: "web" },
    { InstanceId: "i-db", InstanceName: "db", Status: "Stopped" },
    { InstanceId: "i-batch", InstanceName: "batch", AutoReleaseTime: "2026-03-01T12:00:00Z" },
  ],
};

interface Seen {
  page: Page;
  emulator: Emulator;
  /** What the page asked for, each `METHOD url`. */
  requests: string[];
}

/** Opens the page and watches it: when the test ends, nothing was said on its console and nothing was asked of anybody else. */
async function opened(
  world: WorldFile = fleet,
  prepare?: (page: Page, emulator: Emulator) => Promise<unknown>,
): Promise<Seen> {
  const emulator = await emulatorForTest({ world });
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${String(error)}`));
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    requests.push(`${request.method()} ${request.url()}`);
    // Refused here, so that even a failing test asks nobody else.
    void (request.url().startsWith(`${emulator.control}/`) ? request.continue() : request.abort());
  });
  onTestFinished(async () => {
    await page.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.split(" ")[1]?.startsWith(`${emulator.control}/`))).toEqual([]);
  });
  await page.evaluateOnNewDocument(
    `window.violations = []; addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));`,
  );
  await prepare?.(page, emulator);
  await page.goto(emulator.control);
  return { page, emulator, requests };
}

/** The words in a row, as one line; null when there is no such row. */
function row(page: Page, instanceId: string): Promise<string | null> {
  return page.evaluate(
    `document.querySelector('[data-instance="${instanceId}"]')?.innerText.replace(/\\s+/g, " ") ?? null`,
  ) as Promise<string | null>;
}

function text(page: Page, selector: string): Promise<string> {
  return page.evaluate(`document.querySelector('${selector}').innerText`) as Promise<string>;
}

/** Waits for a condition in the page. Looked at by a timer: a page in the background draws no frames. */
async function until(page: Page, condition: string): Promise<void> {
  await page.waitForFunction(condition, { polling: 50, timeout: 10_000 });
}

const rowHas = (instanceId: string, words: string): string =>
  `document.querySelector('[data-instance="${instanceId}"]')?.innerText.includes("${words}")`;

async function press(page: Page, label: string): Promise<void> {
  await page.locator(`::-p-aria([name="${label}"][role="button"])`).click();
}

describe("live", () => {
  test("statuses are shown, and a stop through the API appears by itself", async () => {
    const { page, emulator } = await opened();
    expect(await row(page, "i-web")).toMatch(/^Running web i-web /);
    expect(await row(page, "i-db")).toMatch(/^Stopped db i-db .*KeepCharging/);
    await page.evaluate("window.stayed = true");
    await ask(emulator, "StopInstance", { InstanceId: "i-web" });
    await until(page, rowHas("i-web", "Stopping"));
    expect(await text(page, "#calls")).toContain("i-web: Running -> Stopping");
    emulator.advance(3000);
    await until(page, rowHas("i-web", "Stopped"));
    expect(await page.evaluate("window.stayed")).toBe(true);
    expect(await page.evaluate("window.violations")).toEqual([]);
  });

  test("what did not change stays: the place on the page, the focus and what is typed", async () => {
    const instances = Array.from({ length: 90 }, (_, n) => ({ InstanceId: `i-${n}`, InstanceName: `node ${n}` }));
    const { page, emulator } = await opened({ now, instances });
    await page.type("#q", "node");
    await until(page, `document.querySelector("#fleet").innerText.includes("90 of 90 instances")`);
    await page.evaluate("scrollTo(0, 1500)");
    await page.evaluate(`window.row = document.querySelector('[data-instance="i-0"]')`);
    const calls = "document.querySelectorAll('#calls tbody tr').length";
    await ask(emulator, "DescribeRegions");
    await until(page, `${calls} === 1`);
    expect(await page.evaluate("window.row.isConnected")).toBe(true);
    expect(await page.evaluate("scrollY")).toBe(1500);
    emulator.patchInstance({ InstanceId: "i-0", Status: "Stopped" });
    await until(page, rowHas("i-0", "Stopped"));
    expect(await page.evaluate("scrollY")).toBe(1500);
    expect(await page.evaluate("document.activeElement.id + ' ' + document.activeElement.value")).toBe("q node");
  });

  test("it can be held", async () => {
    const { page, emulator, requests } = await opened();
    await page.click("#follow input");
    // One that is under way already may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = requests.length;
    emulator.patchInstance({ InstanceId: "i-web", Status: "Stopped" });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(requests.length).toBe(before);
    expect(await row(page, "i-web")).toMatch(/^Running/);
    await page.click("#follow input");
    await until(page, rowHas("i-web", "Stopped"));
  });

  test("a page that has lost its emulator says so", async () => {
    const emulator = await emulatorForTest({ world: fleet });
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(emulator.control);
    expect(await page.evaluate(`document.querySelector("#stale").hidden`)).toBe(true);
    await emulator.stop();
    await until(page, `!document.querySelector("#stale").hidden`);
    expect(await text(page, "#stale")).toBe("The emulator does not answer. What you see is old.");
  });
});

describe("the clock", () => {
  test("+1 h moves the world", async () => {
    const { page, emulator } = await opened();
    await press(page, "+1 h");
    await until(page, `document.querySelector("#clock").innerText.includes("2026-03-01 09:00:20 UTC")`);
    expect(emulator.world.now() - Date.parse(now)).toBe(3_600_000);
    expect(await text(page, "#calls")).toContain("control:advance");
  });

  test("every press counts, however fast", async () => {
    const { page, emulator } = await opened();
    for (let n = 0; n < 5; n += 1) await page.evaluate(`document.querySelector('button[value="1min"]').click()`);
    await until(page, `document.querySelector("#clock").innerText.includes("08:05:20")`);
    expect(emulator.world.now() - Date.parse(now)).toBe(5 * 60_000);
  });

  test("to the next release: the instance is released, and then it is gone", async () => {
    const { page, emulator } = await opened();
    expect(await text(page, "#clock")).toContain("Next release: i-batch in 3 h 59 min (2026-03-01 12:00 UTC)");
    await press(page, "To the next release");
    await until(page, rowHas("i-batch", "Released"));
    expect(await row(page, "i-batch")).toContain("still listed");
    expect(await text(page, "#calls")).toContain("timer:autoRelease");
    expect(await text(page, "#counts")).toMatch(/Released\s+1/);
    await press(page, "+1 min");
    await until(page, `document.querySelector('[data-instance="i-batch"]') === null`);
    expect(emulator.instance("i-batch")).toBeUndefined();
    expect(await text(page, "#clock")).toContain("No instance has a release time.");
  });
});

test("the filter narrows while it is typed, and a reload keeps it", async () => {
  const { page, emulator } = await opened();
  const shown = "[...document.querySelectorAll('[data-instance]')].map((row) => row.dataset.instance)";
  await page.type("#q", "STOPPED");
  await until(page, `${shown}.join() === "i-db"`);
  expect(page.url()).toBe(`${emulator.control}/?q=STOPPED`);
  // Refreshing keeps it too.
  emulator.patchInstance({ InstanceId: "i-web", Status: "Stopped" });
  await until(page, `${shown}.join() === "i-web,i-db"`);
  await page.reload();
  expect(await page.evaluate(shown)).toEqual(["i-web", "i-db"]);
  await page.locator(`::-p-aria([name="All 3"][role="link"])`).click();
  await until(page, `${shown}.length === 3`);
});

test("names are texts, never markup", async () => {
  const evil = `<img src=x onerror="window.taken = true"><script>window.taken = true</script>`;
  const { page, emulator, requests } = await opened({ now, instances: [{ InstanceId: "i-a", InstanceName: evil }] });
  expect(await row(page, "i-a")).toContain(evil);
  // The same through a refresh, where htmx puts the text into the page.
  emulator.patchInstance({ InstanceId: "i-a", Status: "Stopped" });
  await ask(emulator, evil);
  await until(page, rowHas("i-a", "Stopped"));
  expect(await row(page, "i-a")).toContain(evil);
  expect(await text(page, "#calls")).toContain(evil);
  expect(await page.evaluate("[window.taken ?? false, document.images.length, window.violations.length]")).toEqual([
    false,
    0,
    0,
  ]);
  expect(requests.some((request) => request.endsWith("/x"))).toBe(false);
});

test("without JavaScript the buttons and the filter work", async () => {
  const { page, emulator } = await opened(fleet, (page) => page.setJavaScriptEnabled(false));
  await page.type("#q", "web");
  await Promise.all([page.waitForNavigation(), page.click(".filter button")]);
  expect(await row(page, "i-web")).not.toBeNull();
  expect(await row(page, "i-db")).toBeNull();
  await Promise.all([page.waitForNavigation(), page.click('button[value="1h"]')]);
  expect(page.url()).toBe(`${emulator.control}/?q=web`);
  expect(await text(page, "#clock")).toContain("2026-03-01 09:00:20 UTC");
  expect(emulator.world.now() - Date.parse(now)).toBe(3_600_000);
});

describe("how it looks", () => {
  const long = "a-name-without-any-blank-".repeat(8);
  const full: WorldFile = {
    ...fleet,
    instances: [
      ...(fleet.instances ?? []),
      { InstanceId: `i-${"0".repeat(60)}`, InstanceName: long, DeletionProtection: true, OperationLocks: ["security"] },
      { InstanceId: "i-spot", SpotStrategy: "SpotWithPriceLimit", reclaimAt: "2026-03-01T10:00:00Z" },
    ],
  };

  test.each([320, 400, 800, 1239, 1240, 1600])("at %i pixels nothing sticks out", async (width) => {
    const { page } = await opened(full, async (page, emulator) => {
      await page.setViewport({ width, height: 800 });
      const action = "ModifyInstanceAutoReleaseTime";
      emulator.addFault({ action, instanceId: `i-${"0".repeat(60)}`, then: { code: long } });
      await ask(emulator, "StopInstance", { InstanceId: `i-${"1".repeat(60)}` });
    });
    expect(await text(page, "#faults")).toContain(long);
    expect(await text(page, "#calls")).toContain("NotFound");
    expect(await page.evaluate("[document.scrollingElement.scrollWidth <= innerWidth, innerWidth]")).toEqual([
      true,
      width,
    ]);
    const outside = `[...document.querySelectorAll("main *")].filter((element) => {
      const panel = element.closest(".panel").getBoundingClientRect();
      const box = element.getBoundingClientRect();
      // Without a size it is hidden, and what is clipped is there for the ear only.
      if (box.width === 0 || element.closest("thead, td:has(.nothing)") !== null) return false;
      return box.right > panel.right || box.left < panel.left;
    }).map((element) => element.outerHTML.slice(0, 100))`;
    expect(await page.evaluate(outside)).toEqual([]);
  });

  /** Of each text with its ground, the lowest contrast on the page (WCAG 2, relative luminance). */
  const lowestContrast = `(() => {
    const parts = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => {
      const [r, g, b] = parts(color).slice(0, 3).map((n) => n / 255).map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if (parts(color)[3] !== 0) return color;
      }
      return "rgb(255, 255, 255)";
    };
    const texts = [...document.querySelectorAll("body *")].filter((element) =>
      element.getClientRects().length > 0 && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""));
    return Math.min(...texts.map((element) => {
      const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    }));
  })()`;

  test("light and dark differ, and both can be read", async () => {
    const grounds: unknown[] = [];
    for (const scheme of ["light", "dark"]) {
      const { page } = await opened(full, async (page, emulator) => {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        emulator.addFault({ then: { code: "Throttling.User" } });
        await ask(emulator, "StopInstance", { InstanceId: "i-web" });
      });
      expect(await text(page, "#calls")).toContain("Throttling.User");
      grounds.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      expect(await page.evaluate(lowestContrast)).toBeGreaterThanOrEqual(4.5);
    }
    expect(grounds[0]).not.toBe(grounds[1]);
  });

  test("the table is one for the ear too, also where it is laid out as a list", async () => {
    const { page } = await opened(full, (page) => page.setViewport({ width: 400, height: 800 }));
    const said = saidBy(await page.accessibility.snapshot({ interestingOnly: false }));
    expect(said).toContain("table: Instances");
    expect(said.filter((line) => line.startsWith("columnheader: "))).toEqual([
      "columnheader: Status",
      "columnheader: Instance",
      "columnheader: Region and zone",
      "columnheader: Charge",
      "columnheader: Protection and locks",
      "columnheader: Release",
      "columnheader: Snapshots",
    ]);
    // Each cell is in its place, also where it says nothing.
    expect(said.filter((line) => line.startsWith("cell: "))).toHaveLength(7 * 5);
    expect(said).toContain("searchbox: Id, name or status contains");
    expect(said).toContain("checkbox: Follow");
    expect(said).toContain("button: To the next release");
  });
});

/** Role and name of all that a screen reader meets, in its order. */
function saidBy(node: SerializedAXNode | null): string[] {
  if (node === null) return [];
  return [`${node.role}: ${node.name ?? ""}`, ...(node.children ?? []).flatMap(saidBy)];
}
