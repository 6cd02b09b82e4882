import { bystanderId } from "./scenario";
import { all, byHand, declare, named, preview, put, refresh, up, wait, worker } from "./chapters";
import { type LongerStory, machine, machines } from "./longer-story";

const one = machine(1);
const hourMs = 3_600_000;

/** All stories begin at 12:00:20Z on that day. */
const minutesAhead = (minutes: number) => new Date(Date.parse("2026-06-01T12:00:00Z") + minutes * 60_000).toISOString();

const written: readonly (readonly [string, string])[] = [
  ["with seconds", "2026-06-03T04:00:59Z"],
  ["with an offset", "2026-06-03T12:00:00+08:00"],
  ["with an offset to the west", "2026-06-02T20:30:00-07:30"],
  ["40 minutes ahead", minutesAhead(40)],
  ["31 minutes ahead", minutesAhead(31)],
  ["20 minutes ahead", minutesAhead(20)],
  ["passed", minutesAhead(-60)],
  ["a year ahead", "2027-06-01T00:00:00Z"],
  ["four years ahead", "2030-06-01T00:00:00Z"],
];

export const releaseTimeStories: readonly LongerStory[] = [
  ...written.flatMap(([name, autoReleaseAt]): readonly LongerStory[] => [
    {
      name: `release time ${name}`,
      instances: [worker(one)],
      chapters: [
        preview(declare(one, { autoReleaseAt })),
        up(declare(one, { autoReleaseAt })),
        up(declare(one, { autoReleaseAt })),
      ],
    },
    {
      name: `release time ${name}, another's is set`,
      instances: [worker(one, { AutoReleaseTime: "2026-06-02T08:00Z" })],
      chapters: [
        up(declare(one, { state: "running", autoReleaseAt })),
        up(declare(one, { state: "running", autoReleaseAt })),
      ],
    },
  ]),
  {
    name: "release time passes",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: minutesAhead(60) })),
      wait(2 * hourMs),
      up(declare(one, { state: "running", autoReleaseAt: minutesAhead(60) })),
      refresh,
      up(declare(one, { state: "running", autoReleaseAt: minutesAhead(60) })),
    ],
  },
  {
    name: "release time taken out, the state stays",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: "2026-06-03T04:00:00Z" })),
      up(declare(one, { state: "running" })),
      up(declare(one, { state: "running" })),
    ],
  },
  {
    name: "release time taken out after a refresh",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: "2026-06-03T04:00:00Z" })),
      refresh,
      up(declare(one, { state: "running" })),
      refresh,
    ],
  },
  {
    name: "another's release time comes and goes",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running" })),
      put({ InstanceId: one, AutoReleaseTime: "2026-06-02T08:00Z" }),
      refresh,
      up(declare(one, { state: "running" })),
      up(declare(one, { state: "stopped" })),
      refresh,
      up(declare(one, { state: "stopped" })),
    ],
  },
  {
    name: "another's release time, later declared never",
    instances: [worker(one, { AutoReleaseTime: "2026-06-02T08:00Z" })],
    chapters: [
      up(declare(one, { state: "running" })),
      up(declare(one, { state: "running", autoReleaseAt: "never" })),
      up(declare(one, { state: "running", autoReleaseAt: "never" })),
    ],
  },
  {
    name: "time to live is counted once",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAfter: "8h" })),
      wait(hourMs),
      up(declare(one, { state: "running", autoReleaseAfter: "8h" })),
      refresh,
      wait(hourMs),
      up(declare(one, { state: "running", autoReleaseAfter: "8h" })),
      up(declare(one, { state: "running", autoReleaseAfter: "8h", renew: "again" })),
      up(declare(one, { state: "running", autoReleaseAfter: "8h", renew: "again" })),
      up(declare(one, { state: "running" })),
    ],
  },
  {
    name: "time to live, an earlier time is there",
    instances: [worker(one, { AutoReleaseTime: "2026-06-01T16:00Z" })],
    chapters: [up(declare(one, { autoReleaseAfter: "8h" })), up(declare(one, { autoReleaseAfter: "8h" }))],
  },
  {
    name: "earlier, then later, then never",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { autoReleaseAt: "2026-06-03T04:00:00Z" })),
      up(declare(one, { autoReleaseAt: "2026-06-02T04:00:00Z" })),
      up(declare(one, { autoReleaseAt: "2026-06-05T04:00:00Z" })),
      up(declare(one, { autoReleaseAt: "never" })),
      up(declare(one, { autoReleaseAt: "never" })),
    ],
  },
  {
    name: "somebody sets another release time again and again",
    instances: [worker(one)],
    meanwhile: (world, { action }) => {
      if (action === "DescribeInstances") world.putInstance({ InstanceId: one, AutoReleaseTime: "2026-06-02T08:00Z" });
    },
    chapters: [up(declare(one, { autoReleaseAt: "2026-06-03T04:00:00Z" }))],
  },
  {
    name: "two runs at once / release time",
    instances: [worker(one)],
    chapters: [{ kind: "twice", program: [declare(one, { autoReleaseAt: "2026-06-03T04:00:00Z" })] }],
  },
  {
    name: "two runs at once / a fleet of release times",
    instances: machines(1, 3).map((id) => worker(id)),
    chapters: [{ kind: "twice", program: all(machines(1, 3), { autoReleaseAt: "2026-06-03T04:00:00Z" }) }],
  },
  {
    name: "the bystander's release time is another's business",
    instances: [worker(one)],
    chapters: [
      byHand((world) => {
        world.putInstance({ InstanceId: bystanderId, AutoReleaseTime: "2026-06-02T08:00Z" });
      }),
      up(declare(one, { state: "released", ...named })),
    ],
  },
];
