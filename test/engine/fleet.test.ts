import { dirname } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InstanceFields } from "../../emulator/index";
import { engineCommand } from "../../engine/engine-command.mjs";
import { Cloud, minutesAhead } from "../rig/cloud";
import { bareEnvironment, type Ended, run } from "../rig/process";
import { destroy, nothingLeft, Project, refresh, up, upWithPreview } from "../rig/project";
import type { Json } from "../rig/sdk";

/** Fleets on the real engine: which instances they have, what is refused, and that nothing is forgotten by a refusal. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(() => void cloud.calls());

function dev(name: string, id: string, more: Partial<InstanceFields> = {}): InstanceFields {
  return { InstanceId: id, InstanceName: name, Status: "Running", Tags: { env: "dev" }, ...more };
}

interface Trial {
  readonly project: Project;
  readonly declare: (...fleets: readonly [string, Json][]) => void;
  /** Names of the members' resources in the state. */
  readonly members: () => readonly string[];
}

async function open(...instances: readonly InstanceFields[]): Promise<Trial> {
  cloud.put(...instances);
  const project = await Project.open(cloud.env);
  const declare = (...fleets: readonly [string, Json][]) => {
    const lines = fleets.map(([name, args]) => `new FleetLifecycle(${JSON.stringify(name)}, ${JSON.stringify(args)});`);
    project.program(`const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");\n${lines.join("\n")}`);
  };
  return { project, declare, members: () => Object.keys(project.members()).sort() };
}

const ways = [["preview"], up];
const everyWay = [...ways, [...up, "--continue-on-error"]];

/** Refused in a preview and in an up without one, with nothing written and nothing forgotten. */
async function expectRefused(trial: Trial, reason: string | RegExp, commands: readonly (readonly string[])[] = ways) {
  const { project, members } = trial;
  const before = members();
  cloud.calls();
  let output = "";
  for (const command of commands) {
    output = await project.mustFail(command);
    expect(output).toMatch(reason);
    expect(output).not.toMatch(/only forgotten|\bdelete\b/);
    expect(members()).toEqual(before);
  }
  expect(cloud.writes()).toEqual([]);
  return output;
}

/** The program as a function of the Automation API. */
async function inline(project: Project, name: string, args: Json, method: "preview" | "up"): Promise<Ended> {
  project.write(
    "inline.js",
    `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
const program = async () => void new FleetLifecycle(${JSON.stringify(name)}, ${JSON.stringify(args)});
LocalWorkspace.selectStack({ stackName: "dev", projectName: "fleet", program }, { workDir: __dirname })
  .then((stack) => stack.${method}({ onOutput: (text) => process.stdout.write(text) }))
  .catch((error) => { console.log(error.name); process.exitCode = 1; });
`,
  );
  const engine = await engineCommand({ ...bareEnvironment(), ...cloud.env });
  const backend = { PULUMI_BACKEND_URL: `file://${project.backend}`, PULUMI_CONFIG_PASSPHRASE: "tests" };
  const env = { ...engine.env, ...backend, PATH: `${dirname(engine.command)}:${engine.env.PATH}` };
  return await run(process.execPath, ["inline.js"], { env, cwd: project.dir, timeoutMs: 60_000 });
}

describe("instanceIds", () => {
  let trial: Trial;
  beforeAll(async () => {
    trial = await open(dev("ids-1", "i-ids1"), dev("ids-2", "i-ids2"), dev("ids-3", "i-ids3"));
  });

  it("are one resource, whose preview says what is done with whom; exclude leaves one out and says so", async () => {
    trial.declare(["night", { instanceIds: ["i-ids1", "i-ids2", "i-ids3"], exclude: ["i-ids2"], state: "stopped" }]);
    const { steps, diagnostics } = await trial.project.previewForMachines();
    expect(steps.map(({ op, urn }) => `${op} ${urn.replace(/.*[$:](\w+)::/, "$1 ")}`)).toEqual([
      "create Stack fleet-dev",
      "create FleetLifecycle night",
      "create FleetMembers night",
    ]);
    expect(diagnostics.filter(({ urn = "" }) => urn.includes("FleetMembers")).map(({ message }) => message)).toEqual([
      "exclude: left out are i-ids2\n",
      "2 instances: 2 × running -> stopped\n",
      expect.stringMatching(
        /^2 × running -> stopped\n {2}1\. StopInstance \(KeepCharging\): .*\n {2}i-ids1 \(ids-1\), i-ids3 \(ids-3\)\n$/s,
      ),
    ]);
    const { output } = await trial.project.must(upWithPreview);
    expect(output).toContain("exclude: left out are i-ids2");
    expect(cloud.writes()).toEqual(["StopInstance i-ids1", "StopInstance i-ids3"]);
    await trial.project.must(nothingLeft);
    await trial.project.must(refresh);
    await trial.project.must(nothingLeft);
  });

  it("that are no longer listed are only forgotten", async () => {
    trial.declare(["night", { instanceIds: ["i-ids3"], state: "stopped" }]);
    const { output } = await trial.project.must(["preview"]);
    expect(output).toMatch(/1 instances: 1 taken out/);
    expect((await trial.project.must(up)).output).toMatch(/i-ids1 is only forgotten/);
    expect(trial.members()).toEqual(["i-ids3"]);
    expect(cloud.writes()).toEqual([]);
  });

  it("an emptied list is refused, and nothing is forgotten", async () => {
    trial.declare(["night", { instanceIds: [], state: "stopped" }]);
    await expectRefused(trial, /instanceIds: lists 0 instances .* minMatches is 1/);
  });

  it("what was released stays listed, and nothing is asked for it, until it is excluded", async () => {
    const listed = { instanceIds: ["i-ids1", "i-ids3"], state: "running" };
    trial.declare(["night", listed]);
    await trial.project.must(up);
    trial.project.config({ "lifecycle:maxReleases": "2" });
    const released = { ...listed, state: "released", expect: { tags: { env: "dev" } } };
    trial.declare(["night", released]);
    await trial.project.must(up);
    expect(["i-ids1", "i-ids3"].map((id) => cloud.status(id))).toEqual(["absent", "absent"]);
    await trial.project.must(nothingLeft);
    expect(trial.members()).toEqual(["i-ids1", "i-ids3"]);
    trial.declare(["night", { ...released, exclude: ["i-ids1"] }]);
    await trial.project.must(up);
    expect(trial.members()).toEqual(["i-ids3"]);
    await trial.project.must(destroy);
    expect(trial.members()).toEqual([]);
  });
});

describe("ids that become known late", () => {
  it("those of the last run are shown meanwhile, and those that come are taken", async () => {
    const trial = await open(dev("late-1", "i-late1"), dev("late-2", "i-late2"));
    const late = (seed: string) =>
      trial.project.program(`
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
class Late extends pulumi.dynamic.Resource {
  constructor(name, seed) {
    const make = async (inputs) => ({ id: "late", outs: { made: inputs.seed } });
    super({ create: make, update: async (_id, _olds, news) => ({ outs: { made: news.seed } }) }, name, { seed, made: undefined });
  }
}
const fleet = new FleetLifecycle("late", { instanceIds: [new Late("id", ${JSON.stringify(seed)}).made], state: "stopped" });
exports.ids = fleet.instanceIds;
exports.status = fleet.status;`);
    late("i-late1");
    const first = await trial.project.must(["preview"]);
    expect(first.output).toMatch(/not known yet: instanceIds; its instances can't be listed/);
    await trial.project.must(up);
    expect(trial.members()).toEqual(["i-late1"]);
    const { resources } = trial.project.exported();
    const fleet = resources.find(({ type }) => type.endsWith(":FleetMembers"));
    expect(fleet).toMatchObject({ dependencies: [expect.stringMatching(/::id$/)] });
    late("i-late2");
    const preview = await trial.project.must(["preview"]);
    expect(preview.output).toMatch(/the instances of the last run are shown/);
    expect(preview.output).not.toMatch(/\bdelete\b/);
    await trial.project.must(up);
    expect(trial.members()).toEqual(["i-late2"]);
    const { stdout } = await trial.project.must(["stack", "output", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ ids: ["i-late2"], status: { "i-late2": "stopped" } });
  });
});

describe("select", () => {
  let trial: Trial;
  const select = { tags: { env: "dev", fleet: "sel" }, instanceName: "sel-*" };
  const one = (n: number) => dev(`sel-${n}`, `i-sel${n}`, { Tags: { env: "dev", fleet: "sel" } });
  beforeAll(async () => {
    cloud.put(
      dev("other-1", "i-other1", { Tags: { env: "dev", fleet: "sel" } }),
      dev("sel-9", "i-untagged", { Tags: {} }),
    );
    trial = await open(...[1, 2, 3, 4, 5].map(one));
  });
  const declare = (more: Json) => trial.declare(["sel", { select, state: "stopped", ...more }]);

  it("finds by tags and name together, leaves out what is excluded, and is done after one up", async () => {
    declare({ exclude: ["i-sel5"] });
    await trial.project.must(upWithPreview);
    expect(cloud.writes()).toEqual([1, 2, 3, 4].map((n) => `StopInstance i-sel${n}`));
    expect(trial.members()).toEqual(["i-sel1", "i-sel2", "i-sel3", "i-sel4"]);
    await trial.project.must(nothingLeft);
  });

  it("takes in what fits by now", async () => {
    declare({});
    const { output } = await trial.project.must(upWithPreview);
    expect(output).toMatch(/i-sel5 \(sel-5\): running -> stopped/);
    expect(cloud.writes()).toEqual(["StopInstance i-sel5"]);
  });

  it("nothing found is refused, and nothing is forgotten", async () => {
    trial.declare(["sel", { select: { tags: { env: "nowhere" } }, state: "stopped" }]);
    await expectRefused(trial, /select: finds 0 instances in cn-hangzhou, and minMatches is 1/, everyWay);
  });

  it("too few and too many are refused", async () => {
    declare({ minMatches: 6 });
    await expectRefused(trial, /select: finds 5 instances .* minMatches is 6/);
    declare({ maxMatches: 4 });
    await expectRefused(trial, /select: finds 5 instances .* maxMatches is 4/);
  });

  it.each([
    ["an error", { code: "Forbidden.RAM", status: 403 }],
    ["a broken answer", { code: "InternalError", status: 500 }],
  ])("%s of the list is refused, and nothing is forgotten", async (_, then) => {
    declare({});
    cloud.emulator.addFault({ action: "DescribeInstances", times: "always", then });
    await expectRefused(
      trial,
      /select: what it finds can't be listed, so nothing is changed: DescribeInstances/,
      everyWay,
    );
    cloud.emulator.clearFaults();
  });

  it("a selection that shrinks by more than half is refused with those it lost, also from an inline program", async () => {
    for (const n of [1, 2, 3]) cloud.put({ InstanceId: `i-sel${n}`, Tags: { env: "prod" } });
    declare({});
    const shrunk = /3 of the 5 instances of the last run are not found any more.*: i-sel1, i-sel2, i-sel3;/;
    await expectRefused(trial, shrunk, everyWay);
    for (const method of ["preview", "up"] as const) {
      const { code, output } = await inline(trial.project, "sel", { select, state: "stopped" }, method);
      expect(output).toMatch(shrunk);
      expect(code).toBe(1);
      expect(trial.members()).toHaveLength(5);
    }
    expect(cloud.writes()).toEqual([]);
  });

  it("excluded, they are expected to be missing and are forgotten", async () => {
    declare({ exclude: ["i-sel1", "i-sel2", "i-sel3"] });
    expect((await trial.project.must(up)).output).toMatch(
      /3 × is only forgotten; .*\n +i-sel1 \(sel-1\), i-sel2 \(sel-2\), i-sel3/,
    );
    expect(trial.members()).toEqual(["i-sel4", "i-sel5"]);
    expect(cloud.writes()).toEqual([]);
  });

  it("an inline program has all its members", async () => {
    const { code } = await inline(trial.project, "sel", { select, state: "running" }, "up");
    expect(code).toBe(0);
    expect(trial.members()).toEqual(["i-sel4", "i-sel5"]);
    expect(cloud.writes()).toEqual(["StartInstance i-sel4", "StartInstance i-sel5"]);
  });

  it("what only doesn't fit any more is forgotten; what is gone stays listed until it is excluded", async () => {
    cloud.put(one(1), one(2), one(3));
    declare({ state: "running" });
    await trial.project.must(up);
    cloud.put({ InstanceId: "i-sel1", Tags: { env: "prod" } });
    await cloud.release("i-sel2");
    const { output } = await trial.project.must(up);
    expect(output).toMatch(/i-sel1 is there and does not fit any more; it is only forgotten/);
    expect(output).toMatch(/i-sel2 is gone from cn-hangzhou; it stays listed/);
    expect(trial.members()).toEqual(["i-sel2", "i-sel3", "i-sel4", "i-sel5"]);
    expect(trial.project.members()["i-sel2"]).toMatchObject({ status: "absent", releasedBy: "unknown" });
    await trial.project.must(nothingLeft);
    declare({ state: "running", exclude: ["i-sel2"] });
    await trial.project.must(up);
    expect(trial.members()).toEqual(["i-sel3", "i-sel4", "i-sel5"]);
  });

  it("released, release times and onDelete are refused, with the ids that are found, to paste", async () => {
    const paste = 'instanceIds: ["i-sel3","i-sel4","i-sel5"]';
    for (const [args, reason] of [
      [{ state: "released" }, /state: released can't be declared for a selection/],
      [{ autoReleaseAt: minutesAhead(90) }, /autoReleaseAt: a release time can't be declared for a selection/],
      [{ autoReleaseAfter: "8h" }, /autoReleaseAfter: a release time can't be declared for a selection/],
      [{ onDelete: "stop" }, /onDelete: stop can't be declared for a selection/],
    ] as const) {
      declare(args);
      expect(await trial.project.mustFail(["preview"])).toMatch(reason);
    }
    declare({ state: "released" });
    expect(await expectRefused(trial, /state: released can't/)).toContain(paste);
  });
});

describe("more than a page of a list, and than a call about many holds", () => {
  const ids = Array.from({ length: 120 }, (_, n) => `i-page${String(n).padStart(3, "0")}`);
  let trial: Trial;
  beforeAll(async () => {
    trial = await open(...ids.map((id) => dev(id, id, { Tags: { fleet: "page" } })));
    trial.project.config({ "lifecycle:maxStops": "120" });
    trial.declare(["page", { select: { tags: { fleet: "page" } }, state: "stopped" }]);
  });

  it("each is found, and stopped once", async () => {
    await trial.project.must(up);
    expect(cloud.writes()).toEqual(ids.map((id) => `StopInstance ${id}`));
    expect(trial.members()).toEqual(ids);
    await trial.project.must(nothingLeft);
    expect(cloud.writes()).toEqual([]);
  });

  it("a destroy that runs the program forgets all, and calls nothing", async () => {
    await trial.project.must([...destroy, "--run-program"]);
    expect(cloud.writes()).toEqual([]);
    expect(trial.members()).toEqual([]);
    expect(cloud.status("i-page119")).toBe("Stopped");
  });
});

describe("order", () => {
  it("backward: one after the other from the last name to the first, by the ledger", async () => {
    const trial = await open(...[1, 2, 10].map((n) => dev(`chain-${n}`, `i-chain${n}`)));
    trial.declare(["chain", { select: { instanceName: "chain-*" }, order: "backward", state: "stopped" }]);
    await trial.project.must(up);
    const { writes } = cloud.calls();
    expect(writes).toEqual(["StopInstance i-chain10", "StopInstance i-chain2", "StopInstance i-chain1"]);
    // The next is not called before the one before it is there.
    const rows = cloud.emulator.ledger();
    for (const [earlier, later] of [
      ["i-chain10", "i-chain2"],
      ["i-chain2", "i-chain1"],
    ] as const) {
      const stop = rows.findIndex(({ action, params }) => action === "StopInstance" && params.InstanceId === later);
      const seen = rows.slice(0, stop).filter(({ params }) => params.InstanceIds?.includes(`"${earlier}"`)).length;
      const before = rows.findIndex(({ action, params }) => action === "StopInstance" && params.InstanceId === earlier);
      expect(before).toBeLessThan(stop);
      expect(rows.slice(before, stop).some(({ action }) => action === "DescribeInstances")).toBe(true);
      expect(seen).toBeGreaterThan(0);
    }
    trial.declare([
      "chain",
      { instanceIds: ["i-chain1", "i-chain2", "i-chain10"], order: "forward", state: "running" },
    ]);
    await trial.project.must(up);
    expect(cloud.calls().writes).toEqual([
      "StartInstance i-chain1",
      "StartInstance i-chain2",
      "StartInstance i-chain10",
    ]);
  });
});

describe("the whole program", () => {
  it("limits count a fleet's instances with all others, before any of them acts", async () => {
    const trial = await open(...[1, 2, 3].map((n) => dev(`lim-${n}`, `i-lim${n}`)));
    trial.project.config({ "lifecycle:maxStops": "2" });
    trial.project.program(`
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
new InstanceLifecycle("alone", { instanceId: "i-lim3", state: "stopped" });
new FleetLifecycle("lim", { select: { instanceName: "lim-*" }, exclude: ["i-lim3"], state: "stopped" });`);
    await expectRefused(trial, /3 instances are due to be stopped and lifecycle:maxStops is 2/);
    expect(trial.members()).toEqual([]);
    trial.project.config({ "lifecycle:maxStops": "3" });
    await trial.project.must(up);
    expect(cloud.writes()).toEqual([1, 2, 3].map((n) => `StopInstance i-lim${n}`));
  });

  it("the same machine in two fleets is refused, with the names of both", async () => {
    const trial = await open(dev("two-1", "i-two1"));
    trial.declare(
      ["east", { instanceIds: ["i-two1"], state: "stopped" }],
      ["west", { select: { instanceName: "two-1" }, state: "running" }],
    );
    await expectRefused(trial, /i-two1 is declared more than once, also by (east|west)\/i-two1/);
  });

  it("moved to another fleet a machine keeps its record, and nothing is called", async () => {
    const trial = await open(dev("move-1", "i-move1"), dev("move-2", "i-move2"));
    const fleets = (east: readonly string[], west: readonly string[]): [string, Json][] => [
      ["east", { instanceIds: east, minMatches: 0, state: "running" }],
      ["west", { instanceIds: west, minMatches: 0, state: "running" }],
    ];
    trial.declare(...fleets(["i-move1", "i-move2"], []));
    await trial.project.must(up);
    trial.declare(...fleets(["i-move2"], ["i-move1"]));
    const { output } = await trial.project.must(up);
    expect(output).not.toMatch(/i-move1 (created|deleted|is only forgotten)/);
    expect(trial.members()).toEqual(["i-move1", "i-move2"]);
    expect(cloud.writes()).toEqual([]);
    await trial.project.must(nothingLeft);
  });

  it("lifecycle:only acts on the named ones alone, whatever else is declared, and says so", async () => {
    const trial = await open(dev("aim-1", "i-aim1"), dev("aim-2", "i-aim2"), dev("aim-3", "i-aim3"));
    const program = (state: string) =>
      trial.project.program(`
const { FleetLifecycle } = require("pulumi-alicloud-lifecycle");
new FleetLifecycle("aim", { instanceIds: ["i-aim1", "i-aim2"], state: "${state}" });
new InstanceLifecycle("alone", { instanceId: "i-aim3", state: "${state}" });`);
    program("running");
    await trial.project.must(up);
    program("stopped");
    const { output } = await trial.project.must([...upWithPreview, "-c", "lifecycle:only=i-aim1"]);
    expect(output).toContain("lifecycle:only is set: this run acts on i-aim1 alone");
    expect(cloud.writes()).toEqual(["StopInstance i-aim1"]);
    expect(trial.members()).toEqual(["i-aim1", "i-aim2"]);
    trial.project.config({});
    await trial.project.must(up);
    expect([...cloud.writes()].sort()).toEqual(["StopInstance i-aim2", "StopInstance i-aim3"]);
    await trial.project.must(nothingLeft);
  });

  it("a value of lifecycle:only that names no instance is refused", async () => {
    const trial = await open(dev("aim-1", "i-aim1"));
    trial.declare(["aim", { instanceIds: ["i-aim1"], state: "stopped" }]);
    trial.project.config({ "lifecycle:only": "web-1" });
    await expectRefused(trial, /lifecycle:only: must be a list of instance ids, and "web-1" is none; run/);
  });

  it("wrong arguments come by name, all at once, and nothing is called", async () => {
    const trial = await open();
    trial.declare([
      "wrong",
      { select: {}, instanceIds: ["i-a", "i-a"], stat: "stopped", instanceId: "i-b", order: "up" },
    ]);
    const output = await expectRefused(trial, /select: must have at least one criterion/);
    for (const reason of [
      /select: can't be combined with instanceIds/,
      /instanceIds: i-a stands there more than once/,
      /stat: is not an argument; did you mean state\?/,
      /instanceId: is not an argument of a fleet; write instanceIds/,
      /order: must be "parallel", "forward" or "backward", not "up"/,
    ]) {
      expect(output).toMatch(reason);
    }
    expect(cloud.calls().reads).toEqual([]);
  });
});

describe("an explicit provider", () => {
  it("is the one that looks as well", async () => {
    const trial = await open(dev("acc-1", "i-acc1"));
    const { ALICLOUD_ACCESS_KEY: accessKey, ALICLOUD_SECRET_KEY: secretKey } = cloud.env;
    trial.project.program(`
const { FleetLifecycle, LifecycleProvider } = require("pulumi-alicloud-lifecycle");
const provider = new LifecycleProvider("own", ${JSON.stringify({ accessKey, secretKey, region: "cn-hangzhou" })});
new FleetLifecycle("acc", { select: { instanceName: "acc-*" }, state: "stopped" }, { provider });`);
    const without = { ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "", ALICLOUD_REGION: "" };
    await trial.project.must(up, without);
    expect(cloud.writes()).toEqual(["StopInstance i-acc1"]);
    expect(trial.members()).toEqual(["i-acc1"]);
  });
});
