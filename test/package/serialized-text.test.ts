import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { providerText } from "../../provider/shell";
import { Host } from "../rig/host";
import { bareEnvironment, run } from "../rig/process";
import { Layouts } from "./layouts";

/** People have this text in their state for years: it is the same wherever the package lies, and finds it there. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

const pinned = 'exports.handler = () => require("pulumi-alicloud-lifecycle/provider")';

/** A plain Node program: test runners and coverage change what a serializer sees. */
const program = `
const pulumi = require("@pulumi/pulumi");
pulumi.runtime.setMocks({
  newResource: ({ inputs }) => {
    console.log(JSON.stringify({ text: inputs.__provider }));
    return { id: "i-layout", state: inputs };
  },
  call: ({ inputs }) => inputs,
});
const { InstanceLifecycle } = require("pulumi-alicloud-lifecycle");
new InstanceLifecycle("layout", { instanceId: "i-layout", regionId: "cn-hangzhou", state: "running" });
`;

const layouts = new Layouts();
let tarball: string;
beforeAll(async () => {
  tarball = await layouts.tarball();
});
afterAll(() => layouts.remove());

describe("the text in the state", () => {
  it("is this one, letter for letter", () => {
    expect(providerText).toBe(pinned);
  });

  it("is short, and names neither a place nor a version", () => {
    expect(Buffer.byteLength(providerText)).toBeLessThanOrEqual(2_200);
    expect(providerText).not.toMatch(/node_modules|\.js|\.ts|\d|\\/);
  });
});

describe.each<[string, () => Promise<string>]>([
  ["installed by npm", () => layouts.installedByNpm(tarball)],
  ["installed by pnpm", () => layouts.installedByPnpm(tarball)],
  ["linked in a workspace", () => layouts.linkedInWorkspace(tarball)],
])("%s", (_name, layOut) => {
  let folder: string;
  beforeAll(async () => {
    folder = await layOut();
  });

  it("the same text is registered", async () => {
    writeFileSync(join(folder, "observe.js"), program);
    const { code, stdout, output } = await run(process.execPath, ["observe.js"], {
      env: bareEnvironment(),
      cwd: folder,
      timeoutMs: 60_000,
    });
    expect(code, output).toBe(0);
    expect(JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "{}")).toEqual({ text: pinned });
  });

  it("the host that runs there finds the package of that place, and it answers", async () => {
    const host = await Host.start({ env: {}, cwd: realpathSync(folder) });
    const wrong = { __provider: pinned, instanceId: "i-layout", regionId: "cn-hangzhou", state: "on" };
    const { failures } = await host.check({}, wrong);
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^state: /)]);
    await host.stop();
  });
});
