import { ConfigError } from "./config-error";
import { lookForInstanceRole } from "./instance-role";
import type { Choice, Look } from "./look";
import { lookForKeys } from "./look-for-keys";
import { lookForOidc } from "./look-for-oidc";
import { lookForNamedProfile, lookForUnnamedProfiles } from "./look-for-profile";
import { lookForUri } from "./look-for-uri";
import type { Lookup } from "./lookup";
import type { Means } from "./profile-session";
import { roleKey, roleOnTop } from "./role-on-top";
import type { Session } from "./session";
import { SourceFailure } from "./source-failure";

/**
 * The first complete source, in the order of the alicloud provider merged with the vendor's chain; what comes after it is
 * not looked at. Asks nobody over the network.
 *
 * @throws ConfigError that lists what was looked at. What it returns rejects with the like when the source itself fails.
 */
export function chooseSource(means: Means): Choice {
  const { lookup, sts, timeoutMs } = means;
  const sources: readonly (() => readonly Look[])[] = [
    () => lookForKeys(lookup),
    () => [lookForNamedProfile(means)],
    () => [lookForUri(lookup, timeoutMs)],
    () => [lookForOidc(lookup, sts)],
    () => lookForUnnamedProfiles(means),
    () => [lookForInstanceRole(lookup)],
  ];
  const before: LookedAt[] = [];
  for (const look of sources) {
    const looks = look();
    const stopped = looks.find(({ kind }) => kind === "stopped");
    for (const one of looks) {
      if (one.kind === "found") return explained(withRole(one.choice, means, before), lookup, before);
      before.push({ source: one.source, reason: one.kind === "stopped" ? failed(one.reason) : one.reason });
    }
    if (stopped?.kind === "stopped") throw noCredentials(lookup, before, completeOrUnset(stopped.source));
  }
  throw noCredentials(
    lookup,
    before,
    "set ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or name a profile of `aliyun configure` in ALICLOUD_PROFILE",
  );
}

interface LookedAt {
  readonly source: string;
  readonly reason: string;
}

function withRole(base: Choice, { lookup, sts }: Means, before: readonly LookedAt[]): Choice {
  let role: ReturnType<typeof roleOnTop>;
  try {
    role = roleOnTop(lookup);
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    const looked = [...before, { source: roleKey, reason: failed(error.reason) }];
    throw noCredentials(lookup, looked, completeOrUnset(roleKey));
  }
  if (role === undefined) return base;
  const wanted = role;
  return {
    text: `${base.text}, then role ${wanted.roleArn}`,
    open: async () => await sts.assumeRole((await base.open()).credentials, wanted),
  };
}

function explained({ text, open }: Choice, lookup: Lookup, before: readonly LookedAt[]): Choice {
  const opened = async (): Promise<Session> => {
    try {
      return await open();
    } catch (error) {
      // Of any other error nothing is told, for it may quote what it was given.
      const isOurs = error instanceof SourceFailure || error instanceof ConfigError;
      const reason = isOurs ? error.message : "of something unexpected";
      throw noCredentials(
        lookup,
        [...before, { source: text, reason: failed(reason) }],
        "put it right, or use another source instead",
      );
    }
  };
  return { text, open: opened };
}

function failed(reason: string): string {
  return reason.startsWith("incomplete:") ? reason : `failed: ${reason}`;
}

function completeOrUnset(source: string): string {
  return `complete or unset ${source}`;
}

function noCredentials(lookup: Lookup, looked: readonly LookedAt[], remedy: string): ConfigError {
  const list = looked.map(({ source, reason }) => `${source} (${reason})`).join(", ");
  const text = `no credentials: looked at ${list}; ${remedy}`;
  // An explicit provider has arguments where the stack has keys.
  const isExplicit = lookup.text("lifecycle:explicit") !== undefined;
  return new ConfigError(isExplicit ? text.replaceAll("alicloud:", "LifecycleProvider's ") : text);
}
