import { alwaysOpen } from "../judge/as-declared";
import type { Declaration, Properties } from "../evidence";
import { all, declare, named, preview, up, wait, worker } from "./chapters";
import { type LongerStory, machine, machines } from "./longer-story";

const [one, two] = [machine(1), machine(2)] as const;
const time = "2026-06-03T04:00:00Z";
const earlier = "2026-06-02T04:00:00Z";

/** A transform of the engine's makes something else of what the program has written and judged. */
function transformed(declaration: Declaration, changed: Properties): Declaration {
  return { ...declaration, changed };
}

function ignoring(declaration: Declaration, ...ignoreChanges: readonly string[]): Declaration {
  return { ...declaration, ignoreChanges };
}

function allTransformed(ids: readonly string[], changed: Properties): readonly Declaration[] {
  return all(ids, named).map((declaration) => transformed(declaration, changed));
}

/** What a transform may say, and what was written. */
const changes: readonly (readonly [name: string, written: Properties, changed: Properties])[] = [
  ["released", { state: "stopped", ...named }, { state: "released" }],
  ["another state", { state: "running" }, { state: "stopped" }],
  ["another machine, stopped", { state: "stopped" }, { instanceId: two }],
  ["another machine, released", { state: "released", ...named }, { instanceId: two }],
  ["another machine, release time", { autoReleaseAt: time }, { instanceId: two }],
  ["an earlier release time", { autoReleaseAt: time }, { autoReleaseAt: earlier }],
  ["a time to live", { state: "running" }, { autoReleaseAfter: "2d" }],
  ["a schedule", named, { schedule: alwaysOpen }],
];

/** Once for a resource that is new, and once for one that an earlier run has recorded as it was written. */
const transforms: readonly LongerStory[] = changes.flatMap(([name, written, changed]): readonly LongerStory[] => {
  const instances = [worker(one, name === "a schedule" ? { Status: "Stopped" } : {}), worker(two)];
  const program = transformed(declare(one, written), changed);
  const before = declare(one, { ...written, state: written["state"] === "released" ? "stopped" : written["state"] });
  return [
    { name: `transformed on the way: ${name}, new`, instances, chapters: [preview(program), up(program)] },
    {
      name: `transformed on the way: ${name}, recorded`,
      instances,
      chapters: [up(before), preview(program), up(program)],
    },
  ];
});

/** Arguments that arrive are not those that were written and judged: by a transform, or as `ignoreChanges` keeps them. */
export const onTheWayStories: readonly LongerStory[] = [
  ...transforms,
  {
    name: "transformed on the way: two are released, one allowed",
    instances: [worker(one, { Status: "Stopped" }), worker(two, { Status: "Stopped" })],
    chapters: [up(...allTransformed([one, two], { state: "released" }))],
  },
  {
    name: "transformed on the way: a first up stops twelve",
    instances: machines(1, 12).map((id) => worker(id)),
    chapters: [up(...allTransformed(machines(1, 12), { state: "stopped" }))],
  },
  {
    name: "transformed on the way: three are stopped, two allowed",
    instances: machines(1, 3).map((id) => worker(id)),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [up(...allTransformed(machines(1, 3), { state: "stopped" }))],
  },
  {
    name: "transformed on the way: twelve times to live, ten allowed",
    instances: machines(1, 12).map((id) => worker(id)),
    chapters: [up(...allTransformed(machines(1, 12), { autoReleaseAfter: "2d" }))],
  },
  {
    name: "transformed on the way: one machine under two names",
    instances: [worker(one), worker(two)],
    chapters: [
      up(declare(one, { state: "running" }), transformed(declare(two, { state: "stopped" }), { instanceId: one })),
    ],
  },
  {
    name: "a name that begins with two underscores",
    instances: [worker(one)],
    settings: { "lifecycle:maxStops": "0" },
    chapters: [
      preview(declare(one, { state: "stopped", __wrong: 1 })),
      up(declare(one, { state: "stopped", __wrong: 1 })),
    ],
  },
  {
    name: "what the program has to say does not arrive: three are stopped, two allowed",
    instances: machines(1, 3).map((id) => worker(id)),
    settings: { "lifecycle:maxStops": "2" },
    chapters: [
      up(...all(machines(1, 3), { state: "stopped" }).map((declaration) => transformed(declaration, { __run: null }))),
    ],
  },
  {
    name: "what the program has to say does not arrive: two release times, one allowed",
    instances: [worker(one), worker(two)],
    settings: { "lifecycle:maxReleaseTimes": "1" },
    chapters: [
      up(...all([one, two], { autoReleaseAt: time }).map((declaration) => transformed(declaration, { __run: null }))),
    ],
  },
  {
    name: "ignoreChanges keeps the machine, and another one is written to be released",
    instances: [worker(one), worker(two)],
    chapters: [
      up(declare(one, { state: "running" }, "machine")),
      wait(60_000),
      preview(ignoring(declare(two, { state: "released", ...named }, "machine"), "instanceId")),
      up(ignoring(declare(two, { state: "released", ...named }, "machine"), "instanceId")),
    ],
  },
  {
    name: "ignoreChanges keeps the machine, and another one is written to be stopped",
    instances: [worker(one), worker(two)],
    chapters: [
      up(declare(one, { state: "running" }, "machine")),
      up(ignoring(declare(two, { state: "stopped" }, "machine"), "instanceId")),
    ],
  },
  {
    name: "ignoreChanges keeps a release that is written no more",
    instances: [worker(one)],
    chapters: [
      { kind: "up", program: [declare(one, { state: "released", ...named })], cutShort: "interrupted" },
      wait(120_000),
      up(ignoring(declare(one, { state: "running", ...named }), "state")),
    ],
  },
  {
    name: "ignoreChanges keeps two running that are written to be released",
    instances: [worker(one), worker(two)],
    chapters: [
      up(...all([one, two], { state: "running" })),
      up(...all([one, two], { state: "released" }).map((declaration) => ignoring(declaration, "state"))),
    ],
  },
  {
    name: "ignoreChanges keeps a release time",
    instances: [worker(one)],
    chapters: [
      up(declare(one, { state: "running", autoReleaseAt: time })),
      up(ignoring(declare(one, { state: "running", autoReleaseAt: earlier }), "autoReleaseAt")),
      up(ignoring(declare(one, { state: "stopped", autoReleaseAt: earlier }), "autoReleaseAt")),
    ],
  },
];
