import { instanceName } from "./emulated-fleet.mjs";

/** As long as the name of this package, so that what stands in the state for the provider is as long too. */
export const floorPackage = "pulumi-does-nothing-floor";

/** What both programs read: how many are declared, and which of them are to be released. It decides nothing else. */
const declared = `
const { count, released } = JSON.parse(process.env.BENCH_FLEET);
const ids = Array.from({ length: count }, (_, index) => "i-bench" + String(index).padStart(5, "0"));
const stateOf = (index) => (index < released ? "released" : "stopped");
`;

/** A user's program: so many lifecycles. Its own calls are signed with a key of their own. */
export function lifecycleProgram(environment) {
  const expect = JSON.stringify({ instanceName });
  return `Object.assign(process.env, ${JSON.stringify(environment)});
const { InstanceLifecycle } = require("pulumi-alicloud-lifecycle");
${declared}
ids.forEach((instanceId, index) => {
  new InstanceLifecycle("r" + index, { instanceId, state: stateOf(index), expect: ${expect} });
});
`;
}

/**
 * The same number of dynamic resources that do nothing. Inputs and outputs have the names and values of ours, as our run has
 * recorded them, and a preview says a text of the same length against each resource.
 */
export const floorProgram = `const pulumi = require("@pulumi/pulumi");
const { inputs, outputs, said } = require("${floorPackage}/sample.json");
${declared}
class Nothing extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/alicloud:InstancesNothing", name, {
      ...Object.fromEntries(Object.keys(outputs).map((output) => [output, undefined])),
      ...args,
      __provider: 'exports.handler = () => require("${floorPackage}/provider")',
    });
    if (process.env.BENCH_SAYS === "yes" && said > 0) void pulumi.log.info("-".repeat(said), this);
  }
}
ids.forEach((instanceId, index) => new Nothing("r" + index, { instanceId, state: stateOf(index), expect: inputs.expect }));
`;

export const floorProvider = `const { inputs, outputs } = require("./sample.json");
const named = (names, values) => Object.fromEntries(Object.keys(names).map((name) => [name, values[name]]));
exports.check = (olds, news) => ({ inputs: { ...inputs, ...news }, failures: [] });
exports.diff = (id, olds, news) => ({ changes: olds.state !== news.state });
exports.create = (news) => ({ id: news.instanceId, outs: named(outputs, { ...outputs, ...news }) });
exports.read = (id, props) => ({ id, props, inputs: named(inputs, { ...inputs, ...props }) });
exports.update = (id, olds, news) => ({ outs: named(outputs, { ...outputs, ...news }) });
exports.delete = () => {};
`;

export const projectFiles = (name) => ({
  "package.json": JSON.stringify({ name, main: "index.js" }),
  "Pulumi.yaml": `name: ${name}\nruntime: nodejs\nmain: index.js\n`,
});
