import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../examples/read";
import { Cloud, minutesAhead } from "../rig/cloud";
import { Project, up } from "../rig/project";

/** The policy pack as it is, run by the engine beside a program: what the rules are given there is what they were written for. */

const pack = ["--policy-pack", join(root, "policy")];

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open([
    { InstanceId: "i-web", InstanceName: "web", Status: "Running", Tags: { env: "dev" } },
    { InstanceId: "i-old", InstanceName: "old", Status: "Stopped", Tags: { team: "ml" } },
  ]);
});

describe("--policy-pack policy", () => {
  it("refuses what breaks a rule before anything is called, and only advises where that is all", async () => {
    const project = await Project.open(cloud.env);
    project.declare({ web: { instanceId: "i-web", state: "stopped", expect: { tags: { env: "dev" } } } });
    const said = await project.mustFail([...up, ...pack]);
    expect(said).toMatch(/\[mandatory\] +lifecycle-has-release-time .*: web\)/);
    expect(said).toContain('autoReleaseAfter: not declared, and tag "env" in expect.tags does not mark production');
    expect(said).toMatch(/\[advisory\] +stopped-is-not-charged .*: web\)/);
    expect(cloud.writes()).toEqual([]);
  });

  it("lets through what keeps them", async () => {
    const project = await Project.open(cloud.env);
    project.declare({
      web: { instanceId: "i-web", autoReleaseAt: minutesAhead(600), expect: { tags: { env: "dev" } } },
      old: { instanceId: "i-old", state: "released", expect: { instanceName: "old" } },
    });
    const { output } = await project.must(["preview", ...pack]);
    expect(output).toContain("✅ alicloud-lifecycle@v");
  });

  it("takes the tag of production from its configuration", async () => {
    const project = await Project.open(cloud.env);
    project.declare({ old: { instanceId: "i-old", state: "stopped", expect: { tags: { team: "ml" } } } });
    project.write("policy.json", JSON.stringify({ "lifecycle-has-release-time": { tagKey: "team" } }));
    const said = await project.mustFail(["preview", ...pack, "--policy-pack-config", "policy.json"]);
    expect(said).toContain('tag "team" in expect.tags does not mark production');
    const config = { "lifecycle-has-release-time": { tagKey: "team", productionValues: ["ml"] } };
    project.write("policy.json", JSON.stringify(config));
    await project.must(["preview", ...pack, "--policy-pack-config", "policy.json"]);
  });
});
