import type { VirtualTime } from "../model/virtual-time";
import type { Measured } from "./fleet";
import { outage } from "./outage";
import { fleetUnderCut, quotaCut, storm } from "./scarce";
import { dayOfRuns, dayOfWaiting } from "./soak";
import { thousand } from "./thousand";

/** One load, with a size at which it is what its name says. */
export interface Load {
  readonly name: string;
  readonly size: number;
  /** The clock must be installed. */
  readonly bear: (time: VirtualTime, size: number) => Promise<Measured>;
}

/** As many creates and updates at once as the engine has by default with four cores; and all at once, which it can be told. */
const someAtOnce = 16;
const middleMs = 6_000;

export const loads: readonly Load[] = [
  { name: "1,000 machines, 60 calls a minute", size: 1_000, bear: (time, size) => thousand(time, size, someAtOnce) },
  { name: "1,000 machines all at once", size: 1_000, bear: (time, size) => thousand(time, size, size) },
  { name: "limit cut to a tenth", size: 100, bear: quotaCut },
  { name: "a fleet of 1,000, limit cut to a tenth half-way", size: 1_000, bear: fleetUnderCut },
  { name: "90 % turned away", size: 100, bear: storm },
  {
    name: "total outage, 503",
    size: 100,
    bear: (time, size) => outage(time, size, { code: "ServiceUnavailable" }, 0),
  },
  {
    name: "total outage, resets",
    size: 100,
    bear: (time, size) => outage(time, size, { wire: "reset-before" }, 0),
  },
  {
    name: "outage in the middle, 503",
    size: 100,
    bear: (time, size) => outage(time, size, { code: "ServiceUnavailable" }, middleMs),
  },
  {
    name: "outage in the middle, answers lost",
    size: 100,
    bear: (time, size) => outage(time, size, { wire: "reset-after" }, middleMs),
  },
  { name: "24 hours of runs", size: 20, bear: (time, size) => dayOfRuns(time, size, 144) },
  { name: "24 hours of waiting", size: 5, bear: (time, size) => dayOfWaiting(time, size, 24) },
];
