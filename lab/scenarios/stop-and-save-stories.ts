import type { World } from "../../emulator/index";
import type { Properties } from "../evidence";
import { declare, named, put, up, wait, worker } from "./chapters";
import { type LongerStory, machine } from "./longer-story";

const one = machine(1);
const [systemDisk, dataDisk] = ["d-bp1labsystem00000001", "d-bp1labdata0000000001"] as const;

const disks = [
  { DiskId: systemDisk, InstanceId: one, Type: "system", Category: "cloud_essd" },
  { DiskId: dataDisk, InstanceId: one, Type: "data", Category: "cloud_essd" },
] as const;

const saved = { state: "released", release: { snapshot: true }, ...named };

/** Somebody starts what is stopped, whenever a call comes. */
function starts(world: World): void {
  if (world.find(one)?.instance.Status === "Stopped") world.putInstance({ InstanceId: one, Status: "Running" });
}

const twice: readonly (readonly [string, Properties, Parameters<typeof worker>[1]])[] = [
  ["stopped", { state: "stopped" }, {}],
  ["running", { state: "running" }, { Status: "Stopped" }],
  ["released", { state: "released", ...named }, {}],
  ["released by force", { state: "released", release: { force: true }, ...named }, {}],
  ["released, saved", saved, { Status: "Stopped" }],
  [
    "released, protection lifted",
    { state: "released", release: { deletionProtection: "lift" }, ...named },
    { Status: "Stopped", DeletionProtection: true },
  ],
];

/** How a machine is stopped, and what is saved before it goes. */
export const stopAndSaveStories: readonly LongerStory[] = [
  ...(["KeepCharging", "StopCharging"] as const).flatMap((mode): readonly LongerStory[] => [
    {
      name: `stopped with ${mode}, then running again`,
      instances: [worker(one)],
      chapters: [
        up(declare(one, { state: "stopped", stop: { mode } })),
        up(declare(one, { state: "stopped", stop: { mode } })),
        up(declare(one, { state: "running", stop: { mode } })),
      ],
    },
    {
      name: `released, although stops are declared ${mode}`,
      instances: [worker(one)],
      chapters: [up(declare(one, { state: "released", stop: { mode }, ...named }))],
    },
    {
      name: `stopped otherwise, ${mode} applied now`,
      instances: [
        worker(one, { Status: "Stopped", StoppedMode: mode === "KeepCharging" ? "StopCharging" : "KeepCharging" }),
      ],
      chapters: [
        up(declare(one, { state: "stopped", stop: { mode, applyModeNow: true } })),
        up(declare(one, { state: "stopped", stop: { mode, applyModeNow: true } })),
      ],
    },
  ]),
  {
    name: "does not stop by itself, forced after a minute",
    instances: [worker(one, { timings: { stopMs: 3_600_000, forceStopMs: 3_000 } })],
    chapters: [up(declare(one, { state: "stopped", stop: { forceAfter: "1m" } }))],
  },
  {
    name: "does not stop in time",
    instances: [worker(one, { timings: { stopMs: null } })],
    chapters: [
      up(declare(one, { state: "stopped", timeouts: { stop: "2m" } })),
      up(declare(one, { state: "stopped", timeouts: { stop: "2m" } })),
    ],
  },
  {
    name: "does not stop in time, to be released",
    instances: [worker(one, { timings: { stopMs: null } })],
    chapters: [
      up(declare(one, { state: "running" })),
      up(declare(one, { state: "released", timeouts: { stop: "2m" }, ...named })),
    ],
  },
  {
    name: "does not start in time",
    instances: [worker(one, { Status: "Stopped", timings: { startMs: null } })],
    chapters: [up(declare(one, { state: "running", timeouts: { start: "2m" } }))],
  },
  {
    name: "does not go in time",
    instances: [worker(one, { Status: "Stopped", timings: { releaseMs: 3_600_000 } })],
    chapters: [
      up(declare(one, { state: "released", timeouts: { release: "2m" }, ...named })),
      up(declare(one, { state: "released", timeouts: { release: "2m" }, ...named })),
      wait(3_600_000),
      up(declare(one, { state: "released", timeouts: { release: "2m" }, ...named })),
    ],
  },
  {
    name: "somebody starts it again and again",
    instances: [worker(one)],
    meanwhile: starts,
    chapters: [up(declare(one, { state: "stopped" }))],
  },
  {
    name: "somebody starts it again and again, to be released",
    instances: [worker(one)],
    meanwhile: starts,
    chapters: [up(declare(one, { state: "released", ...named }))],
  },
  {
    name: "two disks saved before the release",
    instances: [worker(one)],
    disks,
    timings: { snapshotMs: 180_000 },
    chapters: [up(declare(one, saved)), up(declare(one, saved))],
  },
  {
    name: "saved long ago, and started since",
    instances: [worker(one, { Status: "Stopped", StartTime: "2026-06-01T10:00:00Z" })],
    disks,
    snapshots: disks.map(({ DiskId }, index) => ({
      SnapshotId: `s-bp1labold00000000${index}`,
      SourceDiskId: DiskId,
      Status: "accomplished",
      CreationTime: "2026-06-01T09:00:00Z",
      Tags: { "pulumi-alicloud-lifecycle": one },
    })),
    chapters: [up(declare(one, saved))],
  },
  {
    name: "saved, started by hand in between, and released",
    instances: [worker(one)],
    disks: [disks[0]],
    timings: { snapshotMs: 30_000 },
    chapters: [
      up(declare(one, { ...saved, state: "stopped" })),
      put({ InstanceId: one, Status: "Running" }),
      up(declare(one, saved)),
    ],
  },
  ...twice.map(([name, args, fields]): LongerStory => {
    return {
      name: `two runs at once / ${name}`,
      instances: [worker(one, fields)],
      chapters: [{ kind: "twice", program: [declare(one, args)] }],
    };
  }),
];
