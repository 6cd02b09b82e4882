import { describe, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { Project, up } from "../rig/project";
import { requireFromSdk } from "../rig/sdk";

/** What runs the programs of these tests: `npm run test:nodes` says another Node and SDK, and that would be nothing if they weren't used. */

const here = requireFromSdk(__filename);
const expected = {
  program: process.env.LIFECYCLE_TEST_NODE ?? process.version,
  provider: process.env.LIFECYCLE_TEST_NODE ?? process.version,
  sdk: process.env.LIFECYCLE_TEST_SDK ?? (here("./package.json") as { version: string }).version,
};

describe("the engine's tests", () => {
  it("run program and provider with the Node and the SDK that they claim", async () => {
    const project = await Project.open((await Cloud.open()).env);
    project.program(`
class Probe extends pulumi.dynamic.Resource {
  constructor() {
    super({ create: async () => ({ id: "probe", outs: { node: process.version } }) }, "probe", { node: undefined });
  }
}
exports.program = process.version;
exports.provider = new Probe().node;
exports.sdk = require("@pulumi/pulumi/package.json").version;`);
    await project.must(up);
    const { stdout } = await project.must(["stack", "output", "--json"]);
    expect(JSON.parse(stdout)).toEqual(expected);
  });
});
