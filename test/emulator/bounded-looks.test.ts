import { expect, test, vi } from "vitest";
import { askCore, worldOf } from "./support";

test.each<[action: string, params: Record<string, string>, looks: number]>([
  ["DescribeInstances", { RegionId: "cn-hangzhou", InstanceIds: '["i-5000"]' }, 1],
  ["DescribeInstances", { RegionId: "cn-hangzhou", InstanceIds: '["i-5000","i-1","i-none"]' }, 2],
  ["DescribeInstanceAttribute", { InstanceId: "i-5000" }, 1],
  ["DescribeInstanceStatus", { RegionId: "cn-hangzhou", "InstanceId.1": "i-5000" }, 1],
  ["StopInstance", { InstanceId: "i-5000" }, 1],
  ["StartInstance", { InstanceId: "i-5000" }, 1],
  ["ModifyInstanceAttribute", { InstanceId: "i-5000", InstanceName: "renamed" }, 1],
  ["ModifyInstanceAutoReleaseTime", { InstanceId: "i-5000", AutoReleaseTime: "2026-03-01T10:00:00Z" }, 1],
  ["StopInstance", { InstanceId: "i-none" }, 0],
])("among ten thousand instances %s %j looks at %i", (action, params, looks) => {
  const world = worldOf(Array.from({ length: 10_000 }, (_, index) => ({ InstanceId: `i-${index}` })));
  const looked = new Set<string>();
  for (const held of world.compute.all()) {
    let { instance } = held;
    const { InstanceId } = instance;
    Object.defineProperty(held, "instance", {
      get: () => {
        looked.add(InstanceId);
        return instance;
      },
      set: (next: typeof instance) => {
        instance = next;
      },
    });
  }
  const all = vi.spyOn(world.compute, "all");
  askCore(world, action, params);
  world.advance(10_000);
  expect(looked.size).toBe(looks);
  expect(all).not.toHaveBeenCalled();
});
