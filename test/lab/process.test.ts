import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Exported, resourcesOf, withResources } from "../../lab/engine/deployment";
import { tryKills } from "../../lab/process/try-kills";
import { baseScenarios } from "../../lab/scenarios/base-scenarios";
import type { Scenario } from "../../lab/scenarios/scenario";
import { beginningAt, shifted } from "../../lab/scenarios/shifted";

const root = resolve(__dirname, "../..");

describe("kill -9 of the provider's process", () => {
  // A machine that runs and is to be stopped: the program looks, then the provider looks, stops it and waits.
  it.each([
    "during configure",
    "3/StopInstance/arrived, never executed",
    "3/StopInstance/arrived, executed after the death",
    "3/StopInstance/executed, not answered",
  ])("%s: reached, and the machine is stopped once", { timeout: 120_000 }, async (only) => {
    const killed = await tryKills({ scenario: "running / stopped / first up", kills: 1, turn: 1, only, root });
    expect(killed).toMatchObject({ enumerated: 1, covered: 1, executions: 2, failures: [] });
  });
});

describe("a scenario at another time", () => {
  const declared = baseScenarios.find(({ name }) => name === "running / release time / first up") as Scenario;

  it("begins with the same seconds", () => {
    expect(new Date(beginningAt(Date.parse("2030-01-01T10:00:50Z"))).toISOString()).toBe("2030-01-01T10:00:20.000Z");
  });

  it("is as far away from its times as before", () => {
    // From 2026-06-01T12:00:20Z the declared time is 40 hours minus 20 s ahead.
    const at = shifted(declared, Date.parse("2030-01-01T10:00:20Z")).args["autoReleaseAt"];
    expect(at).toBe("2030-01-03T02:00:00Z");
  });

  it("keeps what is not there", () => {
    const gone = baseScenarios.find(({ remote }) => remote === undefined) as Scenario;
    expect(shifted(gone, Date.parse("2030-01-01T10:00:20Z"))).toHaveProperty("remote", undefined);
  });
});

describe("a state for the real engine", () => {
  const empty: Exported = { version: 3, deployment: { manifest: {} } };
  const resource = {
    name: "machine",
    id: "i-a",
    inputs: { instanceId: "i-a", __provider: "x" },
    outputs: { status: "running" },
    initErrors: ["it stopped half-way"],
  };

  it("is read as it was written, with the engine's own resources beside it", () => {
    const written = withResources(empty, "lab", { "alicloud:region": "cn-hangzhou" }, [resource]);
    expect(written.deployment.resources?.map(({ type }) => type)).toEqual([
      "pulumi:pulumi:Stack",
      "pulumi:providers:pulumi-nodejs",
      "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle",
    ]);
    const [read] = resourcesOf(written);
    expect(read).toMatchObject({ name: "machine", id: "i-a", outputs: { status: "running" } });
    expect(read?.initErrors).toEqual(["it stopped half-way"]);
  });

  it("tells what still waits for its deletion from what has replaced it", () => {
    const written = withResources(empty, "lab", {}, [resource]);
    const resources = written.deployment.resources?.map((one) => ({ ...one, delete: true })) ?? [];
    expect(resourcesOf({ ...written, deployment: { manifest: {}, resources } })[0]?.name).toBe("machine (replaced)");
  });
});
