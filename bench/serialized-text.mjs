// `npm run bench:text [N]`: what the text of a provider costs, side by side in one run: the hand-written line against the
// thin literal that Pulumi's closure serializer would write. Two do-nothing providers, N resources each, file backend.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { cpus } from "node:os";
import { join } from "node:path";
import { engineCommand } from "../engine/engine-command.mjs";
import { median } from "./fleet/median.mjs";

const count = Number(process.argv[2] ?? 300);
const rounds = 3;
const folder = mkdtempSync(join(tmpdir(), "bench-text-"));
const engine = await engineCommand();
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const toy = join(folder, "node_modules", "toy");
mkdirSync(toy, { recursive: true });
mkdirSync(join(folder, "state"));
symlinkSync(join(import.meta.dirname, "..", "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
writeFileSync(join(toy, "package.json"), '{"name":"toy","version":"1.0.0","exports":{"./provider":"./provider.js"}}');
writeFileSync(
  join(toy, "provider.js"),
  `exports.check = (olds, inputs) => ({ inputs, failures: [] });
exports.diff = () => ({ changes: false });
exports.create = (inputs) => ({ id: inputs.instanceId, outs: { ...inputs } });
exports.read = (id, props) => ({ id, props });
exports.update = (id, olds, outs) => ({ outs });
exports.delete = () => {};
`,
);
writeFileSync(join(folder, "package.json"), '{"name":"bench","main":"index.js"}');
writeFileSync(join(folder, "Pulumi.yaml"), "name: bench\nruntime: nodejs\nmain: index.js\n");
writeFileSync(
  join(folder, "index.js"),
  `const pulumi = require("@pulumi/pulumi");
const literal = {
  check: (olds, news) => require("toy/provider").check(olds, news),
  diff: (id, olds, news) => require("toy/provider").diff(id, olds, news),
  create: (inputs) => require("toy/provider").create(inputs),
  read: (id, props) => require("toy/provider").read(id, props),
  update: (id, olds, news) => require("toy/provider").update(id, olds, news),
  delete: (id, props) => require("toy/provider").delete(id, props),
};
class Literal extends pulumi.dynamic.Resource {
  constructor(name, args) { super(literal, name, args, undefined, "toy", "Toy"); }
}
class Line extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/toy:Toy", name, { ...args, __provider: 'exports.handler = () => require("toy/provider")' });
  }
}
const Resource = process.env.FORM === "literal" ? Literal : Line;
for (let i = 0; i < ${count}; i += 1) new Resource("r" + i, { instanceId: "i-" + i, state: "stopped", regionId: "cn-hangzhou" });
`,
);

function pulumi(form, ...args) {
  const startedMs = performance.now();
  const result = spawnSync(engine.command, [...args, "--non-interactive"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...engine.env,
      FORM: form,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
    },
  });
  if (result.status !== 0)
    throw new Error(`pulumi ${args.join(" ")} ended with ${result.status}: ${result.stdout}${result.stderr}`);
  return { seconds: (performance.now() - startedMs) / 1_000, stdout: result.stdout };
}

const measured = { literal: { up: [], again: [] }, line: { up: [], again: [] } };
for (let round = 0; round < rounds; round += 1) {
  for (const form of ["literal", "line"]) {
    const stack = `${form}${round}`;
    console.log(`round ${round + 1} of ${rounds}, ${form} …`);
    pulumi(form, "stack", "init", stack);
    measured[form].up.push(pulumi(form, "up", "--yes", "--skip-preview", "--stack", stack).seconds);
    measured[form].again.push(pulumi(form, "up", "--yes", "--skip-preview", "--stack", stack).seconds);
    measured[form].stateBytes = pulumi(form, "stack", "export", "--stack", stack).stdout.length;
  }
}
const [{ model }] = cpus();
console.log(
  `\n${count} resources, median of ${rounds}; Node ${process.version}, Pulumi ${engine.version}, ${cpus().length} × ${model}`,
);
console.log("| text | up, s | up with no change, s | state, kB |\n|---|---|---|---|");
for (const form of ["literal", "line"]) {
  const { up, again, stateBytes } = measured[form];
  console.log(
    `| ${form} | ${median(up).toFixed(1)} | ${median(again).toFixed(1)} | ${Math.round(stateBytes / 1_000)} |`,
  );
}
const ratio = (key) => (median(measured.line[key]) / median(measured.literal[key])).toFixed(2);
console.log(
  `| line / literal | ${ratio("up")} | ${ratio("again")} | ${(measured.line.stateBytes / measured.literal.stateBytes).toFixed(2)} |`,
);
