import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { expect } from "vitest";
import { ConfigError } from "../../../provider/ecs/config";
import { credentialsOf } from "../../../provider/ecs/connect";
import type { CredentialSource } from "../../../provider/ecs/credentials/credential-source";
import { type Answer, type EcsServer, ecsServer, failure, json } from "../../support/ecs-server";

export type Texts = Readonly<Record<string, string>>;

/** Whatever contains this must not come out anywhere. */
export const canary = "CANARY";

const folders: string[] = [];

/** A home folder with these files. */
export function home(files: Texts = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "credentials-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

export function removeHomes(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface Case {
  readonly config?: Texts;
  readonly env?: Texts;
  readonly files?: Texts;
  readonly nowMs?: () => number;
}

export function source({ config = {}, env = {}, files = {}, nowMs = Date.now }: Case): CredentialSource {
  return credentialsOf((key) => config[key], { HOME: home(files), ...env }, nowMs);
}

export async function idOf(given: Case): Promise<string> {
  return (await source(given)()).accessKeyId;
}

/** The message of the ConfigError, after a look at all that could be printed of it. */
export async function refusal(given: Case): Promise<string> {
  const error: unknown = await source(given)().then(
    ({ accessKeyId }) => new Error(`no error but ${accessKeyId}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw error;
  const printed = [error.message, error.stack, String(error), inspect(error, { depth: 9 }), JSON.stringify(error)];
  expect(printed.join("\n")).not.toContain(canary);
  expect(error.message).not.toContain("\n");
  expect(Object.keys(error)).not.toContain("cause");
  return error.message;
}

export function cli(current: string, ...profiles: readonly object[]): Texts {
  return { ".aliyun/config.json": JSON.stringify({ current, profiles }) };
}

export const key = (id: string) => ({ mode: "AK", access_key_id: id, access_key_secret: `secret of ${id}` });

/** STS that hands out `sts-1`, `sts-2`, … for both ways to take over a role. */
export async function stsServer({
  endsAtMs = () => Date.now() + 3_600_000,
}: {
  readonly endsAtMs?: () => number;
} = {}): Promise<EcsServer> {
  let count = 0;
  const answer: Answer = (response, request) => {
    const action = request.params.Action;
    if (action !== "AssumeRole" && action !== "AssumeRoleWithOIDC") {
      failure(400, "InvalidAction")(response, request);
      return;
    }
    count += 1;
    json(200, {
      RequestId: "REQUEST-S",
      Credentials: {
        AccessKeyId: `sts-${count}`,
        AccessKeySecret: `sts-${count}-secret`,
        SecurityToken: `sts-${count}-token`,
        Expiration: new Date(endsAtMs()).toISOString().replace(/\.\d+/, ""),
      },
    })(response, request);
  };
  return await ecsServer(answer);
}

export async function uriServer(id: string, endsAtMs: () => number = () => Date.now() + 3_600_000): Promise<EcsServer> {
  return await ecsServer((response, request) =>
    json(200, {
      Code: "Success",
      AccessKeyId: id,
      AccessKeySecret: `${id}-secret`,
      SecurityToken: `${id}-token`,
      Expiration: new Date(endsAtMs()).toISOString(),
    })(response, request),
  );
}
