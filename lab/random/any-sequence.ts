import * as fc from "fast-check";
import { labelOf } from "../model/fault";
import { faultsAt } from "../model/faults-to-try";
import { hands, machineKinds, type Mishap, type Sequence, type Step, type Wish } from "./sequence";

const mostSteps = 60;
const machine = fc.nat({ max: 99 });
const faults = faultsAt("DescribeInstances").map(labelOf);
const fault = fc.constantFrom(...faults);
/**
 * Not the old looks: where both calls that could tell deny a machine again and again, for longer than the proof of its
 * absence takes, they are believed. No proof could be enough for that. Looks that are a few seconds old are a step of their own.
 */
const lasting = fc.constantFrom(...faults.filter((label) => !label.startsWith("stale")));

/** Some of them can't be met, or are refused as they stand: that is for the provider to say. */
const wish: fc.Arbitrary<Wish> = fc.record(
  {
    state: fc.constantFrom("running", "stopped", "released"),
    time: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -30, max: 5_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(29, 30, 31, 2_000_000) },
      { weight: 2, arbitrary: fc.constant("never" as const) },
      { weight: 3, arbitrary: fc.constantFrom("31m", "8h", "2d").map((after) => ({ after })) },
    ),
    stop: fc.constantFrom({ mode: "StopCharging" }, { force: true }, { forceAfter: "5s" }, { applyModeNow: true }),
    release: fc.constantFrom({ snapshot: true }, { force: true }, { deletionProtection: "lift" }),
    expect: fc.constantFrom("name", "name", "name", "tag", "other"),
    drift: fc.constant("report"),
    onDelete: fc.constantFrom("retain", "retainTimer", "stop"),
    wrong: fc.constant(true),
  },
  { requiredKeys: [] },
);

/** Every key would be there half of the time; these are meant to be rare. */
const declared: fc.Arbitrary<Wish> = fc
  .tuple(wish, fc.nat({ max: 19 }), fc.nat({ max: 9 }), fc.nat({ max: 2 }))
  .map(([{ wrong, drift, time, ...rest }, isWrong, isReported, isTimed]) => ({
    ...rest,
    ...(isTimed > 0 || time === undefined ? {} : { time }),
    ...(isReported > 0 || drift === undefined ? {} : { drift }),
    ...(isWrong > 0 || wrong === undefined ? {} : { wrong }),
  }));

const mishap: fc.Arbitrary<Mishap> = fc.record({ call: fc.nat({ max: 25 }), fault });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant("declare" as const), machine, wish: declared }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("declareAll" as const), wish: declared }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("takeOut" as const, "rename" as const, "lose" as const), machine }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("preview" as const, "refresh" as const, "refresh" as const, "destroy" as const),
    }),
  },
  {
    weight: 18,
    arbitrary: fc.record({ do: fc.constant("up" as const), mishap }, { requiredKeys: ["do"] }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("trouble" as const),
      fault: lasting,
      share: fc.constantFrom(0.02, 0.1, 0.3, 0.9),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("throttle" as const), perMinute: fc.constantFrom(1, 6, 30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lag" as const), seconds: fc.constantFrom(1, 4) }) },
  { weight: 3, arbitrary: fc.constant({ do: "calm" as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      seconds: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(1_800, 3_600, 86_400, 259_200)),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("hand" as const),
      machine,
      act: fc.constantFrom(...hands),
      afterSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("skew" as const), minutes: fc.constantFrom(-1_440, -16, -14, 16, 1_440) }),
  },
);

const machines = fc.constantFrom(
  ...machineKinds,
  // The ordinary ones are most of the world.
  ...Array.from({ length: 8 }, () => ["running", "stopped"] as const).flat(),
);

function sequenceOf(fewest: number, most: number, steps: number): fc.Arbitrary<Sequence> {
  return fc.record({
    machines: fc.array(machines, { minLength: fewest, maxLength: most, size: "max" }),
    maxReleases: fc.constantFrom(1, 100, 0),
    parallel: fc.constantFrom(1, 4, 16),
    continueOnError: fc.boolean(),
    steps: fc.array(step, { maxLength: steps, size: "max" }),
  });
}

/** Members come, go, and are declared otherwise, one alone or all together. */
const fleetStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: step },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("declareAll" as const), wish: declared }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("join" as const), machine, other: machine }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("takeOut" as const), machine }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("hand" as const),
      machine,
      act: fc.constantFrom("delete" as const, "stop" as const, "start" as const),
      afterSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
    }),
  },
);

/** As fleets, they are all declared at first. */
const fleets: fc.Arbitrary<Sequence> = fc
  .tuple(sequenceOf(3, 12, 0), declared, fc.array(fleetStep, { maxLength: 30, size: "max" }))
  .map(([sequence, wish, steps]) => ({
    ...sequence,
    asFleets: true,
    steps: [{ do: "declareAll", wish }, { do: "up" }, ...steps],
  }));

/** A few machines and up to sixty steps, fleets in between; now and then a hundred machines, which take their time. */
export const anySequence: fc.Arbitrary<Sequence> = fc.oneof(
  { weight: 159, arbitrary: sequenceOf(1, 6, mostSteps) },
  { weight: 40, arbitrary: fleets },
  { weight: 1, arbitrary: sequenceOf(100, 100, 12) },
);
