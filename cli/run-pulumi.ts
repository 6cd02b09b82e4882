import { execFile } from "node:child_process";
import { oneLine } from "./one-line";

const timeoutMs = 120_000;
/** A state of thousands of resources is some ten. */
const largestBytes = 512 * 2 ** 20;

/** What became of a `pulumi` command: what it printed, that there is none, or in one line why it failed. */
export type PulumiRun =
  | { readonly kind: "printed"; readonly stdout: string }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly reason: string };

/** Runs the `pulumi` of the PATH. It asks for nothing, and doesn't look for a newer version of itself. */
export function runPulumi(args: readonly string[], env: NodeJS.ProcessEnv): Promise<PulumiRun> {
  const options = {
    timeout: timeoutMs,
    maxBuffer: largestBytes,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    windowsHide: true,
  };
  return new Promise((resolve) => {
    const child = execFile("pulumi", args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: "printed", stdout });
      else if (error.code === "ENOENT") resolve({ kind: "missing" });
      else if (error.killed === true)
        resolve({ kind: "failed", reason: `it did not end within ${timeoutMs / 1_000} s` });
      else resolve({ kind: "failed", reason: firstLine(stderr) ?? `exit code ${error.code ?? "unknown"}` });
    });
    child.stdin?.end();
  });
}

function firstLine(text: string): string | undefined {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "");
  return line === undefined ? undefined : oneLine(line).replace(/^error: /, "");
}
