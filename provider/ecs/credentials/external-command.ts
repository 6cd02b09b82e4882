import { execFile } from "node:child_process";
import { epochMs } from "./epoch-ms";
import type { Environment } from "./lookup";
import type { Session } from "./session";
import { SourceFailure } from "./source-failure";

const timeoutMs = 60_000;

/**
 * Keys from a command of the user's, run without a shell; quotes group words and a backslash is a backslash. Not through
 * @alicloud/credentials, which would write what the command answers into the user's file.
 */
export async function fromCommand(command: string, env: Environment): Promise<Session> {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const [file, ...args] = words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
  if (file === undefined) throw new SourceFailure("process_command is empty");
  const output = await run(file, args, env);
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw new SourceFailure("process_command did not print JSON");
  }
  const { access_key_id, access_key_secret, sts_token, expiration } = (answer ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (!isText(access_key_id) || !isText(access_key_secret)) {
    throw new SourceFailure("process_command printed no access_key_id and access_key_secret");
  }
  return {
    credentials: {
      accessKeyId: access_key_id,
      accessKeySecret: access_key_secret,
      securityToken: isText(sts_token) ? sts_token : undefined,
    },
    expiresAtMs: epochMs(expiration),
  };
}

function run(file: string, args: readonly string[], env: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: timeoutMs, env: { ...env }, windowsHide: true }, (error, stdout) => {
      if (error === null) resolve(stdout);
      // Its command line and what it printed stay where they are.
      else if (error.killed === true) reject(new SourceFailure("process_command did not end in time"));
      else reject(new SourceFailure(`process_command failed (${error.code ?? "no exit code"})`));
    });
  });
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
