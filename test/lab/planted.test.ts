import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, expect, test } from "vitest";
import type { Evidence, Operation, World } from "../../lab/evidence";
import { judgeLonger } from "../../lab/explore/longer-stories";
import { asIfInTurn, sameUnderSkew, throttledIsNotFailed } from "../../lab/judge/compare";
import { fellowsReached } from "../../lab/judge/fellows";
import { safety } from "../../lab/judge/judge";
import { furtherInvariants, judgeWhole } from "../../lab/judge/whole";
import { VirtualTime } from "../../lab/model/virtual-time";
import { bugs } from "../../lab/planted/bugs";
import { longerStories } from "../../lab/scenarios/longer-stories";
import { machine } from "../../lab/scenarios/longer-story";

const time = new VirtualTime(0);

afterEach(() => {
  time.uninstall();
});

const id = machine(1);

/** A run by which nothing was done, of a machine that runs. */
async function quiet(): Promise<{ readonly evidence: Evidence; readonly settled: World }> {
  time.install();
  const { told } = await judgeLonger(
    {
      name: "quiet",
      instances: [{ InstanceId: id, InstanceName: "worker" }],
      chapters: [{ kind: "up", program: [{ name: "machine", args: { instanceId: id, state: "running" } }] }],
    },
    time,
  );
  return told;
}

function onlyOperation({ operations }: Evidence): Operation {
  const [operation] = operations;
  if (operation === undefined || operations.length !== 1) throw new Error("one operation was expected");
  return operation;
}

test("each invariant has a bug that it has to catch", () => {
  const compared = ["S16", "S17", "L5", "L7", "L8"];
  const names = [...safety, ...furtherInvariants].map(({ name }) => name);
  const caught = bugs.flatMap(({ caughtBy }) => caughtBy);
  expect([...new Set([...names, ...compared])].filter((name) => !caught.includes(name))).toEqual([]);
  expect(bugs.length).toBeGreaterThanOrEqual(30);
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
});

test("each bug can be planted: what it replaces stands once in the compiled provider", () => {
  const compiled = new Map<string, string>();
  const read = (file: string) => {
    const source = readFileSync(join(process.cwd(), file.replace(/\.js$/, ".ts")), "utf8");
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
    const text = compiled.get(file) ?? ts.transpileModule(source, { compilerOptions }).outputText;
    compiled.set(file, text);
    return text;
  };
  const wrong = bugs.flatMap(({ name, edits }) =>
    edits.flatMap(({ file, find, replace }) => {
      const times = read(file).split(find).length - 1;
      return times === 1 && replace !== find ? [] : [`${name}: ${times} × ${find}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test.each([
  "two to be released, two allowed",
  "renamed, with a release time",
  "time to live is counted once",
  "side by side, one has gone",
  "two runs at once / released",
])("nothing is wrong with the story of %s", async (name) => {
  const story = longerStories.find((one) => one.name === name);
  if (story === undefined) throw new Error(`there is no story ${name}`);
  time.install();
  const { told, violations } = await judgeLonger(story, time);
  expect(violations).toEqual([]);
  expect(told.evidence.ledger.some(({ effect }) => effect !== "none")).toBe(true);
});

test("a run that ends well and has done nothing is found, whatever it says of itself", async () => {
  const { evidence } = await quiet();
  const operation = onlyOperation(evidence);
  const wished = [{ name: "machine", args: { instanceId: id, state: "stopped" } }];
  expect(judgeWhole(evidence)).toEqual([]);
  const lazy = { ...evidence, operations: [{ ...operation, declarations: wished }] };
  expect(judgeWhole(lazy).map(({ invariant }) => invariant)).toContain("L1");
});

test("a second run that writes is found", async () => {
  const { evidence } = await quiet();
  const operation = onlyOperation(evidence);
  const [row] = evidence.ledger;
  if (row === undefined) throw new Error("there are no rows");
  const n = operation.toN + 1;
  const write = { ...row, n, action: "StartInstance", params: { InstanceId: id }, shows: null };
  const second = { ...operation, afterN: operation.toN, toN: n, spans: undefined };
  const twice = { ...evidence, ledger: [...evidence.ledger, write], operations: [operation, second] };
  expect(judgeWhole(twice).map(({ invariant }) => invariant)).toContain("L2");
});

test("a run that takes longer than all its budgets is found", async () => {
  const { evidence } = await quiet();
  const operation = onlyOperation(evidence);
  const atMs = operation.worldBefore.atMs + 24 * 3_600_000;
  const slow = { ...evidence, operations: [{ ...operation, worldAfter: { ...operation.worldAfter, atMs } }] };
  expect(judgeWhole(slow).map(({ invariant }) => invariant)).toEqual(["L3"]);
});

test("a look that is asked for again and again is found", async () => {
  const { evidence } = await quiet();
  const operation = onlyOperation(evidence);
  const [row] = evidence.ledger;
  if (row === undefined) throw new Error("there are no rows");
  const failed = Array.from({ length: 9 }, (_, index) => ({
    ...row,
    n: operation.toN + 1 + index,
    status: 503,
    code: "ServiceUnavailable",
    shows: null,
  }));
  const stubborn = {
    ...evidence,
    ledger: [...evidence.ledger, ...failed],
    operations: [{ ...operation, toN: operation.toN + failed.length }],
  };
  expect(judgeWhole(stubborn).map(({ invariant }) => invariant)).toEqual(["L4"]);
});

test("what differs from the run that it is compared with is found", async () => {
  const told = await quiet();
  const operation = onlyOperation(told.evidence);
  const failed = { ...operation, exit: "failed" as const, printed: ["error: Throttling"] };
  const other = { ...told, evidence: { ...told.evidence, operations: [failed] } };
  expect(sameUnderSkew(told, told)).toEqual([]);
  expect(sameUnderSkew(other, told).map(({ invariant }) => invariant)).toEqual(["S16"]);
  expect(asIfInTurn(told, told)).toEqual([]);
  expect(asIfInTurn(other, told).map(({ invariant }) => invariant)).toEqual(["S17"]);
  expect(throttledIsNotFailed(operation, operation)).toEqual([]);
  expect(throttledIsNotFailed(failed, operation).map(({ invariant }) => invariant)).toEqual(["L8"]);
});

test("who was held up by another is found, and the one that is wrong is not counted", async () => {
  const { evidence } = await quiet();
  const operation = {
    ...onlyOperation(evidence),
    declarations: [{ name: "machine", args: { instanceId: id, state: "stopped" } }],
  };
  expect(fellowsReached(operation, []).map(({ invariant }) => invariant)).toEqual(["L7"]);
  expect(fellowsReached(operation, [id])).toEqual([]);
});
