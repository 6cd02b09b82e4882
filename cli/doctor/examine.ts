import { ConfigError, defaultRegion, resolveEndpoints } from "../../provider/ecs/config";
import { credentialsOf, doorsOf } from "../../provider/ecs/connect";
import { describeSource } from "../../provider/ecs/credentials/describe-source";
import { isLoopback } from "../../provider/ecs/credentials/loopback";
import type { CredentialSource } from "../../provider/ecs/credentials/credential-source";
import { isUnknownRegion } from "../../provider/ecs/errors";
import { runPulumi } from "../run-pulumi";
import { shortenedKeyId } from "../shortened-key-id";
import type { Sources } from "../sources";
import type { StackSettings } from "../stack-settings";
import { SecretNotRead } from "../stack-settings";
import type { Reply } from "./examine-rights";
import { ask, examineRights, rightsUntold } from "./examine-rights";
import type { Finding } from "./finding";
import { judgeClock } from "./judge-clock";
import { judgeNode, judgePulumi } from "./judge-machine";
import { isAboutRights } from "./judge-right";

export interface Examined {
  readonly sources: Sources;
  readonly stack: { readonly name: string; readonly read: StackSettings } | undefined;
  readonly instanceId: string | undefined;
  /** The environment that `pulumi` is run in. */
  readonly env: NodeJS.ProcessEnv;
}

/** Looks at everything, at the same time where it can. Nothing of it changes anything. */
export async function examine({ sources, stack, instanceId, env }: Examined): Promise<readonly Finding[]> {
  const [pulumi, connection] = await Promise.all([runPulumi(["version"], env), examineConnection(sources, instanceId)]);
  const ofStack = stack === undefined ? [] : [judgeStack(stack)];
  return [judgeNode(process.version), judgePulumi(pulumi), ...ofStack, ...connection];
}

function judgeStack({ name, read: { secretKeys, plainKeys } }: NonNullable<Examined["stack"]>): Finding {
  const found = { area: "connection", check: "stack", value: name } as const;
  if (plainKeys.length > 0) {
    return {
      ...found,
      answer: "no",
      detail: `${plainKeys.join(", ")}: in clear in the configuration of ${name}, which the engine writes into the state`,
      remedy: plainKeys.map((key) => `pulumi config set --secret ${key} --stack ${name}`).join(" and "),
    };
  }
  const secrets = secretKeys.map((key) => `; ${key}: set, secret: not read`).join("");
  return { ...found, answer: "yes", detail: `the configuration of ${name} is read${secrets}` };
}

async function examineConnection(sources: Sources, instanceId: string | undefined): Promise<readonly Finding[]> {
  const { settings, env } = sources;
  const region = lookForRegion(sources);
  const endpoint = region.answer === "yes" ? lookForEndpoint(sources, region.value) : undefined;
  const { credentials, source } = await lookForCredentials(sources);
  if (region.answer !== "yes" || endpoint?.answer !== "yes" || source === undefined) {
    const found = [credentials, region, ...(endpoint === undefined ? [] : [endpoint])];
    const missing = found.filter(({ answer }) => answer !== "yes").map(({ check }) => check);
    return [...found, ...nothingAsked(`not asked: see ${missing.join(" and ")}`, instanceId)];
  }
  const doors = doorsOf(region.value, settings, env, () => Date.now(), source);
  const identity = await ask(doors.sts, "GetCallerIdentity", {});
  const account = judgeAccount(identity);
  if (account.answer === "no") {
    const clock = judgeClock(undefined);
    return [credentials, account, region, endpoint, clock, ...rightsUntold("not asked: see account", instanceId)];
  }
  const { findings, replies } = await examineRights(doors.ecs, region.value, instanceId);
  const timed = [identity, ...replies].find((reply) => reply.timed !== undefined)?.timed;
  return [credentials, account, existing(region, replies), reached(endpoint, replies), judgeClock(timed), ...findings];
}

function nothingAsked(why: string, instanceId: string | undefined): readonly Finding[] {
  const unknown = { area: "connection", answer: "unknown", detail: why } as const;
  return [{ ...unknown, check: "account" }, { ...unknown, check: "clock" }, ...rightsUntold(why, instanceId)];
}

/** Yes with a text that what comes next needs. */
type Place = Finding & ({ readonly answer: "yes"; readonly value: string } | { readonly answer: "no" | "unknown" });

function lookForRegion({ settings, env, placeOf }: Sources): Place {
  const found = { area: "connection", check: "region" } as const;
  return orSecret(found, () => {
    const region = defaultRegion(settings, env);
    if (region !== undefined) {
      return { ...found, answer: "yes", detail: `${region.text}, from ${placeOf(region.name)}`, value: region.text };
    }
    return {
      ...found,
      answer: "no",
      detail: "none is set, and there is no default",
      remedy: "give --region, or set ALICLOUD_REGION",
    };
  });
}

function lookForEndpoint({ settings, env }: Sources, regionId: string): Place {
  const found = { area: "connection", check: "endpoint" } as const;
  return orSecret(found, () => {
    try {
      const { ecs } = resolveEndpoints(regionId, settings, env);
      const standIn = isLoopback(new URL(ecs).hostname) ? ", a stand-in on this machine and not Alibaba Cloud" : "";
      return { ...found, answer: "yes", detail: `${ecs}${standIn}`, value: ecs };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { ...found, answer: "no", detail: error.message };
    }
  });
}

/** A setting that only Pulumi reads leaves open what it would have said. */
function orSecret(found: Pick<Finding, "area" | "check">, look: () => Place): Place {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof SecretNotRead)) throw error;
    return secretUnread(found, error);
  }
}

function secretUnread(found: Pick<Finding, "area" | "check">, error: SecretNotRead): Place {
  return {
    ...found,
    answer: "unknown",
    detail: error.message,
    remedy: "to check these too, leave --stack out and give the same by option or environment",
  };
}

async function lookForCredentials({ settings, env, placeOf }: Sources): Promise<{
  readonly credentials: Finding;
  readonly source: CredentialSource | undefined;
}> {
  const found = { area: "connection", check: "credentials" } as const;
  try {
    const text = describeSource(settings, env).replace(/alicloud:\w+/g, (name) => placeOf(name));
    const source = credentialsOf(settings, env, () => Date.now());
    const { accessKeyId } = await source();
    const endsMs = await source.expiresAtMs();
    const ends = endsMs === undefined ? "" : `, until ${new Date(endsMs).toISOString()}`;
    const detail = `${text}; access key ${shortenedKeyId(accessKeyId)}${ends}`;
    return { credentials: { ...found, answer: "yes", detail, value: text }, source };
  } catch (error) {
    if (error instanceof SecretNotRead) return { credentials: secretUnread(found, error), source: undefined };
    if (!(error instanceof ConfigError)) throw error;
    const detail = error.message.replace("alicloud:profile", (name) => placeOf(name));
    return { credentials: { ...found, answer: "no", detail }, source: undefined };
  }
}

/** Every identity may ask STS who it is; what isn't about rights is then about the credentials themselves. */
function judgeAccount(identity: Reply): Finding {
  const found = { area: "connection", check: "account" } as const;
  if (identity.kind === "answered") {
    const { AccountId, Arn } = identity.answer.body;
    if (typeof AccountId !== "string" && typeof AccountId !== "number") {
      return { ...found, answer: "unknown", detail: "STS named no account" };
    }
    const who = typeof Arn === "string" ? ` (${identity.answer.quote?.(Arn) ?? ""})` : "";
    return { ...found, answer: "yes", detail: `${AccountId}${who}`, value: String(AccountId) };
  }
  const { error } = identity;
  if (error.errorClass === "auth" && !isAboutRights(error)) {
    const trace = error.requestId === undefined ? "" : ` (RequestId ${error.requestId})`;
    const remedy = error.advice ?? "check these credentials";
    return { ...found, answer: "no", detail: `these credentials are refused: ${error.code}${trace}`, remedy };
  }
  return { ...found, answer: "unknown", detail: `STS did not tell: ${error.message}` };
}

/** A region that ECS does not know tells nothing of rights. */
function existing(region: Finding, replies: readonly Reply[]): Finding {
  const isUnknown = replies.some((reply) => reply.kind === "refused" && isUnknownRegion(reply.error));
  return isUnknown
    ? { ...region, answer: "no", detail: `${region.detail}: is no region of ECS`, remedy: "correct it" }
    : region;
}

/** An endpoint of which no call got an answer is not reached. */
function reached(endpoint: Finding, replies: readonly Reply[]): Finding {
  const silent = replies.flatMap((reply) =>
    reply.kind === "refused" && reply.error.requestId === undefined && reply.error.errorClass === "unknownOutcome"
      ? [reply.error]
      : [],
  );
  const [first] = silent;
  if (first === undefined || silent.length < replies.length) return endpoint;
  return {
    ...endpoint,
    answer: "no",
    detail: `${endpoint.detail}: ${first.message}`,
    remedy: "check region, network and proxy (HTTPS_PROXY)",
  };
}
