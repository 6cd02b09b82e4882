import type { Environment, Settings } from "../provider/ecs/config";
import { withoutKeyPairs } from "../provider/ecs/credentials/look-for-keys";
import type { StackSettings } from "./stack-settings";
import { UsageError } from "./usage-error";

/** Where settings and credentials are looked for: options first, then the stack's configuration, then the environment. */
export interface Sources {
  readonly settings: Settings;
  readonly env: Environment;
  /** For people: the place of a setting or variable by its name. */
  readonly placeOf: (name: string) => string;
}

export interface SourceOptions {
  /** `--region`. */
  readonly region?: string | undefined;
  /** `--profile`: means that profile, so keys in the environment or in the stack don't act in its place. */
  readonly profile?: string | undefined;
  /** `--stack`, with what was read of it. */
  readonly stack?: { readonly name: string; readonly read: StackSettings } | undefined;
}

const keysInClear = /^alicloud:(accessKey|secretKey|securityToken)$/;
const regionPattern = /^[a-z]{2,}(-[a-z0-9]+)+$/;

/** Throws UsageError for an option that can't be meant. Pure. */
export function sourcesOf(env: Environment, { region, profile, stack }: SourceOptions): Sources {
  if (region !== undefined && !regionPattern.test(region)) {
    throw new UsageError(`--region: ${JSON.stringify(region)} is not a region id; write one such as cn-hangzhou`);
  }
  if (profile === "")
    throw new UsageError("--profile: is empty; name a profile of `aliyun configure`, or leave it out");
  const options: Readonly<Record<string, string | undefined>> = {
    "alicloud:region": region,
    "alicloud:profile": profile,
  };
  const optionNames: Readonly<Record<string, string>> = {
    "alicloud:region": "--region",
    "alicloud:profile": "--profile",
  };
  return {
    settings: (key) => {
      if (options[key] !== undefined) return options[key];
      if (profile !== undefined && keysInClear.test(key)) return undefined;
      return stack?.read.settings(key);
    },
    env: profile === undefined ? env : withoutKeyPairs(env),
    placeOf: (name) => {
      if (options[name] !== undefined) return optionNames[name] ?? name;
      return name.startsWith("alicloud:") && stack !== undefined ? `${name} of stack ${stack.name}` : name;
    },
  };
}
