import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { FleetLifecycle } from "../../provider/fleet";
import { LifecycleProvider } from "../../provider/lifecycle-provider";
import { settingFaults } from "../../provider/program/settings-check";
import { InstanceLifecycle } from "../../provider/resource";

describe("the stack's settings", () => {
  it("are all known", () => {
    const settings = {
      "lifecycle:instances": "[]",
      "lifecycle:fleets": "[]",
      "lifecycle:defaults": "{}",
      "lifecycle:maxReleases": "3",
      "lifecycle:maxReleaseTimes": "10%",
      "lifecycle:maxStops": "0",
      "lifecycle:readOnly": "true",
    };
    expect(settingFaults(settings, "fleet")).toEqual([]);
    expect(settingFaults({ "alicloud:maxRelease": "0", "fleet:readonly": "true" }, "fleet")).toEqual([]);
  });

  it.each([
    ["readonly", "true", "is not a setting; did you mean lifecycle:readOnly?"],
    ["maxRelease", "0", "is not a setting; did you mean lifecycle:maxReleases?"],
    ["instance", "[]", "is not a setting; did you mean lifecycle:instances?"],
    [
      "limit",
      "0",
      "is not a setting; there are: lifecycle:maxReleases, lifecycle:maxReleaseTimes, lifecycle:maxStops, lifecycle:readOnly, lifecycle:only, lifecycle:showAll, lifecycle:defaults, lifecycle:instances, lifecycle:fleets",
    ],
    ["maxStops", "abc", 'must be a whole number such as 3 or a percentage such as 10%, not "abc"'],
    ["maxReleases", "-1", 'must be a whole number such as 3 or a percentage such as 10%, not "-1"'],
    ["maxReleaseTimes", "1.5", 'must be a whole number such as 3 or a percentage such as 10%, not "1.5"'],
    ["maxStops", "101%", 'must be a whole number such as 3 or a percentage such as 10%, not "101%"'],
    ["readOnly", "yes", 'must be true or false, not "yes"'],
    ["readOnly", "True", 'must be true or false, not "True"'],
    ["readOnly", "", 'must be true or false, not ""'],
    ["showAll", "yes", 'must be true or false, not "yes"'],
    ["maxReleases", "", 'must be a whole number such as 3 or a percentage such as 10%, not ""'],
  ])("lifecycle:%s = %s", (name, value, says) => {
    expect(settingFaults({ [`lifecycle:${name}`]: value }, "fleet")).toEqual([`lifecycle:${name}: ${says}`]);
  });

  it.each([
    ["Lifecycle:readOnly", "fleet", "readOnly"],
    ["alicloud-lifecycle:maxStop", "fleet", "maxStops"],
    ["pulumi-alicloud-lifecycle:readOnly", "fleet", "readOnly"],
    ["pulumi-alicloud-lifecycle:readOnly", "pulumi-alicloud-lifecycle", "readOnly"],
  ])("%s in project %s is in a namespace that only looks like ours", (key, project, meant) => {
    const fault = `${key}: is not a setting; did you mean lifecycle:${meant}?`;
    expect(settingFaults({ [key]: "true" }, project)).toEqual([fault]);
  });

  it("of a project with such a name are its own, and so is what does not come near to ours", () => {
    expect(settingFaults({ "alicloud-lifecycle:readOnly": "true" }, "alicloud-lifecycle")).toEqual([]);
    expect(settingFaults({ "alicloud-lifecycle:owner": "ann", "fleet:readOnly": "true" }, "fleet")).toEqual([]);
  });

  it.each([
    "",
    "[]",
    "web-1",
    "i-a,",
    '["i-a", 1]',
    "{}",
    "[",
    "i-a;i-b",
  ])("lifecycle:only = %s names no instance", (value) => {
    const [fault] = settingFaults({ "lifecycle:only": value }, "fleet");
    expect(fault).toMatch(/^lifecycle:only: must be a list of instance ids.*run `pulumi config set --path/);
  });

  it.each(["i-a", "i-a,i-b", " i-a , i-b ", '["i-a"]'])("lifecycle:only = %s names some", (value) => {
    expect(settingFaults({ "lifecycle:only": value }, "fleet")).toEqual([]);
  });

  it("a secret value isn't shown", () => {
    const faults = settingFaults({ "lifecycle:maxStops": "CANARY" }, "fleet", () => true);
    expect(faults).toEqual(["lifecycle:maxStops: must be a whole number such as 3 or a percentage such as 10%"]);
  });

  it("entries of the root project's lists have no unknown arguments, at any depth", () => {
    const lists = {
      "lifecycle:instances": JSON.stringify([
        { name: "a", instanceId: "i-a", stop: { mode: "KeepCharging" } },
        { instanceID: "i-b", stop: { moed: "x" }, expect: { tags: { colour: "red" } } },
      ]),
      "lifecycle:fleets": JSON.stringify([{ name: "f", instanceIds: ["i-a"], stat: "stopped", instanceId: "i-c" }]),
    };
    expect(settingFaults(lists, "pulumi-alicloud-lifecycle")).toEqual([
      "lifecycle:instances[1].stop.moed: is not an argument of stop; did you mean mode?",
      "lifecycle:instances[1].instanceID: is not an argument; did you mean instanceId?",
      "lifecycle:fleets[0].stat: is not an argument; did you mean state?",
      "lifecycle:fleets[0].instanceId: is not an argument of a fleet; write instanceIds, a list",
    ]);
    expect(settingFaults(lists, "fleet")).toEqual([]);
  });

  it("a project of that name has settings of its own, but none that comes near to ours", () => {
    expect(settingFaults({ "lifecycle:color": "red", "lifecycle:readonly": "true" }, "lifecycle")).toEqual([
      "lifecycle:readonly: is not a setting; did you mean lifecycle:readOnly?",
    ]);
  });
});

describe("whatever is made", () => {
  const registered: string[] = [];
  beforeAll(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name }) => {
        registered.push(type);
        return { id: name, state: {} };
      },
      call: () => ({}),
    });
  });
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
    expect(registered).toEqual([]);
  });

  it.each([
    ["an instance", () => new InstanceLifecycle("w", { instanceId: "i-a" })],
    ["a fleet", () => new FleetLifecycle("f", { instanceIds: ["i-a"] })],
    ["a provider", () => new LifecycleProvider("p", {})],
  ])("%s is refused while a setting is unknown or wrong, all of them at once", (_, make) => {
    pulumi.runtime.setAllConfig({ "lifecycle:readonly": "true", "lifecycle:maxStops": "x" });
    expect(make).toThrow(pulumi.RunError);
    expect(make).toThrow(/lifecycle:readonly: .* did you mean lifecycle:readOnly\?\nlifecycle:maxStops: .*not "x"/);
  });

  it.each([
    [{ readonly: true }, "readonly: is not an argument of LifecycleProvider; did you mean readOnly?"],
    [{ "lifecycle:readOnly": true }, /^lifecycle:readOnly: is not an argument of LifecycleProvider/],
    [{ regionId: "cn-a" }, "regionId: is not an argument of LifecycleProvider; did you mean region?"],
    [{ nothing: 1 }, /^nothing: is not an argument of LifecycleProvider; there are: region, accessKey, .*readOnly$/],
    [{ maxStops: -1 }, "maxStops: must be a whole number such as 3 or a percentage such as 10%, not -1"],
    [{ maxStops: null }, "maxStops: must be a whole number such as 3 or a percentage such as 10%, not null"],
    [{ readOnly: "yes" }, 'readOnly: must be true or false, not "yes"'],
    [
      { assumeRole: { rolArn: "a", polcy: "b" } },
      /^assumeRole\.rolArn: .* did you mean roleArn\?\nassumeRole\.polcy: .* policy\?$/,
    ],
    [{ assumeRole: [{ roleARN: "a" }] }, "assumeRole.roleARN: is not an argument of assumeRole; did you mean roleArn?"],
    [
      { assumeRoleWithOidc: { token: "CANARY" } },
      /^assumeRoleWithOidc\.token: is not an argument of assumeRoleWithOidc; there are: (?!.*CANARY)/,
    ],
    [{ endpoints: { esc: "x" } }, "endpoints.esc: is not an argument of endpoints; did you mean ecs?"],
    [{ explicit: "false" }, /^explicit: is not an argument of LifecycleProvider/],
  ])("a provider with %j is refused", (args, says) => {
    expect(() => new LifecycleProvider("p", args as object)).toThrow(says);
  });

  it("an argument that a transformation adds to a provider is refused as well", () => {
    const transformations: pulumi.ResourceTransformation[] = [
      ({ props, opts }) => ({ props: { ...props, "lifecycle:readonly": true }, opts }),
    ];
    expect(() => new LifecycleProvider("p", { region: "cn-a" }, { transformations })).toThrow(
      "readonly: is not an argument of LifecycleProvider; did you mean readOnly?",
    );
  });
});

it("a provider's limit that comes later is looked at when it is there, and not shown", async () => {
  await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  const error = vi.spyOn(pulumi.log, "error").mockResolvedValue(undefined);
  const maxStops = pulumi.secret("CANARY");
  const provider = new LifecycleProvider("late", { region: "cn-a", maxStops, maxReleases: Promise.resolve(2) });
  await new Promise((resolve) => provider.urn.apply(resolve));
  const texts = error.mock.calls.map(([text]) => text);
  expect(texts).toEqual(["LifecycleProvider: maxStops: must be a whole number such as 3 or a percentage such as 10%"]);
  error.mockRestore();
});
