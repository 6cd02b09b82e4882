const number = (value) => Math.round(value).toLocaleString("en-US");
const mib = (bytes) => (bytes === undefined ? "–" : (bytes / 2 ** 20).toFixed(0));

/** Markdown; memory is the most that one process has had. Pure. */
export function stacksTable(runs) {
  const head = [
    "stacks at once",
    "s, previews and updates",
    "stacks done",
    "machines stopped once",
    "requests",
    "refused by the limit",
    "requests for each useful one",
    "provider, MiB",
    "program, MiB",
  ];
  const rows = runs.map(({ atOnce, seconds, done, stoppedOnce, actions, refused, perUseful, memory }) => [
    atOnce,
    seconds.toFixed(0),
    done,
    number(stoppedOnce),
    Object.entries(actions)
      .map(([action, times]) => `${number(times)} ${action}`)
      .join(", "),
    number(refused),
    perUseful.toFixed(2),
    mib(memory.provider),
    mib(memory.program),
  ]);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
