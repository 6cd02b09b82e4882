import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { EcsError } from "../errors";
import type { PopDoor } from "../pop-door";
import { isRecord } from "../pop-door";
import { epochMs } from "./epoch-ms";
import type { Credentials, Session } from "./session";
import { SourceFailure } from "./source-failure";

/** A role to take over. What is undefined has the vendor's default. */
export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly seconds: number | undefined;
  readonly policy: string | undefined;
  readonly externalId: string | undefined;
}

export interface OidcRequest extends Omit<RoleRequest, "externalId"> {
  readonly providerArn: string;
  readonly token: string;
}

/** The vendor's Security Token Service. Rejects with SourceFailure. */
export interface Sts {
  assumeRole(by: Credentials, request: RoleRequest): Promise<Session>;
  assumeRoleWithOidc(request: OidcRequest): Promise<Session>;
}

/** Stands in the account's log of events beside each of our calls. */
const defaultSessionName = "pulumi-alicloud-lifecycle";
const defaultSeconds = 3_600;

/**
 * STS through our own door and not through @alicloud/credentials, which knows no proxy, speaks https only (a stand-in on
 * this machine couldn't be asked), puts the key into the URL and quotes the whole answer in its errors.
 *
 * @param doorFor Opens STS with these credentials; without any for calls that are not signed.
 */
export function popSts(doorFor: (credentials: Credentials | undefined) => PopDoor): Sts {
  const ask = async (door: PopDoor, action: string, params: Readonly<Record<string, string | number | undefined>>) => {
    const given: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(params)) if (value !== undefined) given[name] = value;
    const { body } = await brieflyRetried.execute(() => door.call(action, given));
    const session = isRecord(body.Credentials) ? sessionOf(body.Credentials) : undefined;
    if (session === undefined) throw new SourceFailure(`${action}: the answer holds no credentials`);
    return session;
  };
  return {
    assumeRole: (by, { roleArn, sessionName, seconds, policy, externalId }) =>
      plainly([externalId], () =>
        ask(doorFor(by), "AssumeRole", {
          RoleArn: roleArn,
          RoleSessionName: sessionName ?? defaultSessionName,
          DurationSeconds: seconds ?? defaultSeconds,
          Policy: policy,
          ExternalId: externalId,
        }),
      ),
    assumeRoleWithOidc: ({ roleArn, sessionName, seconds, policy, providerArn, token }) =>
      plainly([token], () =>
        ask(doorFor(undefined), "AssumeRoleWithOIDC", {
          OIDCProviderArn: providerArn,
          OIDCToken: token,
          RoleArn: roleArn,
          RoleSessionName: sessionName ?? defaultSessionName,
          DurationSeconds: seconds ?? defaultSeconds,
          Policy: policy,
        }),
      ),
  };
}

/** Asking twice for a role does no harm, and a run of an hour should not end with one lost answer. */
const brieflyRetried = retry(
  handleWhen(
    (error) => error instanceof EcsError && (error.errorClass === "throttled" || error.errorClass === "unknownOutcome"),
  ),
  { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 1_000 }) },
);

async function plainly(secrets: readonly (string | undefined)[], ask: () => Promise<Session>): Promise<Session> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof EcsError)) throw error;
    const hidden = secrets.flatMap((secret) => (secret === undefined || secret === "" ? [] : [secret]));
    throw new SourceFailure(hidden.reduce((text, secret) => text.replaceAll(secret, "***"), error.message));
  }
}

function sessionOf(answer: Readonly<Record<string, unknown>>): Session | undefined {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = answer;
  if (
    typeof AccessKeyId !== "string" ||
    typeof AccessKeySecret !== "string" ||
    typeof SecurityToken !== "string" ||
    AccessKeyId === "" ||
    AccessKeySecret === "" ||
    SecurityToken === ""
  ) {
    return undefined;
  }
  return {
    credentials: { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken },
    expiresAtMs: epochMs(Expiration),
  };
}
