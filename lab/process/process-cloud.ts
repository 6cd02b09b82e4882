import { type Emulator, startEmulator, type World, type WorldSnapshot } from "../../emulator/index";
import type { EcsPort } from "../../provider/ecs/port";
import type { Outside } from "../../provider/lifecycle";
import type { World as WorldFacts } from "../evidence";
import { isByItself } from "../judge/rows";
import type { Cloud, Sent } from "../model/cloud";
import { factsOf } from "../model/facts";
import { httpPort } from "../model/http-port";
import type { Methods } from "../model/methods";
import { region } from "../model/mini-engine";
import { HostMethods } from "./host-methods";
import type { Kill, KillPoint } from "./kill";
import { livingClock } from "./living-clock";
import type { MachineTime } from "./machine-time";

/** What was let go is executed in the next turns of the loop; this is many of them. */
const letGoMs = 50;

/** The emulator as a server on loopback, whose time passes as the machine's does, and the provider in a process of its own that can be killed. */
export class ProcessCloud implements Cloud {
  onCrash: () => void = () => undefined;
  onDoomed: () => void = () => undefined;
  reached = 0;
  /** What happens in the next run. */
  armed: Kill | undefined;
  private beganN = 0;
  private host: HostMethods | undefined;
  private killedWhenConfiguring = false;
  private watched: NodeJS.Timeout | undefined;
  private runs = 0;

  private constructor(
    private readonly emulator: Emulator,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly root: string,
  ) {}

  /** @param root The folder whose node_modules hold SDK and package. */
  static async open(
    time: MachineTime,
    settings: Readonly<Record<string, string>>,
    root: string,
  ): Promise<ProcessCloud> {
    const emulator = await startEmulator({ clock: "virtual", world: {} });
    emulator.world.clock = livingClock(emulator.world.now());
    const cloud = new ProcessCloud(emulator, settings, root);
    time.ended = () => cloud.endRun();
    return cloud;
  }

  async close(): Promise<void> {
    await this.endRun();
    await this.emulator.stop();
  }

  get world(): World {
    return this.emulator.world;
  }

  get sent(): readonly Sent[] {
    const rows = this.world.ledger.entries({ since: this.beganN }).filter((row) => !isByItself(row));
    return rows.map(({ action }, index) => ({ index, action }));
  }

  restore(snapshot: WorldSnapshot): void {
    this.world.restore(snapshot);
  }

  /** Where a call stands that is held in this run; a run before may have left its watcher behind. */
  private get place(): string {
    return `run-${this.runs}`;
  }

  begin(): void {
    this.runs += 1;
    this.world.clearFaults();
    this.reached = 0;
    this.beganN = this.world.ledger.mark().lastN;
    const kill = this.armed;
    this.armed = undefined;
    this.killedWhenConfiguring = kill?.point === "during configure";
    if (kill !== undefined && "call" in kill) this.wait(kill.call, kill.point);
  }

  port(regionId: string, isAlive: () => boolean): EcsPort {
    return httpPort(this.emulator, regionId, isAlive);
  }

  /** A run's provider, in its process. */
  readonly methods = (outside: Outside): Methods => {
    const { endpoint, accessKeyId, accessKeySecret } = this.emulator;
    this.host = new HostMethods(outside, {
      env: {
        ALIBABA_CLOUD_ENDPOINT_ECS: endpoint,
        ALICLOUD_ACCESS_KEY: accessKeyId,
        ALICLOUD_SECRET_KEY: accessKeySecret,
      },
      config: { "alicloud:region": region, ...this.settings },
      cwd: this.root,
      configuring: (pid) => {
        if (!this.killedWhenConfiguring) return;
        this.reached = 1;
        this.onCrash();
        process.kill(pid, "SIGKILL");
      },
    });
    return this.host;
  };

  facts(): WorldFacts {
    return factsOf(this.world);
  }

  private wait(call: number, point: KillPoint): void {
    const nth = call + 1;
    const { place } = this;
    if (point === "arrived, never executed") {
      const rule = this.world.addFault({ nth, then: { wire: "hang", when: "before" } });
      // Nobody tells that a call hangs.
      this.watched = setInterval(() => {
        if (this.world.faults.list().some(({ id, applied }) => id === rule.id && applied > 0)) this.die();
      }, 2);
      return;
    }
    this.world.addFault({
      nth,
      then: { hold: place, when: point === "arrived, executed after the death" ? "before" : "after" },
    });
    void this.world.holds.reached(place).then(() => {
      if (point === "method ended, not recorded") {
        this.reached = 1;
        this.onDoomed();
        this.world.holds.release(place);
      } else if (point === "answered") {
        this.world.holds.release(place);
        // The answer is in the kernel's hands by then.
        setImmediate(() => this.die());
      } else this.die();
    });
  }

  private die(): void {
    clearInterval(this.watched);
    this.reached = 1;
    // First, so that its end is nobody's failure.
    this.onCrash();
    this.host?.kill();
  }

  private async endRun(): Promise<void> {
    clearInterval(this.watched);
    const { host } = this;
    this.host = undefined;
    await host?.end();
    if (this.world.holds.release(this.place) > 0) await new Promise((resolve) => setTimeout(resolve, letGoMs));
  }
}
