import { instanceName } from "./emulated-fleet.mjs";

/** As long as the name of this package, so that what stands in the state for the provider is as long too. */
export const floorPackage = "pulumi-does-nothing-floor";

/** What both programs read: how many are declared, and which of them are to be released. It decides nothing else. */
const declared = `
const { count, released } = JSON.parse(process.env.BENCH_FLEET);
const ids = Array.from({ length: count }, (_, index) => "i-bench" + String(index).padStart(5, "0"));
const stateOf = (index) => (index < released ? "released" : "stopped");
`;

/** A user's program: fleets that hold so many instances; what is released is listed by itself. */
export function fleetProgram() {
  const expect = JSON.stringify({ instanceName });
  return `const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
${declared}
const expect = ${expect};
const [going, staying] = [ids.slice(0, released), ids.slice(released)];
if (staying.length > 0) new FleetLifecycle("bench", { instanceIds: staying, state: "stopped", expect });
if (going.length > 0) new FleetLifecycle("going", { instanceIds: going, state: "released", expect });
`;
}

/** The same as separate resources, one for each instance. */
export function singleProgram() {
  const expect = JSON.stringify({ instanceName });
  return `const { InstanceLifecycle } = require("pulumi-alicloud-lifecycle");
${declared}
ids.forEach((instanceId, index) => {
  new InstanceLifecycle("r" + index, { instanceId, state: stateOf(index), expect: ${expect} });
});
`;
}

/**
 * One dynamic resource that does nothing, and holds as many members: inputs and outputs have the names and values of ours, as
 * our run has recorded them, and a preview says a text of the same length.
 */
export const floorProgram = `const pulumi = require("@pulumi/pulumi");
const { inputs, outputs, said } = require("${floorPackage}/sample.json");
${declared}
class Nothing extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/alicloud:MembersNothing", name, {
      ...Object.fromEntries(Object.keys(outputs).map((output) => [output, undefined])),
      ...args,
      __provider: 'exports.handler = () => require("${floorPackage}/provider")',
    });
    if (process.env.BENCH_SAYS === "yes" && said > 0) void pulumi.log.info("-".repeat(said), this);
  }
}
new Nothing("bench", { instanceIds: ids, released, state: "stopped", expect: inputs.expect });
`;

export const floorProvider = `const { inputs, outputs } = require("./sample.json");
const [record] = Object.values(outputs.members);
const outputsOf = (news) => ({
  ...outputs,
  ...news,
  members: Object.fromEntries(news.instanceIds.map((id) => [id, record])),
});
exports.check = (olds, news) => ({ inputs: { ...inputs, ...news }, failures: [] });
exports.diff = (id, olds, news) => ({ changes: olds.released !== news.released });
exports.create = (news) => ({ id: "members", outs: outputsOf(news) });
exports.read = (id, props) => ({ id, props, inputs: { ...inputs, instanceIds: props.instanceIds, released: props.released } });
exports.update = (id, olds, news) => ({ outs: outputsOf(news) });
exports.delete = () => {};
`;

export const projectFiles = (name) => ({
  "package.json": JSON.stringify({ name, main: "index.js" }),
  "Pulumi.yaml": `name: ${name}\nruntime: nodejs\nmain: index.js\n`,
});
