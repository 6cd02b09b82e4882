import { afterAll, afterEach, describe, expect, it } from "vitest";
import { defaultRegionId } from "../../../provider/ecs/config";
import { describeSource } from "../../../provider/ecs/credentials/describe-source";
import { closeServers } from "../../support/ecs-server";
import { cli, home, idOf, key, refusal, removeHomes, source, stsServer, type Texts, uriServer } from "./support";

afterEach(removeHomes);
afterAll(closeServers);

const ini = (id: string, name = "default") =>
  `; a comment\n[${name}]\ntype = access_key\naccess_key_id = ${id}\naccess_key_secret = "s"\nregion_id = cn-ini\n`;
const env = { ALICLOUD_PROFILE: "ci" };

describe("which profile", () => {
  const two = cli(
    "mine",
    { name: "mine", ...key("mine-id") },
    { name: "ci", ...key("ci-id") },
    { name: "x", ...key("x-id") },
  );
  it.each<readonly [string, Texts, Texts, string]>([
    ["configuration first", { "alicloud:profile": "x" }, env, "x-id"],
    ["then ALICLOUD_PROFILE", {}, { ...env, ALIBABA_CLOUD_PROFILE: "x" }, "ci-id"],
    ["then ALIBABA_CLOUD_PROFILE", {}, { ALIBABA_CLOUD_PROFILE: "x" }, "x-id"],
    ["then the current one", {}, {}, "mine-id"],
  ])("%s", async (_reason, config, env, id) => {
    expect(await idOf({ config, env, files: two })).toBe(id);
  });

  it("a name that is nowhere is refused with the places", async () => {
    const message = await refusal({ env: { ALICLOUD_PROFILE: "nope" }, files: two });
    expect(message).toContain(
      "profile nope of ALICLOUD_PROFILE (failed: there is no profile nope in ~/.aliyun/config.json or ~/.alibabacloud/credentials)",
    );
  });

  it("a named one may stand in the SDKs' file", async () => {
    expect(
      await idOf({ env, files: { ...two, ".aliyun/config.json": "{}", ".alibabacloud/credentials": ini("i", "ci") } }),
    ).toBe("i");
  });

  it("an empty one, as `aliyun configure` leaves it, lets the next source speak", async () => {
    const files = {
      ...cli("default", { name: "default", mode: "AK", access_key_id: "" }),
      ".alibabacloud/credentials": ini("i"),
    };
    expect(await idOf({ files })).toBe("i");
  });

  it("the command line's file can be switched off", async () => {
    const off = { ALIBABA_CLOUD_CLI_PROFILE_DISABLED: "true" };
    expect(await refusal({ env: off, files: two })).toContain("off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED");
  });
});

describe("which file", () => {
  const files = {
    "a.json": cli("ci", { name: "ci", ...key("a-id") })[".aliyun/config.json"] ?? "",
    "b.ini": ini("b-id", "ci"),
  };
  const at = (name: string) => `${home(files)}/${name}`;

  it("the one that is named, whatever its name ends in: JSON or INI by content", async () => {
    const json = { ALICLOUD_SHARED_CREDENTIALS_FILE: at("a.json"), ALIBABA_CLOUD_CREDENTIALS_FILE: at("b.ini") };
    expect(await idOf({ env: { ...env, ...json } })).toBe("a-id");
    expect(await idOf({ env: { ...env, ALIBABA_CLOUD_CREDENTIALS_FILE: at("b.ini") } })).toBe("b-id");
    expect(await idOf({ config: { "alicloud:sharedCredentialsFile": at("b.ini") }, env: { ...env, ...json } })).toBe(
      "b-id",
    );
  });

  it("~ is the home folder", async () => {
    expect(await idOf({ env: { ...env, ALICLOUD_SHARED_CREDENTIALS_FILE: "~/b.ini" }, files })).toBe("b-id");
  });

  it("without a named profile: the current one of JSON, `default` of INI", async () => {
    expect(await idOf({ env: { ALIBABA_CLOUD_CREDENTIALS_FILE: at("a.json") } })).toBe("a-id");
    const path = `${home({ x: ini("d-id") })}/x`;
    expect(
      await idOf({ env: { ALIBABA_CLOUD_CREDENTIALS_FILE: path }, files: cli("m", { name: "m", ...key("m") }) }),
    ).toBe("d-id");
  });

  it("a file of the home folder is shown with ~, another as it is", () => {
    const folder = home({ "b.ini": ini("i", "ci") });
    const shown = (HOME: string) =>
      describeSource(() => undefined, { ...env, HOME, ALICLOUD_SHARED_CREDENTIALS_FILE: `${folder}/b.ini` });
    expect(shown(folder)).toBe("profile ci of ~/b.ini");
    expect(shown(folder.slice(0, -1))).toBe(`profile ci of ${folder}/b.ini`);
  });

  it("a folder is none", async () => {
    expect(await refusal({ env: { ...env, ALICLOUD_SHARED_CREDENTIALS_FILE: home() } })).toContain("EISDIR");
  });
});

describe("modes", () => {
  it("StsToken: the token goes with the key", async () => {
    const sts = source({
      files: cli("s", { name: "s", ...key("k"), mode: "StsToken", sts_token: "t", sts_expiration: 1_900_000_000 }),
    });
    expect(await sts()).toEqual({ accessKeyId: "k", accessKeySecret: "secret of k", securityToken: "t" });
    expect(await sts.expiresAtMs()).toBe(1_900_000_000_000);
  });

  it("RamRoleArn and ChainableRamRoleArn: by STS, signed by their source", async () => {
    const sts = await stsServer();
    const role = { ram_role_arn: "acs:ram::1:role/a", ram_session_name: "me", expired_seconds: 1800, external_id: "x" };
    const files = cli(
      "c",
      { name: "r", ...key("root"), mode: "RamRoleArn", ...role },
      {
        name: "c",
        mode: "ChainableRamRoleArn",
        source_profile: "r",
        ram_role_arn: "acs:ram::1:role/b",
        expired_seconds: 0,
      },
    );
    expect(await idOf({ env: { ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint }, files })).toBe("sts-2");
    expect(sts.requests.map(({ params }) => params)).toMatchObject([
      {
        AccessKeyId: "root",
        RoleArn: "acs:ram::1:role/a",
        RoleSessionName: "me",
        DurationSeconds: "1800",
        ExternalId: "x",
      },
      {
        AccessKeyId: "sts-1",
        SecurityToken: "sts-1-token",
        RoleArn: "acs:ram::1:role/b",
        RoleSessionName: "pulumi-alicloud-lifecycle",
        DurationSeconds: "3600",
      },
    ]);
  });

  it("OIDC: with the token of the file, unsigned", async () => {
    const sts = await stsServer();
    const path = `${home({ t: "TOKEN\n" })}/t`;
    const files = cli("o", {
      name: "o",
      mode: "OIDC",
      oidc_provider_arn: "p",
      oidc_token_file: path,
      ram_role_arn: "r",
    });
    expect(await idOf({ env: { ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint }, files })).toBe("sts-1");
    expect(sts.requests[0]?.params).toMatchObject({
      Action: "AssumeRoleWithOIDC",
      OIDCToken: "TOKEN",
      OIDCProviderArn: "p",
    });
    expect(sts.requests[0]?.params).not.toHaveProperty("Signature");
  });

  it("CredentialsURI", async () => {
    const uri = await uriServer("from-uri");
    expect(await idOf({ files: cli("u", { name: "u", mode: "CredentialsURI", credentials_uri: uri.endpoint }) })).toBe(
      "from-uri",
    );
  });

  it("External: the command's JSON, and its file stays as it is", async () => {
    const script = `console.log(JSON.stringify({mode:"StsToken",access_key_id:"ext",access_key_secret:"s",sts_token:process.env.WORD,expiration:"2030-01-01T00:00:00Z"}))`;
    const folder = home({ "the script.js": script });
    const files = cli("e", {
      name: "e",
      mode: "External",
      process_command: `"${process.execPath}" "${folder}/the script.js" 'a b'`,
    });
    const external = source({ env: { WORD: "w" }, files });
    expect(await external()).toEqual({ accessKeyId: "ext", accessKeySecret: "s", securityToken: "w" });
    expect(await external.expiresAtMs()).toBe(Date.parse("2030-01-01T00:00:00Z"));
  });

  it.each([
    ["fails", `console.error("CANARY"); process.exit(3)`, "process_command failed (3)"],
    ["prints no JSON", `console.log("CANARY")`, "process_command did not print JSON"],
    ["prints no keys", `console.log('{"access_key_id":"CANARY"}')`, "printed no access_key_id"],
  ])("External whose command %s", async (_reason, script, want) => {
    const folder = home({ "s.js": script });
    const command = `"${process.execPath}" "${folder}/s.js" --secret CANARY`;
    expect(await refusal({ files: cli("e", { name: "e", mode: "External", process_command: command }) })).toContain(
      want,
    );
  });

  it("CloudSSO: the stored session while it lasts, then what to do", async () => {
    const nowMs = () => Date.parse("2026-10-01T00:00:00Z");
    const signedIn = (endsAtMs: number) =>
      cli("c", {
        name: "c",
        ...key("CANARY-sso"),
        mode: "CloudSSO",
        sts_token: "CANARY",
        sts_expiration: endsAtMs / 1_000,
      });
    expect(await idOf({ files: signedIn(nowMs() + 60_000), nowMs })).toBe("CANARY-sso");
    expect(await refusal({ files: signedIn(nowMs() - 60_000), nowMs })).toContain(
      "run any `aliyun` command with --profile c",
    );
  });

  it("INI: a role by STS", async () => {
    const sts = await stsServer();
    const text = `[default]\ntype=ram_role_arn\naccess_key_id=root\naccess_key_secret=a=b#c\nrole_arn=arn\nrole_session_name=me\npolicy={"a":1}\n`;
    const files = { ".alibabacloud/credentials": text };
    expect(await idOf({ env: { ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint }, files })).toBe("sts-1");
    expect(sts.requests[0]?.params).toMatchObject({
      AccessKeyId: "root",
      RoleArn: "arn",
      RoleSessionName: "me",
      Policy: '{"a":1}',
    });
  });
});

describe("what is wrong with a profile is said, and nothing of the file is", () => {
  const profile = (fields: object) => cli("ci", { name: "ci", ...fields });
  it.each<readonly [string, Texts, string]>([
    [
      "broken JSON",
      { ".aliyun/config.json": '{"current":"ci","profiles":[{"name":"ci","access_key_secret":"CANARY"' },
      "~/.aliyun/config.json: it begins like JSON and is none",
    ],
    ["broken INI", { ".alibabacloud/credentials": "[ci]\nCANARY secret\n" }, "~/.alibabacloud/credentials: line 2"],
    ["INI in the place of JSON, broken", { ".aliyun/config.json": '"CANARY"\n' }, "~/.aliyun/config.json: line 1"],
    ["JSON of another kind", { ".aliyun/config.json": '{"profiles":"CANARY"}' }, "there is no profile ci"],
    ["no secret", profile({ mode: "AK", access_key_id: "CANARY" }), "incomplete: profile ci has no access_key_secret"],
    ["no token", profile({ ...key("CANARY"), mode: "StsToken" }), "incomplete: profile ci has no sts_token"],
    ["no role", profile({ ...key("CANARY"), mode: "RamRoleArn" }), "incomplete: profile ci has no ram_role_arn"],
    ["a mode of tomorrow", profile({ ...key("CANARY"), mode: "CANARY" }), "a mode that is not known here"],
    [
      "a session that is too short",
      profile({ ...key("CANARY"), mode: "RamRoleArn", ram_role_arn: "r", expired_seconds: 60 }),
      "expired_seconds of profile ci has to be 900 to 43200 seconds",
    ],
    [
      "OAuth, which writes",
      profile({ mode: "OAuth", oauth_refresh_token: "CANARY" }),
      "mode OAuth, whose use would write into ~/.aliyun/config.json",
    ],
    [
      "a circle",
      cli("ci", { name: "ci", mode: "ChainableRamRoleArn", source_profile: "ci", ram_role_arn: "CANARY" }),
      "leads back to itself",
    ],
  ])("%s", async (_reason, files, want) => {
    expect(await refusal({ env, files })).toContain(want);
  });

  it("a broken file stops even where nobody names a profile: another identity must not act instead", async () => {
    const files = {
      ".aliyun/config.json": '{"access_key_secret":"CANARY"',
      ".alibabacloud/credentials": ini("ini-id"),
    };
    expect(await refusal({ files })).toContain("is none; repair it");
  });
});

describe("region of the named profile", () => {
  const files = cli("mine", { name: "mine", region_id: "cn-mine" }, { name: "ci", region_id: "cn-ci" });
  it.each<readonly [string, Texts, Texts, Texts, string | undefined]>([
    ["last of all", {}, env, files, "cn-ci"],
    ["after the configuration", { "alicloud:region": "cn-a" }, env, files, "cn-a"],
    ["after the environment", {}, { ...env, ALIBABA_CLOUD_REGION: "cn-b" }, files, "cn-b"],
    ["of INI", {}, env, { ".alibabacloud/credentials": ini("i", "ci") }, "cn-ini"],
    ["not of the current one, which nobody named", {}, {}, files, undefined],
    ["not when the file is broken", {}, env, { ".aliyun/config.json": "{" }, undefined],
    ["not when there is no such profile", {}, { ALICLOUD_PROFILE: "x" }, files, undefined],
  ])("%s", (_reason, config, env, files, want) => {
    expect(defaultRegionId((setting) => config[setting], { HOME: home(files), ...env })).toBe(want);
  });
});
