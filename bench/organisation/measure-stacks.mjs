import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import ts from "typescript";
import { EmulatedFleet, idsOf, regionId } from "../fleet/emulated-fleet.mjs";
import { watchMemory } from "../fleet/peak-memory.mjs";
import { keepUntilTheEnd, removeFolder, runProcess } from "../fleet/processes.mjs";
import { Stack } from "../fleet/stack.mjs";

const root = join(import.meta.dirname, "../..");
const example = (file) => readFileSync(join(root, "examples/organisation", file), "utf8");
/** The emulator's account. */
const account = "1000000000000001";
const limited = ["DescribeInstances", "StopInstance", "StopInstances"];
const groupOf = (index) => `rg-${String(index + 1).padStart(3, "0")}`;

/** All stacks of a new project, previewed and applied by the example, and what that has asked of ECS. */
export async function measureStacks(engine, { stacks, machines, atOnce, perMinute, transitionMs, doing }) {
  const count = stacks * machines;
  const folder = keepUntilTheEnd(mkdtempSync(join(tmpdir(), "bench-organisation-")));
  doing("the emulator starts");
  const fleet = await EmulatedFleet.start(folder, {
    count,
    status: "Running",
    transitionMs,
    fieldsOf: (index) => ({ ResourceGroupId: groupOf(Math.floor(index / machines)) }),
    throttle: limited.map((action) => ({ action, perMinute })),
  });
  try {
    const project = projectOf(join(folder, "project"), engine, fleet);
    for (let index = 0; index < stacks; index += 1) {
      doing(`stack ${index + 1} is made`);
      await makeStack(project, groupOf(index), machines);
    }
    fleet.rows();
    doing("preview and up of all");
    const args = [
      "organisation.mjs",
      "up",
      "--accounts",
      "1",
      "--stacks",
      String(atOnce),
      "--at-most",
      `stops=${count}`,
    ];
    let peaks = () => ({});
    const watch = (pid) => {
      peaks = watchMemory(pid);
    };
    const path = [dirname(engine.command), project.env.PATH].join(delimiter);
    const startedMs = performance.now();
    const { stdout } = await runProcess(
      process.execPath,
      args,
      { cwd: project.folder, env: { ...project.env, PATH: path } },
      watch,
    ).finally(() => peaks());
    const seconds = (performance.now() - startedMs) / 1_000;
    return { atOnce, seconds, memory: peaks(), ...judged(fleet.rows(), idsOf(count)), ...doneIn(stdout, stacks) };
  } finally {
    await fleet.stop();
    removeFolder(folder);
  }
}

/** The example as it is, but compiled: what that takes is not measured here. */
function projectOf(folder, engine, fleet) {
  mkdirSync(folder);
  const project = new Stack(folder, engine, "example-organisation", fleet.environment);
  symlinkSync(root, join(folder, "node_modules/pulumi-alicloud-lifecycle"));
  for (const file of ["Pulumi.yaml", "organisation.mjs", "lines.mjs"]) project.write(file, example(file));
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  project.write("index.js", ts.transpile(example("index.ts"), options));
  return project;
}

async function makeStack(project, name, machines) {
  const values = {
    account,
    "alicloud:region": regionId,
    "lifecycle:maxStops": machines,
    "select.resourceGroupId": name,
  };
  const args = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await project.run(["stack", "init", name]);
  await project.run(["config", "set-all", "--path", "--stack", name, ...args]);
}

/** What the ledger says: which machines were stopped how often, and how many requests that took. */
function judged(rows, ids) {
  const stops = new Map(ids.map((id) => [id, 0]));
  const actions = {};
  let refused = 0;
  let failed = 0;
  for (const { action, effect, code } of rows) {
    actions[action] = (actions[action] ?? 0) + 1;
    if (code?.startsWith("Throttling")) refused += 1;
    else if (code !== null) failed += 1;
    for (const [, id] of effect.matchAll(/(i-\w+): Running -> Stopping/g)) stops.set(id, (stops.get(id) ?? 0) + 1);
  }
  const notOnce = [...stops].filter(([, times]) => times !== 1);
  return {
    actions,
    refused,
    stoppedOnce: stops.size - notOnce.length,
    perUseful: rows.length / Math.max(1, rows.length - refused),
    // Not more than can be read.
    faults: [
      ...notOnce.slice(0, 5).map(([id, times]) => `${id} was stopped ${times} times`),
      ...(failed === 0 ? [] : [`${failed} requests were answered by an error that is no limit`]),
    ],
  };
}

/** The example has ended well, so all of its rows are done. */
function doneIn(stdout, stacks) {
  const done = Number(/^up: (\d+) of \d+ stacks done$/m.exec(stdout)?.[1]);
  if (done !== stacks) throw new Error(`${done} of ${stacks} stacks are done\n${stdout.slice(-2_000)}`);
  return { done };
}
