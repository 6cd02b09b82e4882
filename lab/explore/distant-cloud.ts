import type { World, WorldSnapshot } from "../../emulator/index";
import { delegate } from "../../provider/ecs/batching/delegate";
import type { EcsPort, Precondition } from "../../provider/ecs/port";
import type { World as WorldFacts } from "../evidence";
import type { Cloud, Sent } from "../model/cloud";
import type { Fault } from "../model/fault";
import type { VirtualTime } from "../model/virtual-time";

const longestMs = 60;

/** The same cloud, from which requests and answers take a while, by chance: so that two runs get between each other's calls. */
export class DistantCloud implements Cloud {
  constructor(
    private readonly near: Cloud,
    private readonly time: VirtualTime,
  ) {}

  get world(): World {
    return this.near.world;
  }

  get sent(): readonly Sent[] {
    return this.near.sent;
  }

  get reached(): number {
    return this.near.reached;
  }

  // Two runs share this cloud, and neither is killed in it.
  onCrash: () => void = () => undefined;
  onDoomed: () => void = () => undefined;

  begin(faultAt: (call: number) => Fault | undefined): void {
    this.near.begin(faultAt);
  }

  restore(snapshot: WorldSnapshot): void {
    this.near.restore(snapshot);
  }

  facts(): WorldFacts {
    return this.near.facts();
  }

  port(regionId: string, isAlive: () => boolean): EcsPort {
    const port = this.near.port(regionId, isAlive);
    const aWhile = () => this.time.sleep(Math.floor(Math.random() * longestMs));
    const distant = async <T>(call: () => Promise<T>): Promise<T> => {
      await aWhile();
      const answer = await call();
      await aWhile();
      return answer;
    };
    const near =
      (precondition: Precondition): Precondition =>
      async () => {
        const holds = await precondition();
        await aWhile();
        return holds;
      };
    return delegate(port, {
      observe: (ids) => distant(() => port.observe(ids)),
      list: (criteria) => distant(() => port.list(criteria)),
      confirm: (id) => distant(() => port.confirm(id)),
      mayObserve: () => distant(() => port.mayObserve()),
      inspect: (id) => distant(() => port.inspect(id)),
      accountId: (patience) => distant(() => port.accountId(patience)),
      start: (id, precondition) => distant(() => port.start(id, near(precondition))),
      stop: (id, options, precondition) => distant(() => port.stop(id, options, near(precondition))),
      createSnapshot: (diskId, options) => distant(() => port.createSnapshot(diskId, options)),
      setDeletionProtection: (id, on) => distant(() => port.setDeletionProtection(id, on)),
      release: (id, options) => distant(() => port.release(id, options)),
      setReleaseTime: (id, at) => distant(() => port.setReleaseTime(id, at)),
      cancelReleaseTime: (id) => distant(() => port.cancelReleaseTime(id)),
    });
  }
}
