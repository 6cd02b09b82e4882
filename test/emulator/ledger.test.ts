import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Ledger } from "../../emulator/index";
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
  const folder = mkdtempSync(join(tmpdir(), "emulator-ledger-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const ledgerFile = join(folder, "ledger.jsonl");
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
