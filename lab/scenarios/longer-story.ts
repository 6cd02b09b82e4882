import type { DiskFields, InstanceFields, SnapshotFields, Timings, World } from "../../emulator/index";
import type { Declaration } from "../evidence";
import type { Sent } from "../model/cloud";

/** One thing that happens in a story, after the one before it has ended. */
export type Chapter =
  /**
   * `interrupted`: from the third look on nothing can be seen any more, so it stops half-way. `killed`: it dies when the method
   * of its first write has come to its end, which nobody records. Neither is given again.
   */
  | { readonly kind: "up"; readonly program: readonly Declaration[]; readonly cutShort: "interrupted" | "killed" }
  | { readonly kind: "up" | "preview"; readonly program: readonly Declaration[] }
  | { readonly kind: "refresh" | "destroy" }
  | { readonly kind: "wait"; readonly ms: number }
  /** Somebody works in the console. */
  | { readonly kind: "byHand"; readonly act: (world: World) => void }
  /** Two people run the same `up` at the same moment, from the same state. */
  | { readonly kind: "twice"; readonly program: readonly Declaration[] }
  /**
   * All resources of the program at once, and what fails holds up nothing else: `pulumi up --continue-on-error --parallel`.
   * `bad`: the ids for which something is wrong; all others have to become as declared.
   */
  | { readonly kind: "sideBySide"; readonly program: readonly Declaration[]; readonly bad: readonly string[] };

/** A story of several commands over any number of machines. */
export interface LongerStory {
  readonly name: string;
  /** Besides the bystander. */
  readonly instances: readonly InstanceFields[];
  readonly disks?: readonly DiskFields[];
  readonly snapshots?: readonly SnapshotFields[];
  readonly timings?: Partial<Timings>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly chapters: readonly Chapter[];
  /** Somebody else at work all the time: called before each call of the program's. */
  readonly meanwhile?: (world: World, call: Sent) => void;
  /** Machines of which the same is declared are one resource. */
  readonly asFleets?: boolean;
  /** `npm run lab` tells it with every kill at every call, and with a larger share of all other faults than it tells of the rest. */
  readonly isThorough?: boolean;
}

/** The id of the n-th machine, counted from 1. */
export function machine(n: number): string {
  return `i-bp1labfleet${String(n).padStart(9, "0")}`;
}

export function machines(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => machine(from + index));
}
