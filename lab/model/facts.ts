import type { World } from "../../emulator/index";
import type { World as WorldFacts } from "../evidence";

/** What really is there. */
export function factsOf(world: World): WorldFacts {
  world.settle();
  const instances = new Map(
    [...world.compute.all()]
      .filter((held) => !held.released)
      .map(({ instance }) => [instance.InstanceId, instance] as const),
  );
  const disks = new Map(
    [...instances.keys()].map((id) => [id, world.storage.disksOf(id).map(({ DiskId }) => DiskId)] as const),
  );
  const snapshots = world.storage.snapshots.items().map((snapshot) => ({
    snapshotId: snapshot.SnapshotId,
    diskId: snapshot.SourceDiskId,
    status: snapshot.Status,
    createdAt: snapshot.CreationTime,
  }));
  return { atMs: world.now(), instances, disks, snapshots };
}
