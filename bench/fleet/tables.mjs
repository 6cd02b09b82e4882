import { aimOf, callLimit, withoutLooking } from "./call-limit.mjs";
import { median } from "./median.mjs";

const none = "–";
const number = (value) =>
  value === undefined || Number.isNaN(value) ? none : Math.round(value).toLocaleString("en-US");
const seconds = (value) => (value === undefined ? none : value.toFixed(value < 10 ? 2 : 1));
const ratio = (value) => (value === undefined || !Number.isFinite(value) ? none : value.toFixed(2));
const mib = (bytes) => (bytes === undefined ? none : (bytes / 2 ** 20).toFixed(0));
/** Undefined is less than anything. */
const larger = (a, b) => (a === undefined || b > a ? b : a);
const over = (above, below) => (above === undefined || below === undefined ? undefined : above / below);

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Several measurements of the same in one: the median of each figure, and of memory the most. Undefined of none. */
export function summary(runs) {
  if (runs.length === 0) return undefined;
  const of = (figure) => median(runs.map(figure));
  const most = (figure) => runs.map(figure).reduce(larger, undefined);
  const hasRequests = runs.every(({ requests }) => requests !== undefined);
  return {
    seconds: of((run) => run.seconds),
    provider: most((run) => run.memory?.provider),
    program: most((run) => run.memory?.program),
    peakBytes: most((run) => run.peakBytes),
    ...(hasRequests && {
      requests: {
        programReads: of(({ requests }) => requests.program.reads),
        providerReads: of(({ requests }) => requests.provider.reads),
        reads: of(({ requests }) => requests.program.reads + requests.provider.reads),
        writes: of(({ requests }) => requests.program.writes + requests.provider.writes),
        polls: of(({ requests }) => requests.polls),
        refused: of(({ requests }) => requests.refused),
        actions: actionsOf(runs[0].requests),
      },
    }),
  };
}

function actionsOf({ program, provider }) {
  const listed = (actions) =>
    Object.entries(actions)
      .map(([action, times]) => `${number(times)} ${action}`)
      .join(", ");
  return { program: listed(program.actions) || none, provider: listed(provider.actions) || none };
}

/** That it is gone counts only after two looks so far apart. */
const proofSeconds = 5;

/** How long the instances themselves take, all at once, and how long the proof that they are gone. Pure. */
export function transitionSeconds(step, transitionMs) {
  if (step === "stop") return transitionMs / 1_000;
  return step === "release" ? transitionMs / 1_000 + proofSeconds : 0;
}

/**
 * `rows`: for each N and step what was measured, `{ count, step, ours, floor, singles, sequential, each }`. The answer is
 * Markdown.
 */
export function wallTable(rows, transitionMs) {
  const head = [
    "step",
    "N",
    "a fleet, s",
    "(a) floor, s",
    "fleet / ((a) + transition)",
    "separate, s",
    "fleet / separate",
  ];
  return table(
    [...head, "(b) in sequence, s", "(c) all at once, s", "fleet / (c)"],
    rows.map(({ step, count, ours, floor, singles, sequential, each }) => {
      const least = floor === undefined ? undefined : floor.seconds + transitionSeconds(step, transitionMs);
      return [
        step,
        number(count),
        seconds(ours?.seconds),
        seconds(floor?.seconds),
        ratio(over(ours?.seconds, least)),
        seconds(singles?.seconds),
        ratio(over(ours?.seconds, singles?.seconds)),
        seconds(sequential?.seconds) + markOf(sequential),
        seconds(each?.seconds),
        ratio(over(ours?.seconds, each?.seconds)),
      ];
    }),
  );
}

const markOf = (one) => (one?.isExtrapolated ? " †" : "");

export function requestTable(rows) {
  const all = (one) => (one === undefined ? undefined : one.reads + one.writes);
  const pair = (one) => (one === undefined ? none : `${number(one.reads)} + ${number(one.writes)}`);
  const three = (one) =>
    one === undefined ? none : `${number(one.programReads)} + ${number(one.providerReads)} + ${number(one.writes)}`;
  const head = ["step", "N", "a fleet: program's reads + provider's reads + writes", "looks at one", "aim"];
  const beside = ["separate", "(b) in sequence", "(c) all at once", "(e) stop and don't look"];
  return table(
    [...head, "(d) limit", "fleet / (d)", ...beside],
    rows.map(({ step, count, ours, singles, sequential, each }) => {
      const limit = callLimit(step, count);
      const own = ours?.requests;
      return [
        step,
        number(count),
        three(own),
        number(own?.polls),
        aimed(aimOf(step, count, own?.polls)),
        pair(limit),
        ratio(over(all(own), all(limit))),
        three(singles?.requests),
        pair(sequential?.requests) + markOf(sequential),
        pair(each?.requests),
        pair(withoutLooking(step, count)),
      ];
    }),
  );
}

function aimed(aim) {
  const words = { programReads: "program", reads: "reads", writes: "writes" };
  const parts = Object.entries(aim).map(([name, most]) => `${words[name]} ≤ ${number(most)}`);
  return parts.join(", ") || none;
}

export function actionTable(rows) {
  const cells = rows.flatMap(({ step, count, ours }) => {
    if (ours?.requests === undefined) return [];
    const { actions, refused } = ours.requests;
    return [[step, number(count), actions.program, actions.provider, number(refused)]];
  });
  return table(["step", "N", "program's side", "provider", "answered by an error"], cells);
}

/** Peaks of the processes in each step: which of them needs the most. */
export function memoryTable(rows) {
  const cells = rows.map(({ step, count, ours, floor }) => [
    step,
    number(count),
    mib(ours?.provider),
    mib(floor?.provider),
    mib(ours?.program),
    mib(floor?.program),
  ]);
  return table(["step", "N", "provider, MiB", "floor's provider, MiB", "program, MiB", "floor's program, MiB"], cells);
}

/** `states`: for each N what the file of the state held after the stop, ours and the floor's. */
export function stateTable(states) {
  const cells = states.map(({ count, ours, floor }) => [
    number(count),
    number(ours?.file),
    number(ours?.each),
    number(ours?.beyondLastRun),
    number(floor?.each),
  ]);
  return table(["N", "state, bytes", "each, bytes", "each beyond lastRun, bytes", "floor's each, bytes"], cells);
}

export function shellTable({ node, sdk, program, host, provider, serialized, textBytes }) {
  const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return table(
    ["", "ours", "without it", "ours / without"],
    [
      [
        "program starts: package loaded, beside Pulumi's SDK alone",
        ms(program.ms),
        ms(sdk.ms),
        ratio(program.ms / sdk.ms),
      ],
      ["its memory, MiB", mib(program.peakBytes), mib(sdk.peakBytes), ratio(program.peakBytes / sdk.peakBytes)],
      [
        "provider starts: Pulumi's host until it names its port, then the provider's code",
        ms(host + provider.ms - node.ms),
        ms(host),
        ratio((host + provider.ms - node.ms) / host),
      ],
      [
        "memory of the provider's code in bare Node, MiB",
        mib(provider.peakBytes),
        mib(node.peakBytes),
        ratio(provider.peakBytes / node.peakBytes),
      ],
      [
        "text for the provider in each resource, beside Pulumi's serializer: bytes",
        number(textBytes),
        number(serialized.bytes),
        ratio(textBytes / serialized.bytes),
      ],
      ["making that text, for each resource", "none is made", ms(serialized.ms), none],
    ],
  );
}
