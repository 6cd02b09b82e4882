import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { until } from "../rig/process";
import { destroy, nothingLeft, Project, refresh, up, upWithPreview } from "../rig/project";

/** Machines that are gone. Each case runs in two stacks side by side: one that never refreshes and one that always does. */

describe("gone by another hand", () => {
  let cloud: Cloud;
  let plain: Project;
  let refreshing: Project;
  const instance = (prefix: string, name: string, state: string) => ({ instanceId: `i-${prefix}${name}`, state });
  const both = (declare: (prefix: string) => Parameters<Project["declare"]>[0]) => {
    plain.declare(declare("plain"));
    refreshing.declare(declare("fresh"));
  };
  const gone = (...names: string[]) => cloud.release(...names.flatMap((name) => [`i-plain${name}`, `i-fresh${name}`]));

  beforeAll(async () => {
    cloud = await Cloud.open();
    for (const prefix of ["plain", "fresh"]) {
      cloud.put(
        { InstanceId: `i-${prefix}corrected`, Status: "Running" },
        { InstanceId: `i-${prefix}removed`, Status: "Stopped" },
        { InstanceId: `i-${prefix}lost`, Status: "Running", timings: { releaseMs: 200 } },
      );
    }
    [plain, refreshing] = await Promise.all([Project.open(cloud.env), Project.open(cloud.env)]);
    both((prefix) => ({
      corrected: instance(prefix, "corrected", "running"),
      removed: instance(prefix, "removed", "stopped"),
    }));
    await Promise.all([plain.must(up), refreshing.must(up)]);
    await gone("corrected", "removed");
  });
  beforeEach(() => void cloud.calls());

  it("while running or stopped is declared: refused in preview and up, with when it was last seen and what to do", async () => {
    const [lastSeen] = [plain.outputs("corrected").lastSeenAt as string];
    const outputs = [
      ...(await Promise.all([plain.mustFail(["preview"]), refreshing.mustFail(["preview", "--refresh"])])),
      ...(await Promise.all([plain.mustFail(up), refreshing.mustFail([...up, "--refresh"])])),
    ];
    for (const output of outputs) {
      expect(output).toMatch(/state: (running|stopped) can't be met: i-(plain|fresh)(corrected|removed) is gone/);
      expect(output).toContain('declare state: "released", or take the resource out');
    }
    // Without a refresh the check sees inputs only, and no moment is kept in those.
    const [unrefreshed, refreshed] = [
      [outputs[0], outputs[2]],
      [outputs[1], outputs[3]],
    ];
    for (const output of unrefreshed) expect(output).toContain("when it was last seen: its output lastSeenAt");
    for (const output of refreshed) expect(output).toContain(`last seen on ${lastSeen.slice(0, 10)}`);
    expect(cloud.writes()).toEqual([]);
    expect(Object.keys(plain.recorded()).sort()).toEqual(["corrected", "removed"]);
    expect(Object.keys(refreshing.recorded()).sort()).toEqual(["corrected", "removed"]);
  });

  it("corrected to released, and taken out: both work", async () => {
    both((prefix) => ({ corrected: instance(prefix, "corrected", "released") }));
    await Promise.all([plain.must(upWithPreview), refreshing.must([...up, "--refresh"])]);
    for (const project of [plain, refreshing]) {
      expect(Object.keys(project.recorded())).toEqual(["corrected"]);
      expect(project.outputs("corrected")).toMatchObject({ state: "released", releasedBy: "unknown" });
    }
    await Promise.all([plain.must(nothingLeft), refreshing.must([...nothingLeft, "--refresh"])]);
    expect(cloud.writes()).toEqual([]);
  });

  it("destroy works, whatever is declared", async () => {
    both((prefix) => ({
      corrected: instance(prefix, "corrected", "released"),
      lost: { ...instance(prefix, "lost", "running"), onDelete: "stop" },
    }));
    await Promise.all([plain.must(up), refreshing.must(up)]);
    await gone("lost");
    await Promise.all([plain.must(destroy), refreshing.must(refresh)]);
    expect(refreshing.outputs("lost")).toMatchObject({ status: "absent", releasedBy: "unknown" });
    await refreshing.must([...destroy, "--refresh"]);
    expect(plain.recorded()).toEqual({});
    expect(refreshing.recorded()).toEqual({});
    expect(cloud.writes()).toEqual([]);
  });
});

describe("gone by the release time that was declared", () => {
  it("the next up has nothing to do, whatever state says; a refresh records the timer", async () => {
    const cloud = await Cloud.open([
      { InstanceId: "i-timed", Status: "Running" },
      { InstanceId: "i-timed2", Status: "Running" },
    ]);
    const project = await Project.open(cloud.env);
    const at = minutesAhead(45);
    project.declare({
      alone: { instanceId: "i-timed", autoReleaseAt: at },
      running: { instanceId: "i-timed2", autoReleaseAt: at, state: "running" },
    });
    await project.must(up);
    cloud.emulator.advance(50 * 60_000);
    expect(cloud.status("i-timed")).toBe("absent");
    cloud.calls();
    await project.must(nothingLeft);
    await project.must([...up, "--expect-no-changes"]);
    await project.must(refresh);
    for (const name of ["alone", "running"]) {
      expect(project.outputs(name)).toMatchObject({ status: "released", releasedBy: "timer" });
    }
    await project.must([...up, "--expect-no-changes"]);
    expect(cloud.writes()).toEqual([]);
  });
});

describe("never seen", () => {
  it("an up looks for a minute: one that turns up is adopted, of one that doesn't nothing is recorded", async () => {
    const cloud = await Cloud.open();
    const [late, never] = await Promise.all([Project.open(cloud.env), Project.open(cloud.env)]);
    late.declare({ late: { instanceId: "i-late", state: "running" } });
    never.declare({ never: { instanceId: "i-never", state: "running" } });
    const [, output] = await Promise.all([
      (async () => {
        const adopted = late.start(up);
        await until("a second look", () => cloud.emulator.ledger({ action: "DescribeInstances" }).length > 6);
        cloud.put({ InstanceId: "i-late", Status: "Running" });
        expect((await adopted.ended).code).toBe(0);
      })(),
      never.mustFail(up),
    ]);
    expect(late.outputs("late")).toMatchObject({ status: "running" });
    expect(output).toContain("instanceId: i-never was not found in region cn-hangzhou");
    expect(never.recorded()).toEqual({});
    expect(cloud.writes()).toEqual([]);
  });
});
