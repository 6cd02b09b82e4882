export interface EngineCommand {
  /** The absolute path of the `pulumi` executable. */
  command: string;
  /** The whole environment to run it in: what was passed, with PATH, PULUMI_HOME and PULUMI_SKIP_UPDATE_CHECK set. */
  env: NodeJS.ProcessEnv & { PATH: string; PULUMI_HOME: string; PULUMI_SKIP_UPDATE_CHECK: string };
  /** Such as "3.250.0". */
  version: string;
  source: "PATH" | "cache";
}

/** The engine and the environment to run it in: `spawn(command, args, { env })`. Throws, with the remedy, where there is none. */
export function engineCommand(env?: NodeJS.ProcessEnv): Promise<EngineCommand>;
