import { afterAll, afterEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../provider/ecs/config";
import { connector, credentialsOf } from "../../../provider/ecs/connect";
import { type Answer, closeServers, ecsServer, failure, json, listAll } from "../../support/ecs-server";
import { FakeClock } from "../../support/fake-clock";
import { instanceId } from "../../support/builders";
import { cli, home, key, removeHomes, source, stsServer, type Texts } from "./support";

afterEach(removeHomes);
afterAll(closeServers);

const pair = { ALICLOUD_ACCESS_KEY: "id", ALICLOUD_SECRET_KEY: "secret" };
const minuteMs = 60_000;

/** Keys from an address, whose life is measured by a clock that a test moves. */
async function fromUri({
  lifeMs = 60 * minuteMs,
  fails = () => false,
}: {
  lifeMs?: number;
  fails?: () => boolean;
} = {}) {
  const clock = new FakeClock();
  let count = 0;
  const server = await ecsServer((response, request) => {
    if (fails()) {
      json(500, {})(response, request);
      return;
    }
    count += 1;
    json(200, {
      AccessKeyId: `id-${count}`,
      AccessKeySecret: "s",
      SecurityToken: "t",
      Expiration: new Date(clock.nowMs() + lifeMs).toISOString(),
    })(response, request);
  });
  const env = { ALICLOUD_CREDENTIALS_URI: server.endpoint };
  return { clock, server, uri: source({ env, nowMs: () => clock.nowMs() }) };
}

describe("kept in memory", () => {
  it("nothing is asked before the first use, and then once for all that wait", async () => {
    const { server, uri } = await fromUri();
    expect(server.requests).toHaveLength(0);
    const all = await Promise.all([uri(), uri(), uri.expiresAtMs(), uri()]);
    expect(all[0].accessKeyId).toBe("id-1");
    expect(server.requests).toHaveLength(1);
  });

  it("until five minutes before they end", async () => {
    const { clock, server, uri } = await fromUri();
    await uri();
    clock.advance(55 * minuteMs - 1);
    expect((await uri()).accessKeyId).toBe("id-1");
    clock.advance(1);
    expect((await Promise.all([uri(), uri()])).map(({ accessKeyId }) => accessKeyId)).toEqual(["id-2", "id-2"]);
    expect(server.requests).toHaveLength(2);
    expect(await uri.expiresAtMs()).toBe(clock.nowMs() + 60 * minuteMs);
  });

  it("or a quarter of a short life", async () => {
    const { clock, uri } = await fromUri({ lifeMs: 4 * minuteMs });
    await uri();
    clock.advance(3 * minuteMs - 1);
    expect((await uri()).accessKeyId).toBe("id-1");
    clock.advance(1);
    expect((await uri()).accessKeyId).toBe("id-2");
  });

  it("a failed renewal is no matter while they last, and is tried again later", async () => {
    let fails = false;
    const { clock, server, uri } = await fromUri({ fails: () => fails });
    await uri();
    fails = true;
    clock.advance(56 * minuteMs);
    expect((await uri()).accessKeyId).toBe("id-1");
    expect((await uri()).accessKeyId).toBe("id-1");
    expect(server.requests).toHaveLength(2);
    clock.advance(3 * minuteMs);
    expect((await uri()).accessKeyId).toBe("id-1");
    expect(server.requests).toHaveLength(3);
    clock.advance(2 * minuteMs);
    await expect(uri()).rejects.toThrow(ConfigError);
    fails = false;
    expect((await uri()).accessKeyId).toBe("id-2");
  });

  it("a failure is not: the next call begins anew", async () => {
    let fails = true;
    const { uri } = await fromUri({ fails: () => fails });
    const both = await Promise.allSettled([uri(), uri()]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    fails = false;
    expect((await uri()).accessKeyId).toBe("id-1");
  });

  it("those that were refused are not handed out again, but their successors are", async () => {
    const { server, uri } = await fromUri();
    const first = await uri();
    const again = await Promise.all([uri(first), uri(first)]);
    expect(again.map(({ accessKeyId }) => accessKeyId)).toEqual(["id-2", "id-2"]);
    expect((await uri(first)).accessKeyId).toBe("id-2");
    expect(server.requests).toHaveLength(2);
  });

  it("not over a change of what they were made from: a process may be configured again", async () => {
    let config: Texts = { "alicloud:profile": "a" };
    const env = { HOME: home(cli("a", { name: "a", ...key("a-id") }, { name: "b", ...key("b-id") })) };
    const credentials = credentialsOf((setting) => config[setting], env, Date.now);
    expect((await credentials()).accessKeyId).toBe("a-id");
    config = { "alicloud:profile": "b" };
    expect((await credentials()).accessKeyId).toBe("b-id");
    config = { "alicloud:profile": "b", "alicloud:accessKey": "c-id", "alicloud:secretKey": "s" };
    expect((await credentials()).accessKeyId).toBe("c-id");
  });

  it("keys that don't end have no end", async () => {
    expect(await source({ env: pair }).expiresAtMs()).toBeUndefined();
  });
});

describe("a call", () => {
  const expired = failure(400, "InvalidSecurityToken.Expired");

  /** ECS that calls these tokens expired. */
  async function ecsThatRefuses(...tokens: readonly string[]) {
    const answer: Answer = (response, request) =>
      (tokens.includes(request.params.SecurityToken ?? "") ? expired : listAll)(response, request);
    return await ecsServer(answer);
  }

  async function look(ecs: { readonly endpoint: string }, env: Texts) {
    const all = { HOME: home(), ALIBABA_CLOUD_ENDPOINT_ECS: ecs.endpoint, ...env };
    return await connector(() => undefined, all, Date.now)("cn-hangzhou").observe([instanceId]);
  }

  it("is signed with the STS token", async () => {
    const ecs = await ecsThatRefuses();
    await look(ecs, { ...pair, ALICLOUD_SECURITY_TOKEN: "token" });
    expect(ecs.requests[0]?.params).toMatchObject({ AccessKeyId: "id", SecurityToken: "token" });
    expect(ecs.requests[0]?.params.Signature).toBeDefined();
  });

  it("whose token has ended is made once more, with a new one", async () => {
    const [ecs, sts] = [await ecsThatRefuses("sts-1-token"), await stsServer()];
    const { found } = await look(ecs, {
      ...pair,
      ALICLOUD_ASSUME_ROLE_ARN: "r",
      ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint,
    });
    expect(found.size).toBe(1);
    expect(ecs.requests.map(({ params }) => params.SecurityToken)).toEqual(["sts-1-token", "sts-2-token"]);
  });

  it("and no third time", async () => {
    const [ecs, sts] = [await ecsThatRefuses("sts-1-token", "sts-2-token"), await stsServer()];
    const env = { ...pair, ALICLOUD_ASSUME_ROLE_ARN: "r", ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint };
    await expect(look(ecs, env)).rejects.toThrow(/InvalidSecurityToken\.Expired.*get a new STS token/);
    expect(ecs.requests).toHaveLength(2);
    expect(sts.requests).toHaveLength(2);
  });

  it("not at all where there is no other token", async () => {
    const ecs = await ecsThatRefuses("fixed");
    await expect(look(ecs, { ...pair, ALICLOUD_SECURITY_TOKEN: "fixed" })).rejects.toThrow(/Expired/);
    expect(ecs.requests).toHaveLength(1);
  });

  it("without credentials is not made, and says so at once", async () => {
    const ecs = await ecsThatRefuses();
    await expect(look(ecs, {})).rejects.toThrow(ConfigError);
    expect(ecs.requests).toHaveLength(0);
  });

  it("in another region has the same credentials", async () => {
    const [ecs, sts] = [await ecsThatRefuses(), await stsServer()];
    const env = { HOME: home(), ...pair, ALICLOUD_ASSUME_ROLE_ARN: "r", ALIBABA_CLOUD_ENDPOINT_STS: sts.endpoint };
    const connect = connector(() => undefined, { ...env, ECS_ENDPOINT: ecs.endpoint }, Date.now);
    await Promise.all(["cn-hangzhou", "cn-beijing"].map((region) => connect(region).observe([instanceId])));
    expect(sts.requests).toHaveLength(1);
  });
});
