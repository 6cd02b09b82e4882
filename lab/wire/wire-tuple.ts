import { lasting, singles, type Tuple } from "../explore/explore";
import type { FaultPlan, Told } from "../explore/story";
import { labelOf } from "../model/fault";
import { lastingWireFaults, wireOnlyFaults } from "./wire-faults";

/** Something that goes wrong on the wire. */
export interface WireTuple extends Tuple {
  /** What the same is in memory; undefined: nothing is. */
  readonly inMemory: FaultPlan | undefined;
  /** By how much the local clock is ahead. */
  readonly skewMs: number;
}

const minuteMs = 60_000;

/** Ends of what the vendor takes for the present, and a clock that nobody has set. */
const skews: readonly (readonly [name: string, ms: number])[] = [
  ["clock a day slow", -24 * 60 * minuteMs],
  ["clock 16 min slow", -16 * minuteMs],
  ["clock 14 min slow", -14 * minuteMs],
  ["clock 16 min fast", 16 * minuteMs],
  ["clock a day fast", 24 * 60 * minuteMs],
];

/** Everything that can go wrong on the wire, once or again and again, given the story in which nothing does. */
export function tuplesOf(reference: Told): readonly WireTuple[] {
  const alike = [...singles(reference, "single"), ...lasting(reference)].map(
    (tuple): WireTuple => ({ ...tuple, inMemory: tuple.plan, skewMs: 0 }),
  );
  return [...alike, ...wireOnly(reference), ...lastingOnTheWire(reference), ...skewed()];
}

function lastingOnTheWire({ sent }: Told): readonly WireTuple[] {
  return (sent[0] ?? []).flatMap(({ index, action }) =>
    lastingWireFaults.map((fault): WireTuple => {
      const plan: FaultPlan = (run, call) => (run === 0 && call >= index ? fault : undefined);
      const name = `${index}/${labelOf(fault)} × always`;
      return { call: index, action, name, faults: [fault], lastRun: 0, plan, inMemory: plan, skewMs: 0 };
    }),
  );
}

function wireOnly({ sent }: Told): readonly WireTuple[] {
  return (sent[0] ?? []).flatMap(({ index, action }) =>
    wireOnlyFaults.map(({ fault, asInMemory }): WireTuple => {
      const at = (one: typeof fault): FaultPlan => {
        return (run, call) => (run === 0 && call === index ? one : undefined);
      };
      return {
        call: index,
        action,
        name: `${index}/${labelOf(fault)}`,
        faults: [fault],
        lastRun: 0,
        plan: at(fault),
        inMemory: asInMemory === undefined ? undefined : at(asInMemory),
        skewMs: 0,
      };
    }),
  );
}

function skewed(): readonly WireTuple[] {
  const nothing = () => undefined;
  return skews.map(([name, skewMs]) => ({
    call: -1,
    action: "all",
    name: `all/${name}`,
    faults: [],
    lastRun: 0,
    plan: nothing,
    inMemory: nothing,
    skewMs,
  }));
}

/** What is to be met at least once: this fault at this call, wherever. */
export function pairOf({ action, name }: WireTuple): string {
  return `${action} × ${name.slice(name.indexOf("/") + 1)}`;
}
