import { expect, it } from "vitest";
import { PopClient } from "../../provider/ecs/pop-client";
import type { PopDoor } from "../../provider/ecs/pop-door";

/** The parameters of every write, all of them: what is not in this list is never sent. */
const written = {
  StartInstance: ["InstanceId", "RegionId"],
  StopInstance: ["ForceStop", "Hibernate", "InstanceId", "RegionId", "StoppedMode"],
  StartInstances: ["BatchOptimization", "InstanceId.1", "InstanceId.2", "RegionId"],
  StopInstances: ["BatchOptimization", "ForceStop", "InstanceId.1", "InstanceId.2", "RegionId", "StoppedMode"],
  DeleteInstance: ["Force", "InstanceId", "RegionId"],
  ModifyInstanceAutoReleaseTime: ["AutoReleaseTime", "InstanceId", "RegionId"],
  ModifyInstanceAttribute: ["DeletionProtection", "InstanceId", "RegionId"],
  CreateSnapshot: ["ClientToken", "DiskId", "RegionId", "RetentionDays", "SnapshotName", "Tag.1.Key", "Tag.1.Value"],
};

it("no write ends a subscription, wipes a local disk or changes a charge type", async () => {
  const sent = new Map<string, Set<string>>();
  const door = {
    call: (action: string, params: object) => {
      sent.set(action, new Set([...(sent.get(action) ?? []), ...Object.keys(params)]));
      return Promise.resolve({ body: { RequestId: "R" }, requestId: "R", serverTimeMs: 0 });
    },
  } as unknown as PopDoor;
  const ecs = new PopClient("cn-hangzhou", door, door, () => 0);
  const id = "i-bp67acfmxazb4p";
  const holds = () => Promise.resolve(true);
  await ecs.start(id, holds);
  await ecs.stop(id, { mode: "StopCharging", force: true, hibernate: true }, holds);
  await ecs.startTogether([id, "i-other"]);
  await ecs.stopTogether([id, "i-other"], { mode: "StopCharging", force: true });
  await ecs.release(id, { force: true });
  await ecs.setReleaseTime(id, "2026-12-24T10:00:00Z");
  await ecs.cancelReleaseTime(id);
  await ecs.setDeletionProtection(id, false);
  await ecs.createSnapshot("d-1", { clientToken: "t", name: "last", retentionDays: 7, tags: { a: "b" } });
  const names = Object.fromEntries([...sent].map(([action, params]) => [action, [...params].sort()]));
  expect(names).toEqual(written);
});
