import { type Emulator, startEmulator, type World, type WorldSnapshot } from "../../emulator/index";
import type { EcsPort } from "../../provider/ecs/port";
import type { World as WorldFacts } from "../evidence";
import type { Cloud, Sent } from "../model/cloud";
import { factsOf } from "../model/facts";
import { httpPort } from "../model/http-port";
import type { Fault } from "../model/fault";
import { standsUnder, thenOf } from "./then-of";
import { type Passage, Wire } from "./wire";
import type { WireTime } from "./wire-time";

const freely: Passage = { isSent: true, stands: () => false };

/** The emulator as a server on loopback, in virtual time, behind the provider's own door to it: real requests, really signed. */
export class WireCloud implements Cloud {
  readonly sent: Sent[] = [];
  readonly wire: Wire;
  onCrash: () => void = () => undefined;
  onDoomed: () => void = () => undefined;
  private faultAt: (call: number) => Fault | undefined = () => undefined;
  /** For each fault that was planned in this run, whether it has come to pass. */
  private planned: (() => boolean)[] = [];

  private constructor(
    private readonly emulator: Emulator,
    private readonly time: WireTime,
  ) {
    this.wire = new Wire(Number(new URL(emulator.endpoint).port), (action) => this.route(action));
    time.wire = this.wire;
    this.wire.install();
  }

  static async open(time: WireTime): Promise<WireCloud> {
    return new WireCloud(await startEmulator({ clock: "virtual", world: {} }), time);
  }

  async close(): Promise<void> {
    this.wire.uninstall();
    this.wire.hangUp();
    this.time.wire = undefined;
    await this.emulator.stop();
  }

  get world(): World {
    return this.emulator.world;
  }

  get reached(): number {
    return this.planned.filter((isReached) => isReached()).length;
  }

  begin(faultAt: (call: number) => Fault | undefined): void {
    this.sent.length = 0;
    this.planned = [];
    this.world.faults.clear();
    this.faultAt = faultAt;
  }

  restore(snapshot: WorldSnapshot): void {
    this.world.restore(snapshot);
    // The local clock may be wrong in a story; then it must not be taken for a second truth.
    this.world.strictTime = true;
    this.time.onAdvance = (ms) => this.world.clock.advance(ms);
  }

  port(regionId: string, isAlive: () => boolean): EcsPort {
    return httpPort(this.emulator, regionId, isAlive);
  }

  facts(): WorldFacts {
    return factsOf(this.world);
  }

  private route(action: string): Passage {
    const index = this.sent.length;
    this.sent.push({ index, action });
    const fault = this.faultAt(index);
    if (fault === undefined) return freely;
    const then = thenOf(fault);
    if (then !== undefined) {
      // The next one of this name is this one; a connection that is refused has no name.
      const isRefusal = "wire" in then && then.wire === "refuse";
      const rule = this.world.faults.add({ ...(isRefusal ? {} : { action }), then });
      const isReached = () => rule.applied > 0;
      this.planned.push(isReached);
      if (!standsUnder(then)) return freely;
      return { isSent: true, stands: fault.kind === "crash" ? this.onceThere(isReached) : isReached };
    }
    return this.crash(fault);
  }

  /** Kills when it stands there; time may pass only when that has been heard. */
  private onceThere(isThere: () => boolean): () => boolean {
    let isDead = false;
    return () => {
      if (isDead || !isThere()) return isDead;
      isDead = true;
      this.onCrash();
      return false;
    };
  }

  private crash(fault: Fault): Passage {
    if (fault.kind !== "crash") throw new Error("only a crash concerns the client's side alone");
    let isReached = false;
    this.planned.push(() => isReached);
    const die = () => {
      isReached = true;
      this.onCrash();
    };
    switch (fault.point) {
      case "before-send":
        die();
        return { isSent: false, stands: () => true };
      case "answered-not-returned":
        return { ...freely, answered: die };
      case "returned-not-recorded":
        isReached = true;
        this.onDoomed();
        return freely;
      default:
        throw new Error(`a crash ${fault.point} is played by the emulator`);
    }
  }
}
