import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { bareEnvironment, run } from "../rig/process";
import { callSts, signatures } from "./ecs-sdk";
import { pythonEnvironment } from "./python-environment.mjs";
import { type TlsFront, tlsFront } from "./tls-front";
import { oidcProviderArn, oidcToken, owner, roleArn, user, world } from "./world";

let emulator: Emulator;
let front: TlsFront;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "role-login-"));
  emulator = await startEmulator({ clock: "virtual", world });
  // Node makes no certificates; the Python SDKs bring a library that does.
  front = await tlsFront(emulator, await pythonEnvironment());
  writeFileSync(join(folder, "token"), oidcToken);
  writeFileSync(join(folder, "another-token"), "another");
}, 200_000);

beforeEach(() => emulator.reset());

afterAll(async () => {
  await front?.close();
  await emulator?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Logs in, in a process of its own; what it saw. */
async function logIn(credential: object, signatureAlgorithm?: string): Promise<unknown> {
  const { host } = new URL(emulator.endpoint);
  const given = { credential, host, signatureAlgorithm, control: emulator.control };
  const ended = await run(process.execPath, [join(__dirname, "role-login.mjs"), JSON.stringify(given)], {
    env: { ...bareEnvironment(), HOME: folder, NODE_EXTRA_CA_CERTS: front.certificateFile },
    cwd: folder,
    timeoutMs: 20_000,
  });
  expect(ended.code, ended.output).toBe(0);
  return JSON.parse(ended.stdout);
}

const asUser = () => ({
  type: "ram_role_arn",
  accessKeyId: user.accessKeyId,
  accessKeySecret: user.accessKeySecret,
  roleArn,
  roleSessionName: "node",
  roleSessionExpiration: 3_600,
  stsEndpoint: front.host,
});

const byToken = (file = "token") => ({
  type: "oidc_role_arn",
  roleArn,
  oidcProviderArn,
  oidcTokenFilePath: join(folder, file),
  roleSessionName: "node",
  stsEndpoint: front.host,
});

/** A loopback page with a token of STS, as a credentials URI serves it. */
async function withCredentialsUri<T>(use: (uri: string) => Promise<T>): Promise<T> {
  const role = { RoleArn: roleArn, RoleSessionName: "uri" };
  const issued = await callSts(emulator, { signatureAlgorithm: undefined, credential: user }, "AssumeRole", role);
  const server = createServer((_, response) => {
    const body = { Code: "Success", ...(issued["Credentials"] as object) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The way of every token: it works, may what the role may, and ends. */
const works = (type: string, providerName: string) => ({
  list: { statusCode: 200, totalCount: 5 },
  login: { accessKeyId: expect.stringMatching(/^STS\.Emulator/) as unknown, hasToken: true, providerName, type },
  release: { name: "ClientError", code: "Forbidden.RAM", statusCode: 403 },
  expired: {
    name: "ClientError",
    code: "InvalidSecurityToken.Expired",
    statusCode: 400,
    message: expect.stringContaining("code: 400, Specified SecurityToken is expired. request id: ") as unknown,
  },
});

describe.each(signatures)("@alicloud/credentials, used with $signature", ({ signatureAlgorithm }) => {
  test("a role, taken over with a key", async () => {
    expect(await logIn(asUser(), signatureAlgorithm)).toMatchObject(works("ram_role_arn", "ram_role_arn/static_ak"));
    const [login] = emulator.ledger({ action: "AssumeRole" });
    expect(login?.params).toMatchObject({ RoleArn: roleArn, RoleSessionName: "node", DurationSeconds: "3600" });
  });

  test("a role, taken over with the token of an identity provider", async () => {
    expect(await logIn(byToken(), signatureAlgorithm)).toMatchObject(works("oidc_role_arn", "oidc_role_arn"));
    const [login] = emulator.ledger({ action: "AssumeRoleWithOIDC" });
    expect(login?.params).not.toHaveProperty("Signature");
  });

  test("a credentials URI", async () => {
    await withCredentialsUri(async (credentialsURI) => {
      expect(await logIn({ type: "credentials_uri", credentialsURI }, signatureAlgorithm)).toMatchObject(
        works("credentials_uri", "credential_uri"),
      );
    });
  });
});

describe("@alicloud/credentials, refused", () => {
  const refused = (text: string) => ({ list: { message: expect.stringContaining(text) as unknown } });

  test("a wrong secret, which it recognizes by the string to sign that comes back", async () => {
    // The library compares that string with its own.
    expect(await logIn({ ...asUser(), accessKeySecret: "wrong" })).toMatchObject(
      refused("the access key secret is invalid"),
    );
  });

  test("a key of the account itself", async () => {
    expect(await logIn({ ...asUser(), ...owner })).toMatchObject(refused("Roles may not be assumed by root accounts."));
  });

  test("an unknown role", async () => {
    const unknown = { ...asUser(), roleArn: `${roleArn}2` };
    expect(await logIn(unknown)).toMatchObject(refused("EntityNotExist.Role"));
  });

  test("another token", async () => {
    expect(await logIn(byToken("another-token"))).toMatchObject(refused("AuthenticationFail.OIDCToken.Invalid"));
  });
});
