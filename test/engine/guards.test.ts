import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloud, minutesAhead } from "../rig/cloud";
import { destroy, nothingLeft, Project, refresh, up } from "../rig/project";
import type { Json } from "../rig/sdk";
import { many } from "../rig/wire";

/** The guards that are on by default: in a preview, in an up without one, and with ids that become known late. */

const at = minutesAhead(120);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open();
});
beforeEach(() => void cloud.calls());

type Declared = Record<string, Json>;

function all(prefix: string, count: number, args: Json): Declared {
  return Object.fromEntries(
    many(prefix, count).map(({ InstanceId }) => [InstanceId, { instanceId: InstanceId, ...args }]),
  );
}

/** Refused as a whole in a preview and in an up without one: all are named, and nothing is written. */
async function expectRefused(project: Project, declared: Declared, reason: string | RegExp): Promise<string> {
  project.declare(declared);
  let output = "";
  for (const command of [["preview"], up]) {
    output = await project.mustFail(command);
    expect(output).toMatch(reason);
  }
  expect(cloud.writes()).toEqual([]);
  return output;
}

async function expectWrites(project: Project, declared: Declared, writes: readonly string[]): Promise<void> {
  project.declare(declared);
  await project.must(up);
  expect(cloud.writes()).toEqual([...writes].sort());
  await project.must(nothingLeft);
}

describe("lifecycle:maxReleaseTimes", () => {
  let project: Project;
  const eleven = all("timed", 11, { autoReleaseAt: at });
  beforeAll(async () => {
    cloud.put(...many("timed", 11), ...many("postponed", 2, { AutoReleaseTime: minutesAhead(60) }));
    cloud.put(...many("latetimed", 2));
    project = await Project.open(cloud.env);
  });

  it("ten by default: eleven are refused, all are named, and none is recorded", async () => {
    const output = await expectRefused(project, eleven, /lifecycle:maxReleaseTimes is 10/);
    for (const { InstanceId } of many("timed", 11)) expect(output).toContain(InstanceId);
    expect(project.recorded()).toEqual({});
  });

  it("a percentage of what is declared; the text says what would let them through", async () => {
    project.config({ "lifecycle:maxReleaseTimes": "50%" });
    const six = all("timed", 6, { autoReleaseAt: at });
    const rest = all("timed", 11, {});
    await expectRefused(project, { ...rest, ...six }, /`pulumi config set lifecycle:maxReleaseTimes 6`/);
    const five = all("timed", 5, { autoReleaseAt: at });
    await expectWrites(
      project,
      { ...rest, ...five },
      many("timed", 5).map(({ InstanceId }) => `ModifyInstanceAutoReleaseTime ${InstanceId}`),
    );
  });

  it("0: still cancels and postpones, and an earlier time is refused", async () => {
    project.config({ "lifecycle:maxReleaseTimes": "0" });
    const protectedOnes = {
      ...all("timed", 4, { autoReleaseAt: at }),
      "i-timed5": { instanceId: "i-timed5", autoReleaseAt: "never" },
      "i-postponed1": { instanceId: "i-postponed1", autoReleaseAt: at },
    };
    await expectWrites(project, protectedOnes, [
      "ModifyInstanceAutoReleaseTime i-postponed1",
      "ModifyInstanceAutoReleaseTime i-timed5",
    ]);
    const sooner = { ...protectedOnes, "i-timed1": { instanceId: "i-timed1", autoReleaseAt: minutesAhead(60) } };
    await expectRefused(project, sooner, /lifecycle:maxReleaseTimes is 0.*i-timed1/);
  });

  it("ids that become known late", async () => {
    const late = await Project.open(cloud.env);
    late.config({ "lifecycle:maxReleaseTimes": "0" });
    late.declareLate(all("latetimed", 2, { autoReleaseAt: at }));
    await late.must(["preview"]);
    expect(await late.mustFail(up)).toContain("lifecycle:maxReleaseTimes is 0");
    expect(cloud.writes()).toEqual([]);
  });
});

describe("lifecycle:maxStops", () => {
  let project: Project;
  const running = all("stop", 8, { state: "running" });
  const stopped = (count: number) => ({ ...running, ...all("stop", count, { state: "stopped" }) });
  const calls = (count: number) => many("stop", count).map(({ InstanceId }) => `StopInstance ${InstanceId}`);
  beforeAll(async () => {
    cloud.put(...many("stop", 8, { InstanceName: "batch" }), ...many("latestop", 2));
    project = await Project.open(cloud.env);
  });

  it("on first adoption a quarter, and at least five: six of eight are refused, five are stopped", async () => {
    await expectRefused(project, stopped(6), /6 instances are due to be stopped, more than 5/);
    // Those that have nothing to do may have been adopted before the refusal ended the run.
    for (const { InstanceId } of many("stop", 6)) expect(project.recorded()).not.toHaveProperty(InstanceId);
    await expectWrites(project, stopped(5), calls(5));
  });

  it("a number and a percentage hold known machines too; a release that stops first counts", async () => {
    await expectWrites(
      project,
      running,
      many("stop", 5).map(({ InstanceId }) => `StartInstance ${InstanceId}`),
    );
    const release = { instanceId: "i-stop8", state: "released", expect: { instanceName: "batch" } };
    for (const maxStops of ["2", "25%"]) {
      project.config({ "lifecycle:maxStops": maxStops });
      const declared = { ...stopped(2), "i-stop8": release };
      const output = await expectRefused(project, declared, new RegExp(`lifecycle:maxStops is ${maxStops}`));
      for (const id of ["i-stop1", "i-stop2", "i-stop8"]) expect(output).toContain(id);
    }
    await expectWrites(project, stopped(2), calls(2));
  });

  it("0: a release time is still cancelled, and the stop beside it refused", async () => {
    cloud.put({ InstanceId: "i-stop8", AutoReleaseTime: at });
    project.config({ "lifecycle:maxStops": "0" });
    project.declare({
      ...stopped(2),
      "i-stop8": { instanceId: "i-stop8", state: "stopped", autoReleaseAt: "never" },
    });
    expect(await project.mustFail(up)).toContain("lifecycle:maxStops is 0");
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-stop8"]);
    expect(cloud.status("i-stop8")).toBe("Running");
  });

  it("without a limit known machines are stopped, however many", async () => {
    project.config({});
    cloud.put(...many("stop", 8, { Status: "Running", AutoReleaseTime: "" }));
    await expectWrites(project, stopped(8), calls(8));
  });

  it("ids that become known late", async () => {
    const late = await Project.open(cloud.env);
    late.config({ "lifecycle:maxStops": "0" });
    late.declareLate(all("latestop", 2, { state: "stopped" }));
    await late.must(["preview"]);
    expect(await late.mustFail(up)).toContain("lifecycle:maxStops is 0");
    expect(cloud.writes()).toEqual([]);
  });
});

describe("lifecycle:readOnly", () => {
  let project: Project;
  beforeAll(async () => {
    cloud.put(...many("ro", 3, { AutoReleaseTime: at }));
    project = await Project.open(cloud.env);
    project.config({ "lifecycle:readOnly": "true" });
  });

  it("whatever would act fails, protective steps too, and nothing is recorded as done", async () => {
    for (const args of [{ state: "stopped" }, { autoReleaseAt: "never" }, { autoReleaseAt: minutesAhead(300) }]) {
      await expectRefused(project, all("ro", 1, args), /lifecycle:readOnly/);
      expect(project.recorded()).toEqual({});
    }
  });

  it("what is as declared is adopted, and drift is refused", async () => {
    await expectWrites(project, all("ro", 2, { state: "running" }), []);
    expect(project.outputs("i-ro1")).toMatchObject({ status: "running", lastRun: { steps: [] } });
    cloud.put({ InstanceId: "i-ro1", Status: "Stopped" });
    await expectRefused(project, all("ro", 2, { state: "running" }), /lifecycle:readOnly/);
    cloud.put({ InstanceId: "i-ro1", Status: "Running" });
  });

  it("removing what would have to be cancelled fails and keeps the record, and so does destroy", async () => {
    const kept = all("ro", 2, { state: "running" });
    project.config({});
    project.declare({ ...kept, "i-ro1": { instanceId: "i-ro1", autoReleaseAt: minutesAhead(200) } });
    await project.must(up);
    cloud.calls();
    project.config({ "lifecycle:readOnly": "true" });
    // One of them stays: what is left of a program that declares nothing runs with the recorded configuration.
    project.declare({ "i-ro2": kept["i-ro2"] ?? {} });
    for (const command of [up, destroy]) {
      expect(await project.mustFail(command)).toContain("lifecycle:readOnly");
      expect(Object.keys(project.recorded())).toContain("i-ro1");
    }
    expect(cloud.writes()).toEqual([]);
  });

  it("ids that become known late", async () => {
    const late = await Project.open(cloud.env);
    late.config({ "lifecycle:readOnly": "true" });
    late.declareLate({ late: { instanceId: "i-ro3", autoReleaseAt: "never" } });
    expect(await late.mustFail(up)).toContain("lifecycle:readOnly");
    expect(late.recorded()).toEqual({});
    expect(cloud.writes()).toEqual([]);
  });
});

describe("half or more of five or more not listed, without explanation", () => {
  let project: Project;
  const watched = all("lost", 6, {});
  const release = { instanceId: "i-lost6", state: "released", expect: { instanceName: "batch" } };
  beforeAll(async () => {
    cloud.put(...many("lost", 6, { InstanceName: "batch" }));
    project = await Project.open(cloud.env);
    project.declare({ ...watched, "i-lost5": { instanceId: "i-lost5", autoReleaseAt: at } });
    await project.must(up);
    await cloud.release("i-lost1", "i-lost2", "i-lost3");
    cloud.calls();
  });

  it("is not believed: nothing is released and no release time set, while one is cancelled", async () => {
    const believed = /3 of 6 declared instances are not listed and nothing explains it/;
    const untouched = { ...watched, "i-lost5": { instanceId: "i-lost5", autoReleaseAt: at } };
    await expectRefused(project, { ...untouched, "i-lost6": release }, believed);
    await expectRefused(
      project,
      { ...untouched, "i-lost4": { instanceId: "i-lost4", autoReleaseAt: minutesAhead(90) } },
      believed,
    );
    project.declare({ ...watched, "i-lost5": { instanceId: "i-lost5", autoReleaseAt: "never" } });
    await project.must(up);
    expect(cloud.writes()).toEqual(["ModifyInstanceAutoReleaseTime i-lost5"]);
  });

  it("declared as released they explain themselves", async () => {
    const explained = all("lost", 3, { state: "released" });
    await expectWrites(project, { ...watched, ...explained, "i-lost6": release }, [
      "DeleteInstance i-lost6",
      "StopInstance i-lost6",
    ]);
  });
});

describe("half or more not listed, and the one to be released becomes known late", () => {
  it("is judged with those that were declared before it, although looking for them takes longer", async () => {
    cloud.put(...many("gone", 6, { InstanceName: "batch" }));
    const project = await Project.open(cloud.env);
    project.declare(all("gone", 6, {}));
    await project.must(up);
    await cloud.release("i-gone1", "i-gone2", "i-gone3");
    cloud.calls();
    const release = { instanceId: "i-gone6", state: "released", expect: { instanceName: "batch" } };
    project.declareLate({ "i-gone6": release }, all("gone", 5, {}));
    expect(await project.mustFail(up)).toMatch(/3 of 6 declared instances are not listed/);
    expect(cloud.writes()).toEqual([]);
  });
});

describe("a `-`", () => {
  it("says that it only forgets, on taking out and on destroy, and calls nothing", async () => {
    cloud.put(...many("minus", 2));
    const project = await Project.open(cloud.env);
    project.declare(all("minus", 2, { state: "running" }));
    await project.must(up);
    cloud.calls();
    project.declare(all("minus", 1, { state: "running" }));
    const forgets = (id: string) => new RegExp(`${id} is only forgotten; removing it here never releases`);
    expect((await project.must(up)).output).toMatch(forgets("i-minus2"));
    await project.must(refresh);
    expect((await project.must(destroy)).output).toMatch(forgets("i-minus1"));
    expect(cloud.writes()).toEqual([]);
    for (const { InstanceId } of many("minus", 2)) expect(cloud.status(InstanceId)).toBe("Running");
  });
});
