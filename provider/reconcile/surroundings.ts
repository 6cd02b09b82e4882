import type { Write } from "../core/model";
import type { EcsPort } from "../ecs/port";
import type { Clock } from "./clock";

/** What the reconciler may use. */
export interface Surroundings {
  readonly ecs: EcsPort;
  readonly clock: Clock;
  /** Tells the user what is being waited for, and each write that was done. */
  readonly progress: (text: string, kind?: "result") => void;
  readonly wrote: (text: string) => void;
  /** Why nothing that acts may be done, by reasons that are not the instance's own. */
  readonly held: readonly string[];
  /** Throws when this call must not be made: the engine is gone, or the run has used up its releases. */
  readonly permit: (step: Write) => Promise<void>;
}
