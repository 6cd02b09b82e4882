import { afterAll, afterEach, describe, expect, it } from "vitest";
import { closeServers, type EcsServer } from "../../support/ecs-server";
import { describeSource } from "../../../provider/ecs/credentials/describe-source";
import { cli, home, idOf, key, refusal, removeHomes, source, stsServer, type Texts, uriServer } from "./support";

afterEach(removeHomes);
afterAll(closeServers);

/** Each source alone, in their order; `wins` is how its key is known. */
interface Source {
  readonly name: string;
  readonly config?: Texts;
  readonly env?: Texts;
  readonly files?: Texts;
  readonly wins: string;
  readonly text: string;
}

let sts: EcsServer | undefined;
let uri: EcsServer | undefined;
const token = { "token.jwt": "OIDC-TOKEN" };

async function sources(): Promise<readonly Source[]> {
  sts ??= await stsServer();
  uri ??= await uriServer("uri-id");
  const folder = home(token);
  return [
    {
      name: "configuration",
      config: { "alicloud:accessKey": "config-id", "alicloud:secretKey": "s" },
      wins: "config-id",
      text: "configuration alicloud:accessKey",
    },
    {
      name: "ALICLOUD pair",
      env: { ALICLOUD_ACCESS_KEY: "alicloud-id", ALICLOUD_SECRET_KEY: "s" },
      wins: "alicloud-id",
      text: "environment ALICLOUD_ACCESS_KEY",
    },
    {
      name: "ALIBABA_CLOUD pair",
      env: { ALIBABA_CLOUD_ACCESS_KEY_ID: "alibaba-id", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "s" },
      wins: "alibaba-id",
      text: "environment ALIBABA_CLOUD_ACCESS_KEY_ID",
    },
    {
      name: "ALIBABACLOUD pair",
      env: { ALIBABACLOUD_ACCESS_KEY_ID: "alibabacloud-id", ALIBABACLOUD_ACCESS_KEY_SECRET: "s" },
      wins: "alibabacloud-id",
      text: "environment ALIBABACLOUD_ACCESS_KEY_ID",
    },
    {
      name: "named profile",
      env: { ALICLOUD_PROFILE: "ci" },
      files: cli("other", { name: "other", ...key("current-id") }, { name: "ci", ...key("ci-id") }),
      wins: "ci-id",
      text: "profile ci of ~/.aliyun/config.json",
    },
    {
      name: "credentials URI",
      env: { ALICLOUD_CREDENTIALS_URI: `${uri.endpoint}/keys` },
      wins: "uri-id",
      text: "credentials URI of ALICLOUD_CREDENTIALS_URI",
    },
    {
      name: "OIDC",
      env: {
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "acs:ram::1:oidc-provider/p",
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: `${folder}/token.jwt`,
        ALIBABA_CLOUD_ROLE_ARN: "acs:ram::1:role/r",
        ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint,
      },
      wins: "sts-",
      text: "OIDC for role acs:ram::1:role/r",
    },
    {
      name: "current profile",
      files: cli("mine", { name: "mine", ...key("current-id") }),
      wins: "current-id",
      text: "profile mine of ~/.aliyun/config.json",
    },
    {
      name: "INI profile",
      files: {
        ".alibabacloud/credentials": "[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = s\n",
      },
      wins: "ini-id",
      text: "profile default of ~/.alibabacloud/credentials",
    },
    {
      name: "instance role",
      config: { "alicloud:ecsRoleName": "role" },
      wins: "",
      text: "instance role role of alicloud:ecsRoleName",
    },
  ];
}

const names = [
  "configuration",
  "ALICLOUD pair",
  "ALIBABA_CLOUD pair",
  "ALIBABACLOUD pair",
  "named profile",
  "credentials URI",
  "OIDC",
  "current profile",
  "INI profile",
  "instance role",
] as const;
const pairs = names.flatMap((first, at) => names.slice(at + 1).map((second) => [first, second] as const));

async function named(name: string): Promise<Source> {
  const found = (await sources()).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no source ${name}`);
  return found;
}

describe("each source alone", () => {
  // The instance role has its own test: its address is not ours.
  it.each(names.filter((name) => name !== "instance role"))("%s", async (name) => {
    const one = await named(name);
    expect(await idOf(one)).toContain(one.wins);
  });

  it.each(names)("%s is described without asking anybody", async (name) => {
    const { config = {}, env = {}, files = {}, text } = await named(name);
    const asked = [sts, uri].map((server) => server?.requests.length);
    expect(describeSource((setting) => config[setting], { HOME: home(files), ...env })).toBe(text);
    expect([sts, uri].map((server) => server?.requests.length)).toEqual(asked);
  });
});

describe("of two the first", () => {
  it.each(pairs)("%s before %s", async (first, second) => {
    const [one, other] = [await named(first), await named(second)];
    const config = { ...other.config, ...one.config };
    const env = { ...other.env, ...one.env };
    const files = { ...other.files, ...one.files };
    expect(describeSource((setting) => config[setting], { HOME: home(files), ...env })).toBe(one.text);
    expect(await idOf({ config, env, files })).toContain(one.wins);
  });
});

describe("the token of a pair", () => {
  const tokens = { ALICLOUD_SECURITY_TOKEN: "alicloud-token", ALIBABA_CLOUD_SECURITY_TOKEN: "alibaba-token" };
  it.each([
    ["its own", {}, { ALICLOUD_ACCESS_KEY: "i", ALICLOUD_SECRET_KEY: "s", ...tokens }, "alicloud-token"],
    [
      "its own, of the second family",
      {},
      { ALIBABA_CLOUD_ACCESS_KEY_ID: "i", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "s", ...tokens },
      "alibaba-token",
    ],
    ["never another's", { "alicloud:accessKey": "i", "alicloud:secretKey": "s" }, tokens, undefined],
    [
      "the configuration's",
      { "alicloud:accessKey": "i", "alicloud:secretKey": "s", "alicloud:securityToken": "t" },
      tokens,
      "t",
    ],
  ] as const)("%s", async (_reason, config, env, want) => {
    expect((await source({ config, env })()).securityToken).toBe(want);
  });
});

describe("halves are refused by name", () => {
  const pair = { ALICLOUD_ACCESS_KEY: "alicloud-id", ALICLOUD_SECRET_KEY: "s" };
  it.each<readonly [string, Texts, Texts, readonly string[]]>([
    [
      "key here, secret there",
      { "alicloud:accessKey": "CANARY" },
      { ALICLOUD_SECRET_KEY: "CANARY" },
      ["alicloud:secretKey is missing", "ALICLOUD_ACCESS_KEY is missing"],
    ],
    [
      "secret here, key there",
      { "alicloud:secretKey": "CANARY" },
      { ALICLOUD_ACCESS_KEY: "CANARY" },
      ["alicloud:accessKey is missing", "ALICLOUD_SECRET_KEY is missing"],
    ],
    [
      "a half before a pair",
      { "alicloud:accessKey": "CANARY" },
      pair,
      [
        "alicloud:secretKey is missing",
        "ALICLOUD_ACCESS_KEY + ALICLOUD_SECRET_KEY (set, but not reached)",
        "; complete or unset alicloud:accessKey + alicloud:secretKey",
      ],
    ],
    [
      "a half among the arguments of an explicit provider",
      { "alicloud:accessKey": "CANARY", "lifecycle:explicit": "true" },
      {},
      [
        "incomplete: LifecycleProvider's secretKey is missing",
        "; complete or unset LifecycleProvider's accessKey + LifecycleProvider's secretKey",
      ],
    ],
    [
      "two halves of two families",
      {},
      { ALICLOUD_ACCESS_KEY: "CANARY", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "CANARY" },
      ["ALICLOUD_SECRET_KEY is missing", "ALIBABA_CLOUD_ACCESS_KEY_ID is missing"],
    ],
    [
      "a half before a named profile",
      {},
      { ALIBABACLOUD_ACCESS_KEY_SECRET: "CANARY", ALICLOUD_PROFILE: "ci" },
      ["ALIBABACLOUD_ACCESS_KEY_ID is missing"],
    ],
  ])("%s", async (_reason, config, env, wanted) => {
    const message = await refusal({ config, env, files: cli("ci", { name: "ci", ...key("ci-id") }) });
    for (const want of wanted) expect(message).toContain(want);
  });

  it("a half after a pair is no matter, and an empty variable is none", async () => {
    const half = { ALIBABA_CLOUD_ACCESS_KEY_ID: "x", ALIBABACLOUD_ACCESS_KEY_ID: "" };
    expect(await idOf({ env: { ...pair, ...half } })).toBe("alicloud-id");
  });

  it("a half after nothing but an empty pair is one", async () => {
    const env = { ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "", ALIBABA_CLOUD_ACCESS_KEY_ID: "CANARY" };
    expect(await refusal({ env })).toContain("ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing");
  });
});

describe("nothing anywhere", () => {
  it("lists what was looked at, at once, and says what to do", async () => {
    const startedMs = Date.now();
    const message = await refusal({});
    for (const name of [
      "alicloud:accessKey + alicloud:secretKey (not set)",
      "ALICLOUD_ACCESS_KEY + ALICLOUD_SECRET_KEY (not set)",
      "ALIBABA_CLOUD_ACCESS_KEY_ID + ALIBABA_CLOUD_ACCESS_KEY_SECRET (not set)",
      "ALIBABACLOUD_ACCESS_KEY_ID",
      "ALICLOUD_PROFILE",
      "ALIBABA_CLOUD_CREDENTIALS_URI",
      "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
      "~/.aliyun/config.json (no such file)",
      "~/.alibabacloud/credentials (no such file)",
      "ALICLOUD_ECS_ROLE_NAME",
    ]) {
      expect(message).toContain(name);
    }
    expect(message).toMatch(/^no credentials: looked at .*; set ALICLOUD_ACCESS_KEY and/);
    // The metadata service was not asked.
    expect(Date.now() - startedMs).toBeLessThan(500);
  });

  it("keys of the alicloud provider that mean nothing here are no matter", async () => {
    const config = {
      "alicloud:accessKey": "config-id",
      "alicloud:secretKey": "s",
      "alicloud:skipRegionValidation": "true",
      "alicloud:sourceIp": "203.0.113.1",
      "alicloud:secureTransport": "true",
      "alicloud:securityTransport": "x",
      "alicloud:accountType": "Domestic",
      "alicloud:features": "{",
      "alicloud:fc": "x",
    };
    expect(await idOf({ config })).toBe("config-id");
  });
});

describe("DEBUG that would print keys", () => {
  const env = { ALICLOUD_ACCESS_KEY: "CANARY", ALICLOUD_SECRET_KEY: "CANARY" };
  it.each([
    ["*", "httpx:body, httpx:header"],
    ["express, httpx*", "httpx:body, httpx:header"],
    ["httpx:* -httpx:header", "httpx:body"],
  ])("%s is refused", async (DEBUG, names) => {
    const message = await refusal({ env: { ...env, DEBUG } });
    expect(message).toContain(`DEBUG would print them (${names})`);
  });

  it.each(["", "express:*", "*,-httpx:*", "1"])("'%s' is none", async (DEBUG) => {
    expect(await idOf({ env: { ...env, DEBUG } })).toBe("CANARY");
  });
});
