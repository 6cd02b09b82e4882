import type { Properties } from "../evidence";
import { all, byHand, destroy, gone, named, preview, refresh, up, worker } from "./chapters";
import { type LongerStory, machine, machines } from "./longer-story";

const time = "2026-06-03T04:00:00Z";
const later = "2026-06-05T04:00:00Z";

function fleet(count: number, fields: Parameters<typeof worker>[1] = {}) {
  return machines(1, count).map((id) => worker(id, fields));
}

const twelve = { "lifecycle:maxStops": "12", "lifecycle:maxReleaseTimes": "12" };
const stoppedAt = { state: "stopped", autoReleaseAt: time, ...named };

/** What keeps one of twelve from being stopped and from getting a release time. */
const troubles: readonly Parameters<typeof worker>[] = [
  [machine(2), { DeletionProtection: true }],
  [machine(4), { OperationLocks: ["security"] }],
  [machine(5), { Tags: { "acs:autoscaling:scalingGroupId": "asg-1" } }],
  [machine(7), { InstanceChargeType: "PrePaid" }],
  [machine(9), { InstanceName: "database" }],
];

/** Each disk is saved by calls of its own, so of this one alone there would be more to tell than of all the others. */
const saved: LongerStory = {
  name: "fleet of 3: saved and released",
  instances: fleet(3),
  timings: { snapshotMs: 2_000 },
  disks: machines(1, 3).map((id, index) => ({ DiskId: `d-bp1labfleet0000000${index}`, InstanceId: id })),
  settings: { "lifecycle:maxReleases": "3" },
  chapters: [
    up(...all(machines(1, 3), { state: "running" })),
    up(...all(machines(1, 3), { state: "released", release: { snapshot: true }, ...named })),
  ],
  asFleets: true,
};

/** One resource with few, with some, and with a dozen members. */
const bySize: readonly LongerStory[] = [
  {
    name: "fleet of 3: stopped, started again, stopped when it is destroyed",
    instances: fleet(3),
    chapters: [
      up(...all(machines(1, 3), { state: "stopped", onDelete: "stop" })),
      up(...all(machines(1, 3), { state: "running", onDelete: "stop" })),
      destroy,
    ],
  },
  {
    name: "fleet of 3: released",
    instances: fleet(3),
    settings: { "lifecycle:maxReleases": "3" },
    chapters: [
      up(...all(machines(1, 3), { state: "running" })),
      up(...all(machines(1, 3), { state: "released", ...named })),
    ],
  },
  {
    name: "fleet of 5: release times set, postponed, taken out",
    instances: fleet(5),
    chapters: [
      up(...all(machines(1, 5), { state: "running", autoReleaseAt: time })),
      up(...all(machines(1, 5), { state: "running", autoReleaseAt: later })),
      up(...all(machines(1, 5), { state: "running" })),
    ],
  },
  {
    name: "fleet of 5: each in another state",
    instances: (["Running", "Stopped", "Starting", "Stopping", "Pending"] as const).map((Status, index) =>
      worker(machine(index + 1), { Status }),
    ),
    chapters: [
      up(...all(machines(1, 5), { state: "running" })),
      refresh,
      up(...all(machines(1, 5), { state: "stopped" })),
    ],
  },
  {
    name: "fleet of 5: one joins, one leaves, one vanishes",
    instances: fleet(5),
    chapters: [
      up(...all(machines(1, 4), { state: "stopped", autoReleaseAt: time })),
      ...gone(machine(3)),
      up(...all([machine(1), machine(3), machine(4), machine(5)], { state: "stopped", autoReleaseAt: time })),
      up(...all([machine(1), machine(4), machine(5)], { state: "stopped", autoReleaseAt: time })),
      refresh,
      destroy,
    ],
  },
  {
    name: "fleet of 12: stopped, half of them leave, all are started",
    instances: fleet(12),
    settings: twelve,
    chapters: [
      up(...all(machines(1, 12), { state: "stopped" })),
      up(...all(machines(1, 6), { state: "stopped" })),
      up(...all(machines(1, 12), { state: "running" })),
    ],
  },
  {
    name: "fleet of 12: half of them stand in the way of it",
    instances: fleet(12),
    settings: twelve,
    chapters: [
      up(...all(machines(1, 12), {})),
      byHand((world) => {
        for (const [InstanceId, fields] of troubles) world.putInstance({ ...fields, InstanceId });
      }),
      ...gone(machine(11)),
      {
        kind: "sideBySide",
        bad: [...troubles.map(([id]) => id), machine(11)],
        program: all(machines(1, 12), stoppedAt),
      },
      up(...all(machines(1, 12), stoppedAt)),
    ],
  },
  {
    name: "fleet of 5: one is locked at the very moment of its stop",
    instances: fleet(5),
    meanwhile: (world, { action }) => {
      if (action === "StopInstances") world.putInstance({ InstanceId: machine(1), OperationLocks: ["security"] });
    },
    chapters: [{ kind: "sideBySide", bad: [machine(1)], program: all(machines(1, 5), { state: "stopped" }) }],
  },
  {
    name: "fleet of 12: half of them go over to another fleet",
    instances: fleet(12),
    settings: twelve,
    chapters: [
      up(...all(machines(1, 12), { state: "running", autoReleaseAt: time })),
      up(
        ...all(machines(1, 6), { state: "running", autoReleaseAt: time }),
        ...all(machines(7, 12), { state: "stopped" }),
      ),
    ],
  },
];

const copies: readonly LongerStory[] = [3, 12].map((size): LongerStory => {
  return {
    name: `two runs at once / fleet of ${size} stopped, with a release time`,
    instances: fleet(size),
    settings: twelve,
    chapters: [{ kind: "twice", program: all(machines(1, size), stoppedAt) }],
  };
});

/** Declared otherwise, they are another fleet. */
function twoFleets(size: number, args: Properties) {
  return [...all(machines(1, size), args), ...all(machines(size + 1, 2 * size), { ...args, onDelete: "retainTimer" })];
}

/** A limit counts over the whole program: each of two fleets alone would be within it. */
const overOneLimit: readonly LongerStory[] = [
  {
    name: "two fleets: three stops each, five allowed",
    instances: fleet(6),
    settings: { "lifecycle:maxStops": "5" },
    chapters: [
      up(...twoFleets(3, { state: "running" })),
      preview(...twoFleets(3, { state: "stopped" })),
      up(...twoFleets(3, { state: "stopped" })),
    ],
  },
  {
    name: "two fleets: one release each, one allowed",
    instances: fleet(2, { Status: "Stopped" }),
    chapters: [up(...twoFleets(1, { state: "stopped" })), up(...twoFleets(1, { state: "released", ...named }))],
  },
  {
    name: "two fleets: six release times each, ten allowed",
    instances: fleet(12),
    chapters: [up(...twoFleets(6, { autoReleaseAt: time }))],
  },
];

/** A release time that a run has set and no later one has to: whoever takes it out has to find it recorded. */
const ownTimes: readonly LongerStory[] = [
  {
    name: "fleet of 3: a release time, and the run is killed before it is recorded",
    instances: fleet(3),
    chapters: [
      up(...all(machines(1, 3), { state: "running" })),
      { kind: "up", program: all(machines(1, 3), { state: "running", autoReleaseAt: time }), cutShort: "killed" },
      up(...all(machines(1, 3), { state: "running", autoReleaseAt: time })),
      up(...all(machines(1, 3), { state: "running" })),
    ],
  },
  {
    name: "fleet of 3: cancelling a release time fails half-way, and is done by the next run",
    instances: fleet(3),
    chapters: [
      up(...all(machines(1, 3), { state: "running", autoReleaseAt: time })),
      byHand((world) => {
        world.addFault({
          action: "ModifyInstanceAutoReleaseTime",
          instanceId: machine(2),
          times: "always",
          then: { wire: "reset-before" },
        });
      }),
      up(...all(machines(1, 3), { state: "running" })),
      byHand((world) => {
        world.clearFaults();
      }),
      up(...all(machines(1, 3), { state: "running" })),
    ],
  },
  {
    name: "fleet of 3: one gets a later release time, and does not stop; then all are left",
    instances: [worker(machine(1)), worker(machine(2), { timings: { stopMs: null } }), worker(machine(3))],
    chapters: [
      up(...all(machines(1, 3), { state: "running", autoReleaseAt: time })),
      up(...all(machines(1, 3), { state: "stopped", autoReleaseAt: later, timeouts: { stop: "20s" } })),
      destroy,
    ],
  },
];

export const fleetSizeStories: readonly LongerStory[] = [
  ...[...bySize, ...copies, ...overOneLimit, ...ownTimes].map((story) => ({
    ...story,
    timings: { startMs: 3_000, stopMs: 3_000, releaseMs: 2_000 },
    asFleets: true,
    isThorough: true,
  })),
  saved,
];
