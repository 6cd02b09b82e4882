export interface Engine {
  source: "PATH" | "cache";
  /** The absolute path of the `pulumi` executable. */
  command: string;
  /** The folder with its language host. */
  bin: string;
  version: string;
}

/** Looks for an engine that works: on PATH, then in our cache. Makes nothing. `tried`: one line for each that can't be used. */
export function findEngine(options?: {
  env?: NodeJS.ProcessEnv;
  /** Don't believe an earlier failure. */
  probeFailedAgain?: boolean;
  probeTimeoutMs?: number;
}): Promise<{ engine?: Engine; tried: string[] }>;
