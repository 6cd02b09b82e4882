import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { type Emulator, Ledger, type LedgerEntry } from "../../emulator/index";
import { ask, askCore, emulatorForTest, now, worldOf } from "./support";

test("every request has its row, the rejected ones too", async () => {
  const emulator = await emulatorForTest();
  await ask(emulator, "StopInstance", { InstanceId: "i-a" });
  await ask(emulator, "StopInstance", { InstanceId: "i-a" });
  await ask(emulator, "DescribeRegions", {}, { credential: { accessKeyId: "emulator-key", accessKeySecret: "wrong" } });
  await fetch(`${emulator.endpoint}/somewhere`);
  expect(emulator.ledger()).toMatchObject([
    {
      n: 1,
      at: "2026-03-01T08:00:20.000Z",
      action: "StopInstance",
      effect: "i-a: Running -> Stopping",
      status: 200,
      code: null,
      fault: null,
    },
    { n: 2, action: "StopInstance", effect: "none", status: 403, code: "IncorrectInstanceStatus" },
    { n: 3, action: "DescribeRegions", effect: "none", status: 400, code: "SignatureDoesNotMatch" },
    { n: 4, action: "", effect: "none", status: 404, code: "InvalidAction.NotFound" },
  ]);
});

test("secrets are masked, in memory, in the file and over the control port", async () => {
  const ledgerFile = join(folderForTest(), "ledger.jsonl");
  const credential = { accessKeyId: "sts-key", accessKeySecret: "canary-secret", securityToken: "canary-token" };
  const emulator = await emulatorForTest({ world: { now, credentials: [credential] }, ledgerFile });
  await ask(emulator, "DescribeRegions", { Password: "canary-password" }, { credential, method: "GET" });
  await ask(emulator, "DescribeRegions", {}, { credential: { ...credential, accessKeySecret: "canary-other" } });

  const rows = emulator.ledger();
  expect(rows).toHaveLength(2);
  expect(rows[0]?.params).toMatchObject({
    AccessKeyId: "sts-key",
    SecurityToken: "***",
    Signature: "***",
    Password: "***",
    SignatureMethod: "HMAC-SHA1",
  });
  const file = readFileSync(ledgerFile, "utf8");
  expect(
    file
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(rows);
  const overControl = await (await fetch(`${emulator.control}/ledger`)).text();
  for (const text of [JSON.stringify(rows), file, overControl]) expect(text).not.toContain("canary");
});

test("rows can be asked for by action, and since a row or a time", () => {
  const world = worldOf([{ InstanceId: "i-a" }]);
  askCore(world, "DescribeRegions");
  askCore(world, "StopInstance", { InstanceId: "i-a" });
  world.advance(5000);
  askCore(world, "DescribeRegions");
  const numbers = (filter: { action?: string; since?: string | number }) =>
    world.ledger.entries(filter).map((row) => row.n);
  expect(numbers({ action: "DescribeRegions" })).toEqual([1, 4]);
  expect(numbers({ since: 2 })).toEqual([3, 4]);
  expect(numbers({ since: "2" })).toEqual([3, 4]);
  expect(numbers({ since: "2026-03-01T08:00:25Z", action: "DescribeRegions" })).toEqual([4]);
  expect(() => numbers({ since: "yesterday" })).toThrow("number of a row, or a time");
});

test("it keeps the last rows and never counts anew", () => {
  const ledger = new Ledger({ keptRows: 3 });
  for (let index = 0; index < 20; index += 1) {
    ledger.append({
      atMs: 0,
      action: "A",
      params: {},
      effect: "none",
      status: 200,
      code: null,
      fault: null,
      requestId: "",
    });
  }
  expect(ledger.entries().map((row) => row.n)).toEqual([18, 19, 20]);
});

test("a parameter may have any name", async () => {
  const emulator = await emulatorForTest();
  await ask(emulator, "DescribeRegions", JSON.parse('{"__proto__":"x","Constructor":"y"}') as Record<string, unknown>);
  await fetch(`${emulator.endpoint}/?__proto__=x&constructor=y&Action=toString&Version=valueOf`);
  const last = emulator.ledger().at(-1);
  expect(Object.keys(last?.params ?? {})).toContain("__proto__");
});

/** A folder that goes away with its test. */
function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), "emulator-ledger-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function readRows(file: string): LedgerEntry[] {
  const lines = readFileSync(file, "utf8").split("\n");
  // Every line is ended, the last one too.
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

test("ten thousand rows are kept, twenty thousand at no time; whoever gets every row gets all", () => {
  let sunk = 0;
  let outOfOrder = 0;
  const ledger = new Ledger({
    sink: ({ n }) => {
      sunk += 1;
      if (n !== sunk) outOfOrder += 1;
    },
  });
  const row = { action: "A", params: {}, effect: "none", status: 200, code: null, fault: null, requestId: "" };
  let mostRows = 0;
  for (let index = 0; index < 45_000; index += 1) {
    ledger.append({ ...row, atMs: index });
    mostRows = Math.max(mostRows, ledger.mark().rows.length);
  }
  expect(mostRows).toBeLessThan(20_000);
  const kept = ledger.entries();
  expect(kept).toHaveLength(10_000);
  expect(kept[0]?.n).toBe(35_001);
  expect({ sunk, outOfOrder }).toEqual({ sunk: 45_000, outOfOrder: 0 });
});

test("a row is in the file when its answer arrives", async () => {
  const ledgerFile = join(folderForTest(), "ledger.jsonl");
  const emulator = await emulatorForTest({ ledgerFile });
  for (let asked = 1; asked <= 20; asked += 1) {
    const { body } = await ask(emulator, "DescribeRegions");
    expect(readRows(ledgerFile).map((row) => row.requestId)).toHaveLength(asked);
    expect(readRows(ledgerFile).at(-1)?.requestId).toBe(body["RequestId"]);
  }
});

test("an emulator that is killed has left a row of everything it answered", async () => {
  const main = join(__dirname, "../../dist/emulator/main.js");
  if (!existsSync(main)) throw new Error("dist/emulator/main.js is missing: run `npm run build` first.");
  const ledgerFile = join(folderForTest(), "ledger.jsonl");
  const child = spawn(process.execPath, [main, "--ledger", ledgerFile], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const emulator = JSON.parse(String((await lines.next()).value)) as Emulator;

  const answered: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (;;) {
      try {
        const { body } = await ask(emulator, "DescribeRegions");
        answered.push(body["RequestId"]);
      } catch (error) {
        // Killed in the middle of a request: that one was never answered.
        if (child.killed) return;
        throw error;
      }
      if (answered.length >= 200) child.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  expect(await ended).toBe("SIGKILL");
  expect(answered.length).toBeGreaterThanOrEqual(200);
  // The kill may have cut the row of a request that nobody had an answer to: only the last line can be half.
  const rows = readFileSync(ledgerFile, "utf8").split("\n");
  const written = new Set(rows.slice(0, -1).map((row) => (JSON.parse(row) as LedgerEntry).requestId));
  expect(answered.filter((requestId) => !written.has(String(requestId)))).toEqual([]);
});
