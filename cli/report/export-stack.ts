import { runPulumi } from "../run-pulumi";
import { UsageError } from "../usage-error";
import { withProgress } from "../with-progress";
import { printable } from "./printable";

/** The state of a stack as text, secrets encrypted as they are stored. Throws UsageError. */
export async function exportStack(name: string): Promise<string> {
  const args = ["stack", "export", `--stack=${name}`, "--non-interactive"];
  const run = await withProgress(`reading the state of stack ${printable(name)}`, runPulumi(args, process.env));
  if (run.kind === "printed") return run.stdout;
  if (run.kind === "missing") {
    throw new UsageError("--stack: no `pulumi` command was found; install it, or use --state FILE");
  }
  throw new UsageError(
    `--stack: \`pulumi stack export --stack ${printable(name)}\` failed: ${printable(run.reason)}; run it by hand to see more`,
  );
}
