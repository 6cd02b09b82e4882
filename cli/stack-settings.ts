import type { Settings } from "../provider/ecs/config";
import { settingText } from "../provider/ecs/config";
import { runPulumi } from "./run-pulumi";
import { UsageError } from "./usage-error";

/** A setting whose value is a secret of the stack: only Pulumi reads it. */
export class SecretNotRead extends Error {
  override readonly name = "SecretNotRead";

  constructor(readonly key: string) {
    super(`${key}: set, secret: not read`);
    this.stack = `SecretNotRead: ${this.message}`;
  }
}

export interface StackSettings {
  /** Throws SecretNotRead for a key that is set as a secret: to go on as if it weren't set would check something else. */
  readonly settings: Settings;
  /** The keys of `alicloud:` and `lifecycle:` that are secret. */
  readonly secretKeys: readonly string[];
  /** Keys of an account that stand in clear. */
  readonly plainKeys: readonly string[];
}

interface Entry {
  readonly value?: unknown;
  readonly objectValue?: unknown;
  readonly secret?: boolean;
}

const accountKeys = ["alicloud:accessKey", "alicloud:secretKey", "alicloud:securityToken"];

/** The configuration of a stack of the project in the current folder, without its secrets. Throws UsageError. */
export async function stackSettings(stack: string, env: NodeJS.ProcessEnv): Promise<StackSettings> {
  const run = await runPulumi(["config", "--json", "--stack", stack, "--non-interactive"], env);
  switch (run.kind) {
    case "printed":
      return readStackSettings(run.stdout);
    case "missing":
      throw new UsageError("--stack: there is no `pulumi` on the PATH; install Pulumi's CLI, or leave --stack out");
    case "failed":
      throw new UsageError(
        `--stack: \`pulumi config --json --stack ${stack}\` failed: ${run.reason}; name a stack of the project in this folder, or leave --stack out`,
      );
  }
}

/** What `pulumi config --json` printed. Throws UsageError. Pure. */
export function readStackSettings(printed: string): StackSettings {
  let json: unknown;
  try {
    json = JSON.parse(printed);
  } catch {
    throw new UsageError("--stack: what `pulumi config --json` printed is not JSON; leave --stack out");
  }
  const entries = new Map(Object.entries((json ?? {}) as Readonly<Record<string, Entry>>));
  const isSecret = (key: string): boolean => entries.get(key)?.secret === true;
  return {
    settings: (key) => {
      const entry = entries.get(key);
      if (entry?.secret === true) throw new SecretNotRead(key);
      return settingText(entry?.objectValue ?? entry?.value);
    },
    secretKeys: [...entries.keys()].filter((key) => /^(alicloud|lifecycle):/.test(key) && isSecret(key)),
    plainKeys: accountKeys.filter((key) => entries.has(key) && !isSecret(key)),
  };
}
