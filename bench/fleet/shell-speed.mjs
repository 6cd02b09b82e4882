import { join } from "node:path";
import { createRequire } from "node:module";
import { runProcess, startProcess } from "./processes.mjs";
import { median } from "./median.mjs";

const root = join(import.meta.dirname, "../..");
const require = createRequire(join(root, "package.json"));
const { providerText } = require("./dist/provider/shell.js");

/** Seconds of processor and wall that a one-line program takes, and its peak. */
async function oneLine(code, rounds) {
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    const line = `${code}; console.log(process.resourceUsage().maxRSS * 1024)`;
    const { stdout } = await runProcess(process.execPath, ["-e", line], { cwd: root });
    measured.push({ ms: performance.now() - startedMs, peakBytes: Number(stdout.trim().split("\n").at(-1)) });
  }
  return { ms: median(measured.map(({ ms }) => ms)), peakBytes: median(measured.map(({ peakBytes }) => peakBytes)) };
}

/** Until Pulumi's own host of dynamic providers names its port. */
async function hostStart(rounds) {
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    // Nobody listens there: the host asks the engine for nothing before its first call.
    const child = startProcess(
      process.execPath,
      [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:1"],
      {
        stdio: ["ignore", "pipe", "ignore"],
        cwd: root,
      },
    );
    await new Promise((resolve, reject) => {
      child.stdout.once("data", resolve);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the host of dynamic providers ended with ${code}`)));
    });
    measured.push(performance.now() - startedMs);
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  return median(measured);
}

/** What Pulumi's closure serializer takes for the thinnest provider that does the same, for each of many resources. */
const serializer = `
const { runtime } = require("@pulumi/pulumi");
const name = "pulumi-alicloud-lifecycle/provider";
const make = () => ({
  check: (olds, news) => require("pulumi-alicloud-lifecycle/provider").check(olds, news),
  diff: (id, olds, news) => require("pulumi-alicloud-lifecycle/provider").diff(id, olds, news),
  create: (inputs) => require("pulumi-alicloud-lifecycle/provider").create(inputs),
  read: (id, props) => require("pulumi-alicloud-lifecycle/provider").read(id, props),
  update: (id, olds, news) => require("pulumi-alicloud-lifecycle/provider").update(id, olds, news),
  delete: (id, props) => require("pulumi-alicloud-lifecycle/provider").delete(id, props),
});
(async () => {
  await runtime.serializeFunction(() => make());
  const startedMs = performance.now();
  let text;
  for (let round = 0; round < 20; round += 1) {
    const literal = make();
    ({ text } = await runtime.serializeFunction(() => literal));
  }
  console.log(JSON.stringify({ ms: (performance.now() - startedMs) / 20, bytes: text.length }));
})();
`;

export async function measureShell(rounds, doing) {
  doing("start of the program");
  const node = await oneLine("0", rounds);
  const sdk = await oneLine('require("@pulumi/pulumi")', rounds);
  const program = await oneLine('require("pulumi-alicloud-lifecycle")', rounds);
  doing("start of the provider");
  const host = await hostStart(rounds);
  const provider = await oneLine('require("pulumi-alicloud-lifecycle/provider")', rounds);
  doing("serialization");
  const { stdout } = await runProcess(process.execPath, ["-e", serializer], { cwd: root });
  return { node, sdk, program, host, provider, serialized: JSON.parse(stdout), textBytes: providerText.length };
}
