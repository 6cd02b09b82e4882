import type { Properties } from "../evidence";
import { declare, destroy, gone, named, preview, put, refresh, up, worker } from "./chapters";
import { type LongerStory, machine } from "./longer-story";

const [one, two] = [machine(1), machine(2)] as const;
const time = "2026-06-03T04:00:00Z";
const foreign = "2026-06-02T08:00Z";

const wishes: readonly (readonly [string, Properties])[] = [
  ["running", { state: "running" }],
  ["stopped", { state: "stopped" }],
  ["released", { state: "released", ...named }],
  ["released, saved", { state: "released", release: { snapshot: true }, ...named }],
  ["release time", { autoReleaseAt: time }],
  ["time to live", { state: "running", autoReleaseAfter: "8h" }],
  ["never", { autoReleaseAt: "never" }],
  ["stopped, StopCharging", { state: "stopped", stop: { mode: "StopCharging" } }],
];

const remotes = [
  ["running", {}],
  ["stopped", { Status: "Stopped" }],
  ["running with another's release time", { AutoReleaseTime: foreign }],
] as const;

/** Preview, up, refresh, preview, up and destroy of everything that can be declared. */
const roundTrips: readonly LongerStory[] = wishes.flatMap(([wish, args]) =>
  remotes.map(([remote, fields]): LongerStory => {
    const program = declare(one, args);
    return {
      name: `round trip: ${remote} / ${wish}`,
      instances: [worker(one, fields)],
      chapters: [preview(program), up(program), refresh, preview(program), up(program), destroy],
    };
  }),
);

/** What becomes of a machine whose declaration is taken out, by each `onDelete`, with a time of ours, of others', or changed by others. */
const leavings: readonly LongerStory[] = (["retain", "retainTimer", "stop"] as const).flatMap((onDelete) =>
  (["taken out", "destroyed"] as const).flatMap((how): readonly LongerStory[] => {
    const leave = how === "taken out" ? up() : destroy;
    return [
      {
        name: `${how}, ${onDelete}, with our release time`,
        instances: [worker(one)],
        chapters: [up(declare(one, { state: "running", autoReleaseAt: time, onDelete })), leave],
      },
      {
        name: `${how}, ${onDelete}, with another's release time`,
        instances: [worker(one, { AutoReleaseTime: foreign })],
        chapters: [up(declare(one, { state: "running", onDelete })), refresh, leave],
      },
      {
        name: `${how}, ${onDelete}, with a release time that another changed`,
        instances: [worker(one)],
        chapters: [
          up(declare(one, { autoReleaseAt: time, onDelete })),
          put({ InstanceId: one, AutoReleaseTime: foreign }),
          refresh,
          leave,
        ],
      },
      {
        name: `${how}, ${onDelete}, gone already`,
        instances: [worker(one)],
        chapters: [up(declare(one, { state: "running", autoReleaseAt: time, onDelete })), ...gone(one), leave],
      },
      {
        name: `${how}, ${onDelete}, another machine by then`,
        instances: [worker(one)],
        chapters: [
          up(declare(one, { state: "running", autoReleaseAt: time, onDelete })),
          put({ InstanceId: one, SerialNumber: "00000000-0000-0000-0000-00000000beef" }),
          leave,
        ],
      },
    ];
  }),
);

export const removalStories: readonly LongerStory[] = [
  ...roundTrips,
  ...leavings,
  {
    name: "renamed, with a release time",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: time }, "before")),
      up(declare(one, { state: "running", autoReleaseAt: time }, "after")),
    ],
  },
  {
    name: "renamed, stopped when it is left",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", onDelete: "stop" }, "before")),
      up(declare(one, { state: "running", onDelete: "stop" }, "after")),
    ],
  },
  {
    name: "replaced by another machine, with a release time",
    instances: [worker(one), worker(two)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: time }, "machine")),
      up(declare(two, { state: "running", autoReleaseAt: time }, "machine")),
      destroy,
    ],
  },
  {
    name: "replaced by another machine that is to be released",
    instances: [worker(one), worker(two)],
    chapters: [
      up(declare(one, { state: "stopped" }, "machine")),
      up(declare(two, { state: "released", ...named }, "machine")),
    ],
  },
  {
    name: "destroyed, stop with StopCharging, local disks",
    instances: [worker(one, { localDisks: true })],
    chapters: [up(declare(one, { stop: { mode: "StopCharging" }, onDelete: "stop" })), destroy],
  },
  {
    name: "destroyed, stop, of a scaling group",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", onDelete: "stop" })),
      put({ InstanceId: one, Tags: { "acs:autoscaling:scalingGroupId": "asg-1" } }),
      destroy,
    ],
  },
];
