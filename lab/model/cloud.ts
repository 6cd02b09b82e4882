import type { World, WorldSnapshot } from "../../emulator/index";
import type { EcsPort } from "../../provider/ecs/port";
import type { World as WorldFacts } from "../evidence";
import type { Fault } from "./fault";

/** A call of the run that is going on, counted from 0. */
export interface Sent {
  readonly index: number;
  readonly action: string;
}

/** A world, the way to it, and what goes wrong on that way. */
export interface Cloud {
  readonly world: World;
  /** The calls of this run. */
  readonly sent: readonly Sent[];
  /** How many faults of this run were reached. */
  readonly reached: number;
  /** Called where a fault kills the process. */
  onCrash: () => void;
  /** Called where a fault lets the process live until its method has returned. */
  onDoomed: () => void;
  /** A new run: nothing sent yet. */
  begin(faultAt: (call: number) => Fault | undefined): void;
  /** Back to that moment; from then on time passes here. */
  restore(snapshot: WorldSnapshot): void;
  /** The provider's client for a region, as one process has it: looks that come together share their calls. */
  port(regionId: string, isAlive: () => boolean): EcsPort;
  facts(): WorldFacts;
}
