import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
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
      "lifecycle:maxStops": "",
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
      "is not a setting; there are: lifecycle:maxReleases, lifecycle:maxReleaseTimes, lifecycle:maxStops, lifecycle:readOnly, lifecycle:defaults, lifecycle:instances, lifecycle:fleets",
    ],
    ["maxStops", "abc", 'must be a whole number such as 3 or a percentage such as 10%, not "abc"'],
    ["maxReleases", "-1", 'must be a whole number such as 3 or a percentage such as 10%, not "-1"'],
    ["maxReleaseTimes", "1.5", 'must be a whole number such as 3 or a percentage such as 10%, not "1.5"'],
    ["maxStops", "101%", 'must be a whole number such as 3 or a percentage such as 10%, not "101%"'],
    ["readOnly", "yes", 'must be true or false, not "yes"'],
    ["readOnly", "True", 'must be true or false, not "True"'],
  ])("lifecycle:%s = %s", (name, value, says) => {
    expect(settingFaults({ [`lifecycle:${name}`]: value }, "fleet")).toEqual([`lifecycle:${name}: ${says}`]);
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
    [{ regionId: "cn-a" }, "regionId: is not an argument of LifecycleProvider; did you mean region?"],
    [{ nothing: 1 }, /^nothing: is not an argument of LifecycleProvider; there are: region, accessKey, .*readOnly$/],
    [{ maxStops: -1 }, 'maxStops: must be a whole number such as 3 or a percentage such as 10%, not "-1"'],
    [{ maxStops: null }, 'maxStops: must be a whole number such as 3 or a percentage such as 10%, not "null"'],
    [{ readOnly: "yes" }, 'readOnly: must be true or false, not "yes"'],
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
