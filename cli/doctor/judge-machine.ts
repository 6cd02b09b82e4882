import type { PulumiRun } from "../run-pulumi";
import type { Finding } from "./finding";

/** As in package.json and README. */
export const oldestNode = "20.19.0";
export const oldestPulumi = "3.250.0";

/** `version` as Node writes it, with or without its v. Pure. */
export function judgeNode(version: string): Finding {
  const found = { area: "machine", check: "node", value: bare(version) } as const;
  if (isAtLeast(version, oldestNode)) return { ...found, answer: "yes", detail: bare(version) };
  return {
    ...found,
    answer: "no",
    detail: `${bare(version)} is older than ${oldestNode}`,
    remedy: `install Node ${oldestNode} or newer`,
  };
}

/** By what `pulumi version` did. Pure. */
export function judgePulumi(run: PulumiRun): Finding {
  const found = { area: "machine", check: "pulumi" } as const;
  const again = "run this where `pulumi up` runs";
  if (run.kind === "missing") {
    return {
      ...found,
      answer: "unknown",
      detail: "there is no `pulumi` on the PATH",
      remedy: `install Pulumi's CLI ${oldestPulumi} or newer, or ${again}`,
    };
  }
  if (run.kind === "failed") {
    return { ...found, answer: "unknown", detail: `\`pulumi version\` failed: ${run.reason}`, remedy: again };
  }
  const version = /^v?(\d+\.\d+\.\d+\S*)/m.exec(run.stdout.trim())?.[1];
  if (version === undefined) {
    return { ...found, answer: "unknown", detail: "`pulumi version` printed no version", remedy: again };
  }
  if (isAtLeast(version, oldestPulumi)) return { ...found, answer: "yes", detail: version, value: version };
  return {
    ...found,
    answer: "no",
    detail: `${version} is older than ${oldestPulumi}`,
    remedy: `install Pulumi's CLI ${oldestPulumi} or newer`,
    value: version,
  };
}

function bare(version: string): string {
  return version.replace(/^v/, "");
}

function isAtLeast(version: string, oldest: string): boolean {
  const [have, want] = [numbers(version), numbers(oldest)];
  for (const [index, wanted] of want.entries()) {
    const had = have[index] ?? 0;
    if (had !== wanted) return had > wanted;
  }
  return true;
}

function numbers(version: string): readonly number[] {
  return bare(version)
    .split(/[-+]/, 1)
    .flatMap((plain) => plain.split(".").map(Number));
}
