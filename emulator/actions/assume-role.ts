import type { Action, Call } from "../call";
import type { Role } from "../model";
import type { Parameters } from "../parameters";
import { isDenied } from "../permission";
import {
  accountMayNotAssume,
  mayNotAssume,
  oidcNoPermission,
  oidcTokenExpired,
  oidcTokenInvalid,
  policyMalformed,
  policyTooLong,
  roleArnMalformed,
  roleNotFound,
  sessionNameMalformed,
  sessionSecondsInvalid,
} from "../wire-error";

/** STS: a key of an hour (by default) that may do what the role may. The policy is accepted and not applied. */
export const assumeRole: Action = (call) => {
  const { world, params, credential } = call;
  const session = readSession(params);
  const isAccount = credential.userName === undefined && credential.securityToken === undefined;
  if (isAccount && world.switches.assumeRoleByAccount === "refused") throw accountMayNotAssume();
  const role = findRole(call, session);
  if (isDenied(call, "sts:AssumeRole")) throw mayNotAssume();
  if (role.externalId !== undefined && params.text("ExternalId") !== role.externalId) throw mayNotAssume();
  return issue(call, role, session);
};

/** STS, unsigned: the token of an identity provider is the proof. */
export const assumeRoleWithOidc: Action = (call) => {
  const { world, params } = call;
  const session = readSession(params);
  const providerArn = params.required("OIDCProviderArn");
  const text = params.text("OIDCToken") ?? "";
  if (text === "") throw oidcTokenInvalid("The OIDCToken can not empty.");
  if (!/^acs:ram::\d+:oidc-provider\/[\w.-]+$/.test(providerArn)) {
    throw oidcNoPermission("Parameter OIDCProviderArn is not valid");
  }
  const token = world.identities.oidcToken(text);
  if (token === undefined) throw oidcTokenInvalid("The Jwt content is invalid that cannot be recognized.");
  if (token.providerArn !== undefined && token.providerArn !== providerArn) {
    throw oidcNoPermission("No such OIDC Provider registered.");
  }
  if (token.expiresAt !== undefined && Date.parse(token.expiresAt) <= world.now()) throw oidcTokenExpired();
  const role = findRole(call, session);
  return {
    ...issue(call, role, session),
    OIDCTokenInfo: { Issuer: providerArn, Subject: session.name, ClientIds: "emulator", VerificationInfo: "Success" },
  };
};

interface Session {
  roleArn: string;
  name: string;
  seconds: number | undefined;
}

function readSession(params: Parameters): Session {
  const roleArn = params.required("RoleArn");
  const name = params.required("RoleSessionName");
  if (!/^acs:ram::\d+:role\/[\w.-]+$/.test(roleArn)) throw roleArnMalformed();
  if (!/^[\w.@-]{2,64}$/.test(name)) throw sessionNameMalformed();
  const seconds = params.text("DurationSeconds") ?? "";
  if (!/^\d{0,9}$/.test(seconds)) throw sessionSecondsInvalid();
  checkPolicy(params.text("Policy") ?? "");
  return { roleArn, name, seconds: seconds === "" ? undefined : Number(seconds) };
}

function checkPolicy(text: string): void {
  if (text === "") return;
  if (text.length > 2048) throw policyTooLong();
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw policyMalformed();
  }
  if (typeof policy !== "object" || policy === null || !("Statement" in policy)) throw policyMalformed();
}

function findRole({ world }: Call, { roleArn, seconds }: Session): Role {
  const role = world.identities.role(roleArn);
  if (role === undefined) throw roleNotFound(roleArn);
  if (seconds !== undefined && (seconds < 900 || seconds > (role.maxSessionSeconds ?? 3600))) {
    throw sessionSecondsInvalid();
  }
  return role;
}

function issue(call: Call, role: Role, { name, seconds }: Session): Record<string, unknown> {
  const { world } = call;
  const accountId = role.arn.split(":")[3] ?? "";
  const issued = world.issueCredential({
    accountId,
    roleArn: role.arn,
    roleSessionName: name,
    deny: role.deny ?? [],
    ...(role.allow === undefined ? {} : { allow: role.allow }),
    seconds: seconds ?? Math.min(3600, role.maxSessionSeconds ?? 3600),
  });
  call.effects.push(`${role.arn}: assumed as ${name}`);
  return {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      AccessKeySecret: issued.accessKeySecret,
      SecurityToken: issued.securityToken,
      Expiration: issued.securityTokenExpiresAt,
    },
    AssumedRoleUser: { Arn: `${role.arn}/${name}`, AssumedRoleId: `${roleId}:${name}` },
  };
}

export const roleId = "300000000000000001";
