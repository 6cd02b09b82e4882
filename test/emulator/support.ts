import RPCClient from "@alicloud/pop-core";
import { onTestFinished } from "vitest";
import {
  type Credential,
  defaultCredential,
  type Emulator,
  type EmulatorOptions,
  execute,
  type Execution,
  type InstanceFields,
  startEmulator,
  World,
  type WorldFile,
} from "../../emulator/index";

export const now = "2026-03-01T08:00:20Z";

/** An emulator on free ports that goes away with its test. Its clock is virtual unless the test says otherwise. */
export async function emulatorForTest(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = options.world ?? { now, instances: [{ InstanceId: "i-a" }] };
  const emulator = await startEmulator({ clock: "virtual", ...options, world });
  onTestFinished(() => emulator.stop());
  return emulator;
}

export type Body = Record<string, unknown>;

/** Either the body of a success or the code of an error. */
export type Reply = { body: Body; code?: undefined } | { code: string; status: number; body: Body };

export interface Asking {
  method?: "GET" | "POST";
  apiVersion?: string;
  credential?: Credential;
  timeoutMs?: number;
}

/** Asks with the vendor's own client. What isn't an answer of the API is thrown. */
export async function ask(
  emulator: Pick<Emulator, "endpoint" | "accessKeyId" | "accessKeySecret">,
  action: string,
  params: Body = {},
  how: Asking = {},
): Promise<Reply> {
  const credential = how.credential ?? emulator;
  const client = new RPCClient({
    endpoint: emulator.endpoint,
    apiVersion: how.apiVersion ?? "2014-05-26",
    accessKeyId: credential.accessKeyId,
    accessKeySecret: credential.accessKeySecret,
    ...(how.credential?.securityToken === undefined ? {} : { securityToken: how.credential.securityToken }),
  });
  try {
    return {
      body: await client.request<Body>(action, params, {
        method: how.method ?? "POST",
        timeout: how.timeoutMs ?? 10_000,
      }),
    };
  } catch (error) {
    if (!isApiError(error)) throw error;
    return { code: error.code, status: error.entry.response.statusCode, body: error.data };
  }
}

interface ApiError {
  code: string;
  data: Body;
  entry: { response: { statusCode: number } };
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && "data" in error && "entry" in error;
}

/** A world in memory whose clock stands at `now`. */
export function worldOf(instances: InstanceFields[], file: WorldFile = {}): World {
  return new World({ now, ...file, instances }, { clock: "virtual" });
}

/** Asks the pure core, without HTTP. */
export function askCore(
  world: World,
  action: string,
  params: Record<string, string> = {},
  credential: Credential = defaultCredential,
): Execution {
  return execute(world, { action, params, credential });
}

/** `ok`, or the error's code. */
export function outcome({ code }: { code?: string | undefined }): string {
  return code ?? "ok";
}

/** The rows of a DescribeInstances answer. */
export function rowsOf(body: Body): Body[] {
  const { Instance } = body["Instances"] as { Instance: Body[] };
  return Instance;
}

export function idsOf(body: Body): unknown[] {
  return rowsOf(body).map((row) => row["InstanceId"]);
}
