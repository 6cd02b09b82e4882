import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installDependencies } from "../../engine/install-dependencies.mjs";
import { startEmulator } from "../../emulator/index";
import { bareEnvironment } from "../rig/process";
import { read, root } from "./read";

/** The example's program with the real @pulumi/alicloud, by Pulumi's mocks: its plugin can't be had everywhere. */

const example = join(root, "examples", "peak-capacity");
const run = promisify(execFile);
const installMs = 5 * 60_000;
const instanceType = "alicloud:ecs/instance:Instance";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const folder = mkdtempSync(join(tmpdir(), "lifecycle-peak-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): string {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  writeFileSync(join(folder, name), ts.transpile(text, options));
  return join(folder, name);
}

beforeAll(async () => {
  await installDependencies(example);
  symlinkSync(join(example, "node_modules"), join(folder, "node_modules"));
  program("index.js", read("examples/peak-capacity/index.ts"));
}, installMs);

/** What the program registers at a moment, on an emulator whose time that is. */
async function registeredAt(moment: string, afterwards: readonly string[] = []): Promise<readonly Registered[]> {
  const instances = [{ InstanceId: "i-base", InstanceName: "base", Status: "Running" as const }];
  const emulator = await startEmulator({ clock: "virtual", world: { now: moment, instances } });
  try {
    const env = {
      ...bareEnvironment(),
      ALIBABA_CLOUD_ENDPOINT_ECS: emulator.endpoint,
      ALICLOUD_ACCESS_KEY: emulator.accessKeyId,
      ALICLOUD_SECRET_KEY: emulator.accessKeySecret,
      ALICLOUD_REGION: "cn-hangzhou",
      CONFIG: JSON.stringify({ extra: "2", imageId: "img", vswitchId: "vsw", securityGroupId: "sg", baseId: "i-base" }),
    };
    const args = [join(__dirname, "run-with-mocks.cjs"), join(folder, "index.js"), moment, ...afterwards];
    const { stdout } = await run(process.execPath, args, { env, cwd: folder, timeout: 60_000 });
    return JSON.parse(stdout) as Registered[];
  } finally {
    await emulator.stop();
  }
}

/** As the engine has it: what wasn't declared by the run before is bought, what no longer is declared is released. */
async function nights(moments: readonly string[]): Promise<readonly { bought: string[]; released: string[] }[]> {
  const changes: { bought: string[]; released: string[] }[] = [];
  let before = new Map<string, string>();
  for (const moment of moments) {
    const found = (await registeredAt(moment)).filter(({ type }) => type === instanceType);
    const now = new Map(found.map(({ name, inputs }) => [name, JSON.stringify(inputs)]));
    // The same machine with other arguments would be another machine.
    const isNew = ([name, inputs]: readonly [string, string]) => before.get(name) !== inputs;
    changes.push({
      bought: [...now].filter(isNew).map(([name]) => name),
      released: [...before.keys()].filter((name) => !now.has(name)),
    });
    before = now;
  }
  return changes;
}

describe("examples/peak-capacity", { timeout: 120_000 }, () => {
  it("three runs a night buy nothing, and three in peak hours buy each machine once", async () => {
    const nothing = { bought: [], released: [] };
    expect(
      await nights([
        "2026-12-08T13:00:00Z",
        "2026-12-08T16:00:00Z",
        "2026-12-08T23:59:00Z",
        "2026-12-09T00:00:00Z",
        "2026-12-09T04:00:00Z",
        "2026-12-09T11:59:00Z",
        "2026-12-09T12:00:00Z",
        "2026-12-09T16:00:00Z",
        "2026-12-10T00:00:00Z",
      ]),
    ).toEqual([
      nothing,
      nothing,
      nothing,
      { bought: ["extra-1", "extra-2"], released: [] },
      nothing,
      nothing,
      { bought: [], released: ["extra-1", "extra-2"] },
      nothing,
      { bought: ["extra-1", "extra-2"], released: [] },
    ]);
  });

  it("declares the base machine always, and only stops it", async () => {
    const states = [];
    for (const moment of ["2026-12-08T13:00:00Z", "2026-12-09T04:00:00Z"]) {
      const base = (await registeredAt(moment)).find(({ name }) => name === "base");
      states.push(base?.inputs.state);
    }
    expect(states).toEqual(["stopped", "running"]);
  });

  it("a `released` on a machine that the program buys is refused", async () => {
    const wrong = program(
      "wrong.js",
      `
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";
const { extraIds } = require("./index.js");
new InstanceLifecycle("wrong", { instanceId: extraIds[0], state: "released", expect: { instanceName: "extra-1" } });
`,
    );
    const registered = await registeredAt("2026-12-09T04:00:00Z", [wrong]);
    const told = registered.find(({ name }) => name === "wrong")?.inputs.__run;
    expect(JSON.parse(told as string)).toMatchObject({
      held: [
        expect.stringMatching(
          /^state: i-bp1extra1 is created by alicloud\.ecs\.Instance "extra-1" of this program.*take that resource out instead/,
        ),
      ],
    });
  });
});
