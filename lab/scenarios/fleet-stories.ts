import { all, declare, gone, named, refresh, up, worker } from "./chapters";
import { type LongerStory, machine, machines } from "./longer-story";

const [one, two, three, four, five] = [machine(1), machine(2), machine(3), machine(4), machine(5)] as const;
const time = "2026-06-03T04:00:00Z";

function fleet(count: number, fields: Parameters<typeof worker>[1] = {}) {
  return machines(1, count).map((id) => worker(id, fields));
}

/** Several machines in one program: limits, answers that come together, one that is not like the others. */
export const fleetStories: readonly LongerStory[] = [
  {
    name: "three to be released, one allowed",
    instances: fleet(3, { Status: "Stopped" }),
    chapters: [
      up(...all(machines(1, 3), { state: "stopped" })),
      up(...all(machines(1, 3), { state: "released", ...named })),
    ],
  },
  {
    name: "six to be released, two allowed, all new",
    instances: fleet(6),
    settings: { "lifecycle:maxReleases": "2" },
    chapters: [up(...all(machines(1, 6), { state: "released", ...named }))],
  },
  {
    name: "two to be released, two allowed",
    instances: fleet(2),
    settings: { "lifecycle:maxReleases": "2" },
    chapters: [
      up(...all(machines(1, 2), { state: "released", ...named })),
      up(...all(machines(1, 2), { state: "released", ...named })),
    ],
  },
  {
    name: "none may be released",
    instances: fleet(1),
    settings: { "lifecycle:maxReleases": "0" },
    chapters: [up(declare(one, { state: "released", ...named }))],
  },
  {
    name: "half of six are missing, one is to be released",
    instances: fleet(6),
    chapters: [
      up(...all(machines(1, 6), { state: "running" })),
      ...gone(three, four, five),
      up(...all(machines(2, 6), {}), declare(one, { state: "released", ...named })),
    ],
  },
  {
    name: "eleven new release times, ten allowed",
    instances: fleet(11),
    chapters: [up(...all(machines(1, 11), { autoReleaseAt: time }))],
  },
  {
    name: "three earlier release times, two allowed",
    instances: fleet(3, { AutoReleaseTime: "2026-06-04T04:00Z" }),
    settings: { "lifecycle:maxReleaseTimes": "2" },
    chapters: [up(...all(machines(1, 3), { autoReleaseAt: time }))],
  },
  {
    name: "three to be stopped, two allowed",
    instances: fleet(3),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [up(...all(machines(1, 3), { state: "running" })), up(...all(machines(1, 3), { state: "stopped" }))],
  },
  {
    name: "six to be stopped by a first up",
    instances: fleet(6),
    chapters: [up(...all(machines(1, 6), { state: "stopped" }))],
  },
  {
    name: "three in three states",
    instances: [worker(one, { Status: "Stopped" }), worker(two), worker(three, { Status: "Stopping" })],
    chapters: [
      up(
        declare(one, { state: "running" }),
        declare(two, { state: "stopped" }),
        declare(three, { state: "running", autoReleaseAt: time }),
      ),
      refresh,
      up(
        declare(one, { state: "running" }),
        declare(two, { state: "stopped" }),
        declare(three, { state: "running", autoReleaseAt: time }),
      ),
    ],
  },
  {
    name: "the first of four is gone",
    instances: [worker(one), worker(two), worker(three, { Status: "Stopped" }), worker(four)],
    chapters: [
      up(...all([one, two, four], {}), declare(three, { state: "stopped" })),
      ...gone(one),
      up(...all([one, two, four], {}), declare(three, { state: "stopped" })),
      refresh,
    ],
  },
  {
    name: "side by side",
    instances: [worker(one), worker(two, { Status: "Stopped" }), worker(three), worker(four)],
    chapters: [
      {
        kind: "sideBySide",
        bad: [],
        program: [
          declare(one, { state: "stopped" }),
          declare(two, { state: "running" }),
          declare(three, { state: "released", ...named }),
          declare(four, { autoReleaseAt: time }),
        ],
      },
    ],
  },
  {
    name: "side by side, one was never there",
    instances: [worker(two), worker(three)],
    chapters: [
      {
        kind: "sideBySide",
        bad: [one],
        program: [
          declare(one, { state: "running" }),
          declare(two, { state: "stopped" }),
          declare(three, { autoReleaseAt: time }),
        ],
      },
    ],
  },
  {
    name: "side by side, one has gone",
    instances: fleet(4),
    chapters: [
      up(...all(machines(1, 4), {})),
      ...gone(two),
      {
        kind: "sideBySide",
        bad: [two],
        program: [
          declare(two, { state: "running" }),
          declare(one, { state: "stopped" }),
          declare(three, { autoReleaseAt: time }),
          declare(four, { state: "released", ...named }),
        ],
      },
    ],
  },
  {
    name: "side by side, one is declared wrongly",
    instances: fleet(3),
    chapters: [
      {
        kind: "sideBySide",
        bad: [one],
        program: [
          declare(one, { state: "stopped", wrong: true }),
          declare(two, { state: "stopped" }),
          declare(three, { autoReleaseAt: time }),
        ],
      },
    ],
  },
  {
    name: "side by side, one does not stop in time",
    instances: [worker(one, { timings: { stopMs: null } }), worker(two), worker(three)],
    chapters: [
      {
        kind: "sideBySide",
        bad: [one],
        program: [
          declare(one, { state: "stopped", timeouts: { stop: "2m" } }),
          declare(two, { state: "stopped" }),
          declare(three, { state: "released", ...named }),
        ],
      },
    ],
  },
];
