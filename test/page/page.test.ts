import { request } from "node:http";
import { describe, expect, test } from "vitest";
import type { Emulator, InstanceFields } from "../../emulator/index";
import { timeLeft } from "../../emulator/page/time-left";
import { ask, emulatorForTest, now } from "../emulator/support";

async function page(emulator: Emulator, path = "/"): Promise<string> {
  const response = await fetch(`${emulator.control}${path}`);
  expect(response.status).toBe(200);
  return response.text();
}

/** What stands in the row of that instance, tags taken out. */
function rowOf(html: string, instanceId: string): string | undefined {
  const row = html.match(/<tr [^>]*data-instance="[^"]*".*?<\/tr>/gs)?.find((text) => text.includes(`"${instanceId}"`));
  return row
    ?.replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function post(emulator: Emulator, form: Record<string, string>, headers: Record<string, string> = {}, path = "") {
  return fetch(`${emulator.control}/page/clock${path}`, {
    method: "POST",
    body: new URLSearchParams(form),
    headers,
    redirect: "manual",
  });
}

/** fetch doesn't let its caller choose Host. */
function statusOf(emulator: Emulator, method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, ...(method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}) };
    request(`${emulator.control}${path}`, { method, headers: sent, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end(method === "POST" ? "by=1h" : undefined);
  });
}

const instances = {
  protected: { DeletionProtection: true, OperationLocks: ["financial", "security"] },
  economical: { Status: "Stopped", StoppedMode: "StopCharging" },
  kept: { Status: "Stopped", StoppedMode: "KeepCharging" },
  subscription: { InstanceChargeType: "PrePaid" },
  spot: { SpotStrategy: "SpotAsPriceGo", reclaimAt: "2026-03-01T10:00:00Z" },
  timed: { AutoReleaseTime: "2026-03-01T09:30:00Z", InstanceName: "worker", RegionId: "cn-beijing" },
} satisfies Record<string, Omit<InstanceFields, "InstanceId">>;

describe("a row says", () => {
  test.each([
    { id: "protected", words: ["Running", "protected", "locked: financial", "locked: security", "PostPaid"] },
    { id: "economical", words: ["Stopped", "PostPaid StopCharging"] },
    { id: "kept", words: ["Stopped", "PostPaid KeepCharging"] },
    { id: "subscription", words: ["PrePaid"] },
    { id: "spot", words: ["PostPaid spot: SpotAsPriceGo", "interrupted in 1 h 59 min 2026-03-01 10:00 UTC"] },
    {
      id: "timed",
      words: ["worker i-timed", "cn-beijing cn-beijing-h", "released in 1 h 29 min 2026-03-01 09:30 UTC"],
    },
  ])("$id: $words", async ({ id, words }) => {
    const emulator = await emulatorForTest({
      world: {
        now,
        instances: Object.entries(instances).map(([name, fields]) => ({ ...fields, InstanceId: `i-${name}` })),
      },
    });
    const row = rowOf(await page(emulator), `i-${id}`);
    for (const word of words) expect(row).toContain(word);
  });

  test("what is under way, and what was released and is still listed", async () => {
    const emulator = await emulatorForTest({
      world: {
        now,
        timings: { snapshotMs: 60_000, appearMs: 60_000 },
        instances: [{ InstanceId: "i-a" }, { InstanceId: "i-b", timings: { appearMs: 0 } }],
        disks: [{ DiskId: "d-a", InstanceId: "i-a", Type: "system" }],
      },
    });
    await ask(emulator, "CreateSnapshot", { DiskId: "d-a" });
    await ask(emulator, "StopInstance", { InstanceId: "i-b" });
    emulator.patchInstance({ InstanceId: "i-new" });
    const before = await page(emulator);
    expect(rowOf(before, "i-a")).toContain("1 in progress");
    expect(rowOf(before, "i-b")).toMatch(/^Stopping /);
    expect(rowOf(before, "i-new")).toMatch(/^Running not listed yet /);
    emulator.releaseInstance("i-b");
    expect(rowOf(await page(emulator), "i-b")).toMatch(/^Released still listed /);
    emulator.advance(60_000);
    const after = await page(emulator);
    expect(rowOf(after, "i-a")).not.toContain("in progress");
    expect(rowOf(after, "i-b")).toBeUndefined();
    expect(rowOf(after, "i-new")).not.toContain("not listed yet");
  });
});

test("faults and calls are shown, the latest call first", async () => {
  const emulator = await emulatorForTest();
  emulator.addFault({ action: "StopInstance", nth: 2, times: "always", then: { code: "Throttling.User" } });
  await ask(emulator, "StopInstance", { InstanceId: "i-a" });
  await ask(emulator, "StopInstance", { InstanceId: "i-a" });
  const text = (await page(emulator)).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  expect(text).toContain("StopInstance every instance code:Throttling.User from call 2 on, always 2 seen, 1 hit");
  expect(text).toContain(
    "2026-03-01 08:00:20 UTC StopInstance i-a – 400 Throttling.User code:Throttling.User " +
      "2026-03-01 08:00:20 UTC StopInstance i-a i-a: Running -&gt; Stopping 200 – ",
  );
});

describe("many instances", () => {
  const many = Array.from({ length: 300 }, (_, n) => ({
    InstanceId: `i-${String(n).padStart(3, "0")}`,
    InstanceName: n < 120 ? `Worker ${n}` : `db ${n}`,
    Status: n % 2 === 0 ? ("Running" as const) : ("Stopped" as const),
  }));

  test.each([
    { filter: "", first: "i-000", rows: 100, says: "300 instances; the first 100 are shown." },
    { filter: "worker", first: "i-000", rows: 100, says: "120 of 300 instances contain “worker”; the first 100" },
    { filter: "I-29", first: "i-290", rows: 10, says: "10 of 300 instances contain “I-29”." },
    { filter: "stopped", first: "i-001", rows: 100, says: "150 of 300 instances contain" },
    { filter: "nobody", first: undefined, rows: 0, says: "None of 300 instances contains “nobody”." },
  ])("“$filter” shows $rows rows", async ({ filter, first, rows, says }) => {
    const emulator = await emulatorForTest({ world: { now, instances: many } });
    const html = await page(emulator, `/?q=${encodeURIComponent(filter)}`);
    const shown = [...html.matchAll(/data-instance="([^"]*)"/g)].map((match) => match[1]);
    expect(shown).toHaveLength(rows);
    expect(shown[0]).toBe(first);
    expect(html).toContain(says);
    // The counts are of all, whatever the filter.
    expect(html).toMatch(/Running<\/span> <strong>150<\/strong>/);
  });

  test("ten thousand are one page of a hundred rows", async () => {
    const world = { now, instances: Array.from({ length: 10_000 }, (_, n) => ({ InstanceId: `i-${n}` })) };
    const emulator = await emulatorForTest({ world });
    const html = await page(emulator);
    expect(html).toContain("10000 instances; the first 100 are shown.");
    expect(html.length).toBeLessThan(200_000);
  });
});

describe("texts of others", () => {
  const evil = `"><img src=x onerror="document.title='taken'"><script>1</script>`;

  test("are never markup", async () => {
    const emulator = await emulatorForTest({
      world: {
        now,
        instances: [{ InstanceId: "i-a", InstanceName: evil, OperationLocks: [evil] }],
      },
    });
    emulator.addFault({ action: evil, instanceId: evil, then: { code: evil } });
    await ask(emulator, "StopInstance", { InstanceId: evil });
    await ask(emulator, evil, { InstanceIds: `["${evil}"]` });
    for (const path of [
      `/?q=${encodeURIComponent(evil)}`,
      "/",
      `/page/parts?q=${encodeURIComponent(evil)}`,
      "/page/parts",
    ]) {
      const html = await page(emulator, path);
      expect(html).not.toContain("<img");
      expect(html).not.toContain("<script>");
      expect(html).not.toMatch(/<[^>]*onerror="/);
      expect(html).toContain("&lt;img src=x onerror=");
    }
  });

  test("the page permits only itself", async () => {
    const emulator = await emulatorForTest();
    const { headers } = await fetch(emulator.control);
    const policy = headers.get("content-security-policy");
    expect(policy?.split("; ").sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    // With no-referrer a browser would send `Origin: null` with the page's own buttons.
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("it has no style and no script of its own inside", async () => {
    const emulator = await emulatorForTest();
    const html = await page(emulator);
    expect(html).not.toMatch(/<style| style=| on[a-z]+=/);
    for (const [script] of html.matchAll(/<script[^>]*>/g)) expect(script).toMatch(/ src="\/page\//);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe("who may open it and press its buttons", () => {
  const routes = [
    { method: "GET", path: "/" },
    { method: "GET", path: "/page/parts" },
    { method: "GET", path: "/page/htmx.js" },
    { method: "GET", path: "/page/live.js" },
    { method: "GET", path: "/page/style.css" },
    { method: "GET", path: "/page/icon.svg" },
    { method: "POST", path: "/page/clock" },
  ];
  const strangers = [
    { who: "a rebound name", headers: { host: "evil.example" } },
    { who: "another origin", headers: { origin: "https://evil.example" } },
    { who: "an origin that is null", headers: { origin: "null" } },
  ];
  const refused = routes.flatMap((route) => strangers.map((stranger) => ({ ...route, ...stranger })));

  test.each(refused)("$method $path from $who: 403, and nothing moves", async ({ method, path, headers }) => {
    const emulator = await emulatorForTest();
    const beforeMs = emulator.world.now();
    expect(await statusOf(emulator, method, path, headers)).toBe(403);
    expect(emulator.world.now()).toBe(beforeMs);
  });

  test.each(routes)("$method $path from the page itself", async ({ method, path }) => {
    const emulator = await emulatorForTest();
    const status = await statusOf(emulator, method, path, { origin: emulator.control });
    expect(status).toBe(method === "POST" ? 303 : 200);
  });
});

describe("the buttons without JavaScript", () => {
  test.each([
    { by: "1min", movedMs: 60_000 },
    { by: "10min", movedMs: 600_000 },
    { by: "1h", movedMs: 3_600_000 },
    { by: "1d", movedMs: 86_400_000 },
    { by: "next-release", movedMs: Date.parse("2026-03-04T09:00:00Z") - Date.parse(now) },
  ])("$by moves the clock and leads back to the page", async ({ by, movedMs }) => {
    const emulator = await emulatorForTest({
      world: {
        now,
        instances: [
          { InstanceId: "i-late", AutoReleaseTime: "2026-03-05T09:00:00Z" },
          { InstanceId: "i-soon", AutoReleaseTime: "2026-03-04T09:00:00Z" },
        ],
      },
    });
    const response = await post(emulator, { by });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    expect(emulator.world.now() - Date.parse(now)).toBe(movedMs);
  });

  test("the filter stays", async () => {
    const emulator = await emulatorForTest();
    const html = await page(emulator, "/?q=a%26b%20%C3%A4");
    expect(html).toContain('action="/page/clock?q=a%26b%20%C3%A4"');
    const response = await post(emulator, { by: "1min" }, {}, "?q=a%26b%20%C3%A4");
    expect(response.headers.get("location")).toBe("/?q=a%26b%20%C3%A4");
  });

  test("each release is the next one once, also when the first is only listed still", async () => {
    const emulator = await emulatorForTest({
      world: {
        now,
        timings: { releaseMs: null },
        instances: [
          { InstanceId: "i-1", AutoReleaseTime: "2026-03-01T09:00:00Z" },
          { InstanceId: "i-2", AutoReleaseTime: "2026-03-01T10:00:00Z" },
        ],
      },
    });
    await post(emulator, { by: "next-release" });
    expect(rowOf(await page(emulator), "i-1")).toMatch(/^Released/);
    expect(rowOf(await page(emulator), "i-2")).toMatch(/^Running/);
    await post(emulator, { by: "next-release" });
    expect(rowOf(await page(emulator), "i-2")).toMatch(/^Released/);
    expect(new Date(emulator.world.now()).toISOString()).toBe("2026-03-01T10:00:00.000Z");
  });

  test("without a release there is nothing to go to", async () => {
    const emulator = await emulatorForTest();
    expect((await post(emulator, { by: "next-release" })).status).toBe(303);
    expect(emulator.world.now()).toBe(Date.parse(now));
    expect(await page(emulator)).toContain("No instance has a release time.");
  });

  test("a request that is no form", async () => {
    const emulator = await emulatorForTest();
    expect((await fetch(`${emulator.control}/page/clock`, { method: "POST" })).status).toBe(400);
    expect((await fetch(`${emulator.control}/page/clock`)).status).toBe(404);
  });

  test.each([{}, { by: "-1" }, { by: "" }])("no button: %o", async (form) => {
    const emulator = await emulatorForTest();
    expect((await post(emulator, form as Record<string, string>)).status).toBe(400);
    expect(emulator.world.now()).toBe(Date.parse(now));
  });
});

describe("refreshing", () => {
  const seenOf = (html: string): string[] =>
    [...html.matchAll(/name="seen" value="([^"]*)"/g)].map(([, id]) => id ?? "");
  const query = (seen: string[]): string => seen.map((id) => `seen=${id}`).join("&");

  test("sends only what changed", async () => {
    const emulator = await emulatorForTest();
    const seen = seenOf(await page(emulator));
    expect(seen.map((id) => id.split(".")[0]).sort()).toEqual(["calls", "clock", "counts", "faults", "fleet"]);
    expect((await fetch(`${emulator.control}/page/parts?${query(seen)}`)).status).toBe(204);
    emulator.addFault({ then: { code: "Throttling.User" } });
    const html = await page(emulator, `/page/parts?${query(seen)}`);
    expect([...html.matchAll(/<div id="([^"]*)"/g)].map(([, id]) => id)).toEqual(["faults", "calls"]);
  });

  test("only the filter changes the address", async () => {
    const emulator = await emulatorForTest();
    const addressAfter = async (from: string): Promise<string | null> =>
      (await fetch(`${emulator.control}/page/parts?q=a%26b`, { headers: { "hx-trigger": from } })).headers.get(
        "hx-replace-url",
      );
    expect(await addressAfter("filter")).toBe("/?q=a%26b");
    expect(await addressAfter("live")).toBeNull();
  });

  test("a button that htmx sends is answered with what it changed", async () => {
    const emulator = await emulatorForTest();
    const response = await post(emulator, { by: "1h", q: "nobody" }, { "hx-request": "true" });
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain("2026-03-01 09:00:20 UTC");
    expect(html).toContain("None of 1 instance contains “nobody”.");
  });
});

test("a real clock says how far it was moved", async () => {
  const emulator = await emulatorForTest({ clock: "real", world: {} });
  expect(await page(emulator)).toContain("Real clock: the machine&#39;s time.");
  await post(emulator, { by: "1h" });
  expect(await page(emulator)).toContain("Real clock: 1 h 0 min ahead of the machine&#39;s time.");
});

test.each([
  { ms: -5, says: "0 s" },
  { ms: 119_999, says: "119 s" },
  { ms: 120_000, says: "2 min" },
  { ms: 3_599_999, says: "59 min" },
  { ms: 3_600_000, says: "1 h 0 min" },
  { ms: 48 * 3_600_000 - 1, says: "47 h 59 min" },
  { ms: 51 * 3_600_000, says: "2 d 3 h" },
])("$ms milliseconds are $says", ({ ms, says }) => {
  expect(timeLeft(ms)).toBe(says);
});
