import type { World, WorldSnapshot } from "../../emulator/index";
import type { EcsPort } from "../../provider/ecs/port";
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
    return {
      regionId: port.regionId,
      inTurn: (call, work) =>
        port.inTurn(call, (turn) =>
          work({
            start: (id) => distant(() => turn.start(id)),
            stop: (id, options) => distant(() => turn.stop(id, options)),
          }),
        ),
      untilMayLook: () => port.untilMayLook(),
      isHeldBack: () => port.isHeldBack(),
      observe: (ids, pace) => distant(() => port.observe(ids, pace)),
      list: (criteria) => distant(() => port.list(criteria)),
      confirm: (id) => distant(() => port.confirm(id)),
      mayObserve: () => distant(() => port.mayObserve()),
      inspect: (id) => distant(() => port.inspect(id)),
      accountId: (patience) => distant(() => port.accountId(patience)),
      start: (id) => distant(() => port.start(id)),
      stop: (id, options) => distant(() => port.stop(id, options)),
      createSnapshot: (diskId, options) => distant(() => port.createSnapshot(diskId, options)),
      setDeletionProtection: (id, on) => distant(() => port.setDeletionProtection(id, on)),
      release: (id, options) => distant(() => port.release(id, options)),
      setReleaseTime: (id, at) => distant(() => port.setReleaseTime(id, at)),
      cancelReleaseTime: (id) => distant(() => port.cancelReleaseTime(id)),
    };
  }
}
