import type { Declaration, Properties } from "../evidence";
import { all, declare, destroy, named, preview, refresh, up, worker } from "./chapters";
import { type LongerStory, machine, machines } from "./longer-story";

const [one, two] = [machine(1), machine(2)] as const;
const time = "2026-06-03T04:00:00Z";

/** Given to an explicit provider, which has a process of its own. */
function by(provider: string, declaration: Declaration): Declaration {
  return { ...declaration, provider };
}

const wishes: readonly (readonly [string, Properties])[] = [
  ["running", { state: "running", onDelete: "stop" }],
  ["no state", { onDelete: "stop" }],
  ["our release time", { autoReleaseAt: time }],
  ["our release time, stopped when it is left", { state: "running", autoReleaseAt: time, onDelete: "stop" }],
  ["our time to live", { state: "running", autoReleaseAfter: "2d", onDelete: "stop" }],
];

const ways: readonly (readonly [string, (declaration: Declaration) => Declaration, (d: Declaration) => Declaration])[] =
  [
    ["from the default to an explicit one", (old) => old, (fresh) => by("ours", fresh)],
    ["from an explicit one to the default", (old) => by("ours", old), (fresh) => fresh],
    ["from one explicit to another", (old) => by("ours", old), (fresh) => by("theirs", fresh)],
  ];

/** Moved into a component with a provider of its own: the new resource adopts in one process, the old one is deleted in another. */
const moves: readonly LongerStory[] = ways.flatMap(([way, from, to]) =>
  wishes.map(([wish, args]): LongerStory => {
    const after = to(declare(one, args, "after"));
    return {
      name: `moved to another provider, ${way}: ${wish}`,
      instances: [worker(one)],
      chapters: [up(from(declare(one, args, "before"))), preview(after), up(after), up(after)],
    };
  }),
);

/** What several provider processes of one run do to the same machines. */
export const providerStories: readonly LongerStory[] = [
  ...moves,
  {
    name: "moved to another provider, and its release time is declared no more",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: time }, "before")),
      up(by("ours", declare(one, { state: "running" }, "after"))),
    ],
  },
  {
    name: "given to another provider under the same name",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: time, onDelete: "stop" })),
      up(by("ours", declare(one, { state: "running", autoReleaseAt: time, onDelete: "stop" }))),
      refresh,
      destroy,
    ],
  },
  {
    name: "two providers declare the same machine in two states",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running" }, "day"), by("ours", declare(one, { state: "stopped" }, "night"))),
      up(declare(one, { state: "running" }, "day"), by("ours", declare(one, { state: "stopped" }, "night"))),
    ],
  },
  {
    name: "a second provider declares the release of what the first keeps",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running" }, "kept")),
      up(
        declare(one, { state: "running" }, "kept"),
        by("ours", declare(one, { state: "released", ...named }, "released")),
      ),
    ],
  },
  {
    name: "two providers, each with a machine of its own",
    instances: [worker(one), worker(two)],
    chapters: [
      up(declare(one, { state: "stopped" }), by("ours", declare(two, { state: "stopped", autoReleaseAt: time }))),
      refresh,
      up(declare(one, { state: "running" }), by("ours", declare(two, { state: "running" }))),
      destroy,
    ],
  },
];

const eight = machines(1, 8);
const leftRunning = { state: "running", onDelete: "stop" };

function eightRunning() {
  return eight.map((id) => worker(id));
}

/** A limit holds for what is removed as it does for what is declared. */
export const removalLimitStories: readonly LongerStory[] = [
  {
    name: "eight are taken out, two stops allowed",
    instances: eightRunning(),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [up(...all(eight, leftRunning)), up()],
  },
  {
    name: "eight are destroyed, two stops allowed",
    instances: eightRunning(),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [up(...all(eight, leftRunning)), destroy],
  },
  {
    name: "eight are destroyed, no stop allowed",
    instances: eightRunning(),
    settings: { "lifecycle:maxStops": "0" },
    chapters: [up(...all(eight, leftRunning)), destroy],
  },
  {
    name: "one is stopped and two are taken out, two stops allowed",
    instances: eightRunning().slice(0, 3),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [up(...all(machines(1, 3), leftRunning)), up(declare(one, { state: "stopped" }))],
  },
  {
    name: "two are taken out, two stops allowed",
    instances: eightRunning().slice(0, 2),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [up(...all(machines(1, 2), leftRunning)), up()],
  },
];
