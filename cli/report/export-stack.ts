import { spawn } from "node:child_process";
import { InputError } from "./input-error";
import { printable } from "./printable";

/** The state of a stack as text, secrets encrypted as they are stored. Says on stderr what takes longer than two seconds. */
export async function exportStack(name: string): Promise<string> {
  const progress = setTimeout(() => process.stderr.write(`reading the state of stack ${printable(name)} ...\n`), 2_000);
  try {
    return await run(name);
  } finally {
    clearTimeout(progress);
  }
}

function run(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const child = spawn("pulumi", ["stack", "export", `--stack=${name}`, "--non-interactive"], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (part: Buffer) => out.push(part));
    child.stderr.on("data", (part: Buffer) => err.push(part));
    child.on("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "ENOENT" ? "no `pulumi` command was found; install it, or use --state FILE" : error.message;
      reject(new InputError(`--stack: ${why}`));
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString("utf8"));
      else {
        const [first = ""] = Buffer.concat(err)
          .toString("utf8")
          .trim()
          .split("\n")
          .filter((line) => line.trim() !== "");
        const why = printable(first.replace(/^error: /, "")) || `it ended with ${code}`;
        reject(
          new InputError(
            `--stack: \`pulumi stack export --stack ${printable(name)}\` failed: ${why}; run it by hand to see more`,
          ),
        );
      }
    });
  });
}
