import type { InstanceFields } from "../../emulator/index";
import type { Properties } from "../evidence";
import { declare, named, preview, put, refresh, up, worker } from "./chapters";
import { type LongerStory, machine } from "./longer-story";

const [one, two] = [machine(1), machine(2)] as const;
const time = "2026-06-03T04:00:00Z";

const wishes: readonly (readonly [string, Properties])[] = [
  ["stopped", { state: "stopped" }],
  ["released", { state: "released", ...named }],
  ["released by force", { state: "released", release: { force: true }, ...named }],
  ["release time", { autoReleaseAt: time }],
];

const guarded: readonly (readonly [string, Partial<InstanceFields>])[] = [
  ["protected", { DeletionProtection: true }],
  ["subscription", { InstanceChargeType: "PrePaid" }],
  ["security lock", { OperationLocks: ["security"] }],
  ["financial lock", { OperationLocks: ["financial"] }],
  ["scaling group", { Tags: { "acs:autoscaling:scalingGroupId": "asg-1" } }],
  ["cluster", { Tags: { "ack.aliyun.com": "c-1" } }],
];

/** What protects a machine, against everything that could harm it: as a first up, and as a change of what is managed. */
const guards: readonly LongerStory[] = guarded.flatMap(([guard, fields]) =>
  wishes.flatMap(([wish, args]): readonly LongerStory[] => [
    {
      name: `${guard} / ${wish} / first up`,
      instances: [worker(one, fields)],
      chapters: [up(declare(one, args)), up(declare(one, args))],
    },
    {
      name: `${guard} / ${wish} / declared otherwise before`,
      instances: [worker(one)],
      chapters: [
        up(declare(one, {})),
        put({ InstanceId: one, ...fields }),
        preview(declare(one, args)),
        up(declare(one, args)),
      ],
    },
  ]),
);

/** Declared after something right, and from the start: blanks, and names that do not exist. */
const wrongLater: readonly (readonly [string, Properties])[] = [
  ["state empty", { state: "" }],
  ["state null", { state: null }],
  ["no state, how to release", { release: { force: true } }],
  ["release time empty", { autoReleaseAt: "" }],
  ["release time null", { autoReleaseAt: null }],
  ["an argument that does not exist", { state: "stopped", wrong: true }],
  ["an argument that does not exist, released", { state: "released", ...named, wrong: true }],
];

const wrongFirst: readonly (readonly [string, Properties])[] = [
  ["wrong from the start", { state: "stopped", wrong: true }],
  ["wrong from the start, released", { state: "released", ...named, wrong: true }],
];

const lift = { release: { deletionProtection: "lift" } };

export const refusalStories: readonly LongerStory[] = [
  ...guards,
  {
    name: "protection lifted for a release",
    instances: [worker(one, { DeletionProtection: true })],
    chapters: [
      up(declare(one, { state: "released", ...lift, ...named })),
      up(declare(one, { state: "released", ...lift, ...named })),
    ],
  },
  {
    name: "protection to be lifted, only stopped",
    instances: [worker(one, { DeletionProtection: true })],
    chapters: [up(declare(one, { state: "stopped", ...lift }))],
  },
  {
    name: "member of a scaling group, named",
    instances: [worker(one, { Tags: { "acs:autoscaling:scalingGroupId": "asg-1" } })],
    chapters: [
      up(declare(one, { state: "released", expect: { tags: { "acs:autoscaling:scalingGroupId": "asg-1" } } })),
    ],
  },
  {
    name: "first up that describes no machine / released",
    instances: [worker(one)],
    chapters: [up(declare(one, { state: "released" }))],
  },
  {
    name: "first up that describes another machine / released",
    instances: [worker(one, { InstanceName: "database" })],
    chapters: [up(declare(one, { state: "released", ...named }))],
  },
  {
    name: "tags are not the expected ones / released",
    instances: [worker(one, { Tags: { env: "prod" } })],
    chapters: [up(declare(one, {})), up(declare(one, { state: "released", expect: { tags: { env: "test" } } }))],
  },
  ...wrongLater.map(([name, args]): LongerStory => {
    const wrong = declare(one, args);
    return {
      name: `${name}, after a release time`,
      instances: [worker(one)],
      chapters: [up(declare(one, { autoReleaseAt: time })), preview(wrong), up(wrong), refresh, up(wrong)],
    };
  }),
  ...wrongFirst.map(([name, args]): LongerStory => {
    return { name, instances: [worker(one)], chapters: [up(declare(one, args))] };
  }),
  ...["stopped", "running", "released"].map((state): LongerStory => {
    const program = declare(one, { state, ...named });
    return {
      name: `another machine by now / ${state}`,
      instances: [worker(one)],
      chapters: [
        up(declare(one, { state: "running" })),
        put({
          InstanceId: one,
          SerialNumber: "00000000-0000-0000-0000-00000000beef",
          Status: state === "running" ? "Stopped" : "Running",
        }),
        preview(program),
        up(program),
      ],
    };
  }),
  {
    name: "declared twice",
    instances: [worker(one)],
    chapters: [up(declare(one, { state: "stopped" }, "a"), declare(one, { state: "stopped" }, "b"))],
  },
  ...["stopped", "released"].map((state): LongerStory => {
    const program = declare(one, { state, ...named });
    return {
      name: `read only / ${state}`,
      instances: [worker(one)],
      settings: { "lifecycle:readOnly": "true" },
      chapters: [preview(program), up(program)],
    };
  }),
  {
    name: "drift is only reported",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", drift: "report" })),
      put({ InstanceId: one, Status: "Stopped" }),
      up(declare(one, { state: "running", drift: "report" })),
      refresh,
      up(declare(one, { state: "running", drift: "report" })),
    ],
  },
  ...["released", "stopped"].map((state): LongerStory => {
    return {
      name: `looked for in another region / ${state}`,
      instances: [worker(one), worker(two, { RegionId: "cn-beijing" })],
      chapters: [up(declare(one, { state, ...named, regionId: "cn-beijing" }))],
    };
  }),
  {
    name: "moved to another region by mistake, released",
    instances: [worker(one), worker(two, { RegionId: "cn-beijing" })],
    chapters: [
      up(declare(one, { state: "stopped" }, "machine")),
      up(declare(one, { state: "released", ...named, regionId: "cn-beijing" }, "machine")),
    ],
  },
  {
    name: "keys in the configuration",
    instances: [worker(one)],
    settings: { "alicloud:accessKey": "emulator-key", "alicloud:secretKey": "emulator-secret" },
    chapters: [preview(declare(one, { state: "stopped" })), up(declare(one, { state: "stopped" })), refresh],
  },
];
