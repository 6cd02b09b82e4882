import RPCClient from "@alicloud/pop-core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Credential, type Emulator, startEmulator, World } from "../../emulator/index";
import { ecsClient, type SignatureAlgorithm, signatures } from "../clients/ecs-sdk";
import { ann, bob, crowdedFile, eve } from "../emulator/crowded-world";
import { ask } from "./judge";
import { modelledActions } from "./modelled-actions";
import { requestsOf } from "./requests";
import { seed } from "./seed";
import { typedRequestsOf } from "./typed-requests";

// The same generated requests once more through the vendor's own clients, signed and over HTTP. What comes back is held
// against a twin of the world in memory: the way there and back must neither lose nor change anything.

let emulator: Emulator;
let twin: World;
let asked = 0;
let successes = 0;

beforeAll(async () => {
  emulator = await startEmulator({ clock: "virtual", world: crowdedFile });
  twin = new World(crowdedFile);
});
afterAll(() => emulator.stop());

function startAgain(): void {
  emulator.reset();
  twin.reset();
  emulator.releaseInstance("i-gone");
  twin.releaseInstance("i-gone");
}

interface Answered {
  code: string | undefined;
  body: unknown;
}

/** What the server got, asked of the twin: the answers and the worlds must be the same. */
function compare(action: string, version: string, credential: Credential, got: Answered): void {
  const row = emulator.ledger().at(-1);
  expect(row?.action).toBe(action);
  const modelled = modelledActions.find((each) => each.action === action && each.version === version);
  if (modelled === undefined || row === undefined) throw new Error(`${action} is not modelled.`);
  const alike = ask(twin, { modelled, params: row.params, credential });
  expect(row.effect).toBe(alike.effect);
  expect(got.code).toBe(alike.code);
  expect(plain(got.body)).toEqual(plain(alike.body));
  const withoutKeys = (world: World) => ({ ...world.toFile(), credentials: [] });
  expect(withoutKeys(emulator.world)).toEqual(withoutKeys(twin));
  asked += 1;
  if (got.code === undefined) successes += 1;
}

/** Without what each answer has of its own. */
function plain(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (name, value: unknown) =>
      ["RequestId", "HostId", "Recommend", "EncodedDiagnosticMessage", "Credentials"].includes(name) ? "" : value,
    ),
  );
}

const credentials = fc.constantFrom(ann, ann, ann, bob, eve);
const ecsActions = modelledActions.filter(({ version }) => version === "2014-05-26");

// Shrinking a failure takes its time.
describe(`EMULATOR_SEED=${seed}`, { timeout: 120_000 }, () => {
  test.each(signatures)("the typed client, $signature", async ({ signatureAlgorithm }) => {
    const calls = fc.oneof(
      ...ecsActions.map(({ action }) => typedRequestsOf(action).map((request) => ({ action, request }))),
    );
    await fc.assert(
      fc.asyncProperty(calls, credentials, async ({ action, request }, credential) => {
        startAgain();
        const got = await askTyped(action, request, signatureAlgorithm, credential);
        compare(action, "2014-05-26", credential, got);
      }),
      { numRuns: 200, seed },
    );
  });

  test.each(["GET", "POST"] as const)("pop-core, %s", async (method) => {
    const calls = fc.oneof(
      ...modelledActions
        .filter(({ action }) => action !== "AssumeRoleWithOIDC")
        .map((modelled) => requestsOf(modelled).map((params) => ({ modelled, params }))),
    );
    await fc.assert(
      fc.asyncProperty(calls, credentials, async ({ modelled: { action, version }, params }, credential) => {
        startAgain();
        const got = await askPopCore(action, version, params, method, credential);
        compare(action, version, credential, got);
      }),
      { numRuns: 200, seed },
    );
  });

  // Of the whole file: a run that names single tests makes fewer.
  test("at least 800 requests went over HTTP, and many of them got through", () => {
    expect(asked).toBeGreaterThanOrEqual(800);
    expect(successes).toBeGreaterThan(200);
  });
});

async function askTyped(
  action: string,
  request: object,
  signatureAlgorithm: SignatureAlgorithm,
  credential: Credential,
): Promise<Answered> {
  const client = ecsClient(emulator, { signatureAlgorithm, credential }) as unknown as Record<
    string,
    (request: object) => Promise<{ body: { toMap(): Record<string, unknown> } }>
  >;
  try {
    const method = action.charAt(0).toLowerCase() + action.slice(1);
    const answer = await client[method]?.(request);
    // Through the SDK's model of it: a member that it doesn't know would be gone.
    return { code: undefined, body: answer?.body.toMap() };
  } catch (error) {
    const { code, data } = error as { code?: string; data?: Record<string, unknown> };
    if (code === undefined || data === undefined) throw error;
    // The client's own addition.
    return { code, body: { ...data, statusCode: undefined } };
  }
}

async function askPopCore(
  action: string,
  apiVersion: string,
  params: Record<string, string>,
  method: "GET" | "POST",
  { accessKeyId, accessKeySecret }: Credential,
): Promise<Answered> {
  const client = new RPCClient({ endpoint: emulator.endpoint, apiVersion, accessKeyId, accessKeySecret });
  try {
    return { code: undefined, body: await client.request<unknown>(action, params, { method, timeout: 5000 }) };
  } catch (error) {
    const { code, data } = error as { code?: string; data?: unknown };
    if (code === undefined || data === undefined) throw error;
    return { code, body: data };
  }
}
