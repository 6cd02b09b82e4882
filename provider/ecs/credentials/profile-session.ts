import { fromCommand } from "./external-command";
import { openInstanceRole } from "./instance-role";
import { openUri } from "./look-for-uri";
import type { Lookup } from "./lookup";
import { oidcToken } from "./oidc-token";
import type { Profile, ProfileFile } from "./profile-file";
import type { Credentials, Session } from "./session";
import { sessionSeconds } from "./session-seconds";
import { SourceFailure } from "./source-failure";
import type { RoleRequest, Sts } from "./sts";

export interface Means {
  readonly lookup: Lookup;
  readonly sts: Sts;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
}

/**
 * How to open a profile. Throws SourceFailure at once for what can be seen to be missing.
 *
 * @param through The profiles that lead here by `source_profile`.
 */
export function profileSession(
  file: ProfileFile,
  name: string,
  means: Means,
  through: readonly string[] = [],
): () => Promise<Session> {
  const profile = file.profiles.get(name);
  if (profile === undefined) throw new SourceFailure(`${file.shown} has no profile ${name}`);
  const { lookup, sts } = means;
  switch (profile.mode ?? "AK") {
    case "AK": {
      const credentials = keysOf(profile, name);
      return () => Promise.resolve({ credentials, expiresAtMs: undefined });
    }
    case "StsToken": {
      const securityToken = required(profile, name, "sts_token");
      const credentials = { ...keysOf(profile, name), securityToken };
      return () => Promise.resolve({ credentials, expiresAtMs: storedExpiry(profile) });
    }
    case "RamRoleArn": {
      const credentials = keysOf(profile, name);
      const role = roleOf(profile, name);
      return () => sts.assumeRole(credentials, role);
    }
    case "ChainableRamRoleArn": {
      const sourceName = required(profile, name, "source_profile");
      if (sourceName === name || through.includes(sourceName)) {
        throw new SourceFailure(`profile ${name} leads back to itself by source_profile`);
      }
      const source = profileSession(file, sourceName, means, [...through, name]);
      const role = roleOf(profile, name);
      return async () => await sts.assumeRole((await source()).credentials, role);
    }
    case "OIDC": {
      const providerArn = required(profile, name, "oidc_provider_arn");
      const tokenFile = required(profile, name, "oidc_token_file");
      const role = roleOf(profile, name);
      return async () => await sts.assumeRoleWithOidc({ ...role, providerArn, token: oidcToken(tokenFile) });
    }
    case "EcsRamRole":
      return () => openInstanceRole(profile.ram_role_name, lookup);
    case "CredentialsURI": {
      const uri = required(profile, name, "credentials_uri");
      return () => openUri(uri, means.timeoutMs);
    }
    case "External": {
      const command = required(profile, name, "process_command");
      return () => fromCommand(command, lookup.env);
    }
    case "CloudSSO":
      return () => Promise.resolve(signedInSession(profile, name, means.nowMs()));
    case "OAuth":
      throw new SourceFailure(
        `profile ${name} has mode OAuth, whose use would write into ${file.shown}; use a profile of another mode`,
      );
    default:
      throw new SourceFailure(`profile ${name} has a mode that is not known here; use one of AK, StsToken, RamRoleArn`);
  }
}

/** Fresh from the command line's own setup, which writes an empty profile before it asks. */
export function isEmptyProfile(profile: Profile): boolean {
  return (
    (profile.mode ?? "AK") === "AK" && profile.access_key_id === undefined && profile.access_key_secret === undefined
  );
}

/**
 * The session that the command line has stored, while it lasts. Signing in is a person's business, and the SDK's own
 * renewal (@alicloud/credentials 2.4.7) sends a request without the account that it asks for.
 */
function signedInSession(profile: Profile, name: string, nowMs: number): Session {
  const expiresAtMs = storedExpiry(profile);
  const securityToken = required(profile, name, "sts_token");
  if (expiresAtMs === undefined || expiresAtMs <= nowMs) {
    throw new SourceFailure(
      `the CloudSSO session of profile ${name} has ended; run any \`aliyun\` command with --profile ${name} to renew it`,
    );
  }
  return { credentials: { ...keysOf(profile, name), securityToken }, expiresAtMs };
}

function storedExpiry(profile: Profile): number | undefined {
  const seconds = Number(profile.sts_expiration);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

function keysOf(profile: Profile, name: string): Credentials {
  return {
    accessKeyId: required(profile, name, "access_key_id"),
    accessKeySecret: required(profile, name, "access_key_secret"),
    securityToken: undefined,
  };
}

function roleOf(profile: Profile, name: string): RoleRequest {
  return {
    roleArn: required(profile, name, "ram_role_arn"),
    sessionName: profile.ram_session_name,
    seconds: sessionSeconds(profile.expired_seconds, `expired_seconds of profile ${name}`),
    policy: profile.policy,
    externalId: profile.external_id,
  };
}

function required(profile: Profile, name: string, field: string): string {
  const text = profile[field];
  if (text === undefined) throw new SourceFailure(`incomplete: profile ${name} has no ${field}`);
  return text;
}
