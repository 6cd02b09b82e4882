import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { TierReport } from "./tier-report";

/** Where a run took place and what it was given: without these its figures can't be had again. */
export interface Provenance {
  readonly command: string;
  readonly seed: number;
  readonly commit: string;
  readonly machine: string;
}

export function provenance(command: string, seed: number, root: string): Provenance {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    command,
    seed,
    commit: commitOf(root),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown CPU"}, ${memory} GiB, ${process.platform}, Node ${process.versions.node}`,
  };
}

/** A tree with changes is none that anybody else could check out, so that is said. */
function commitOf(root: string): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`;
  } catch {
    return "unknown (no git)";
  }
}

/** The table of a run, in Markdown. */
export function tableOf(reports: readonly TierReport[], { command, seed, commit, machine }: Provenance): string {
  const rows = reports.map((report) => [
    report.tier,
    count(report.scenarios),
    report.enumerated === 0 ? "–" : `${count(report.covered)} of ${count(report.enumerated)}`,
    count(report.executions),
    count(report.failures.length),
    Object.entries(report.limits)
      .map(([name, times]) => `${count(times)} × ${name}`)
      .join("; ") || "–",
    Object.entries(report.figures)
      .map(([name, value]) => `${name}: ${count(value)}`)
      .join("; ") || "–",
    report.seconds.toFixed(0),
  ]);
  const executions = reports.reduce((sum, report) => sum + report.executions, 0);
  const violations = reports.reduce((sum, report) => sum + report.failures.length, 0);
  const seconds = reports.reduce((sum, report) => sum + report.seconds, 0);
  const head = ["tier", "scenarios", "tuples covered", "executions", "violations", "known limits", "figures", "s"];
  return [
    `\`${command}\`, seed ${seed}, commit ${commit}, ${new Date().toISOString().slice(0, 10)}; ${machine}.`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    line(["**all**", "", "", `**${count(executions)}**`, `**${count(violations)}**`, "", "", seconds.toFixed(0)]),
  ].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function count(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toFixed(2);
}

/** Puts a table between its two marks in a document. Throws when the marks are not there. */
export function writeTable(file: string, mark: string, table: string): void {
  const text = readFileSync(file, "utf8");
  const [begin, end] = [`<!-- ${mark}: begin, written by the command -->`, `<!-- ${mark}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table "${mark}"`);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
}
