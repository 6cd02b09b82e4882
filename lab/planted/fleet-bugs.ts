import { type Bug, bug } from "./bug";

const reconcile = "provider/reconcile/reconcile.js";
const apply = "provider/methods/fleet-apply.js";
const verdicts = "provider/methods/fleet-verdicts.js";

/** What goes wrong only where several machines are one resource, or many share a call. */
export const fleetBugs: readonly Bug[] = [
  bug(
    "a member's outcome is recorded of another",
    "answers of many, dealt out to the wrong ones",
    ["S4", "S14", "L1", "L2"],
    {
      file: apply,
      find: "reached(id, outs);",
      replace: "reached([...due].reverse()[due.indexOf(id)] ?? id, outs);",
    },
  ),
  bug("a fleet does as much as a limit allows, and leaves the rest", "a random part is worse than nothing", ["S10"], {
    file: verdicts,
    find: "own.rememberAs(id, regionId, info);",
    replace: "own.rememberAs(id, regionId, info && { ...info, held: [], heldIfNew: [] });",
    also: [{ file: verdicts, find: "if (mayProtect)", replace: "if (mayProtect || true)" }],
  }),
  bug("the answer about one member is taken for all", "a call about many has an answer for each of them", ["L7"], {
    file: "provider/ecs/batching/batch-results.js",
    find: "const [entry] = entries.length === 1 ? entries : [];",
    replace: "const [entry] = entries.length === 1 ? told : [];",
  }),
  bug("a member is judged by what was seen of its neighbour", "one look for many, dealt out by place", ["L1", "L7"], {
    file: "provider/fleet-run.js",
    find: "const part = run.members[instanceId];",
    replace:
      "const ids = Object.keys(run.members);\n    const part = run.members[ids[(ids.indexOf(instanceId) + 1) % ids.length]];",
  }),
  bug("a group's look from before its turn is used for its call", "in line for minutes, seen when they came", ["S4"], {
    file: reconcile,
    find: "async overtaken(step, before) {\n",
    replace:
      'async overtaken(step, before) {\n        if (step.kind === "stop" || step.kind === "start") return undefined;\n',
  }),
  bug("a limit is counted for each fleet by itself", "two fleets within it are one mistake over it", ["S10"], {
    file: "provider/program/guards.js",
    find: "filter((other) => guard.counts(other) && (",
    replace:
      "filter((other) => JSON.stringify({ ...other.desired, instanceId: one.desired.instanceId }) === JSON.stringify(one.desired) && guard.counts(other) && (",
  }),
  bug("a release time that a killed run has set is nobody's", "no call is due, so nothing is recorded", ["S6"], {
    file: apply,
    find: "flatMap(([id, { changes }]) => (changes ? [id] : []));",
    replace:
      "flatMap(([id, { changes }]) => {\n            const seen = (0, fleet_run_1.memberRun)(run, id)?.seen;\n            const isThere = seen?.status === news.state && seen?.releaseTime === news.autoReleaseAt;\n            return changes && !(isThere && seen?.releaseTime !== undefined && members.get(id) !== undefined) ? [id] : [];\n        });",
  }),
  bug(
    "what a member has reached half-way is not recorded",
    "the time that it was given is taken for another's",
    ["S6"],
    {
      file: apply,
      find: "reached(id, error.properties);",
      replace: "void error.properties;",
    },
  ),
  bug("a fleet's record loses whose a release time is", "taken out and not cancelled yet, it is forgotten", ["S6"], {
    file: "provider/methods/fleet-record.js",
    find: 'const names = [...Object.keys(emptyOutputs), "lastRun"];',
    replace: 'const names = [...Object.keys(emptyOutputs), "lastRun"].filter((name) => name !== "ownReleaseTime");',
  }),
];
