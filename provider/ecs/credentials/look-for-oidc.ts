import { readBlock } from "./block";
import type { Look } from "./look";
import { lookOrStop, passed } from "./look";
import type { Lookup } from "./lookup";
import { oidcToken } from "./oidc-token";
import { sessionSeconds } from "./session-seconds";
import type { Sts } from "./sts";

const key = "alicloud:assumeRoleWithOidc";
const variables = {
  providerArn: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
  tokenFile: "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
  token: "ALIBABA_CLOUD_OIDC_TOKEN",
  roleArn: "ALIBABA_CLOUD_ROLE_ARN",
} as const;

/** Whether anything that belongs to OIDC alone is set; the role's ARN doesn't, for it may as well be one on top. */
export function isOidcAsked(lookup: Lookup): boolean {
  return lookup.first(key, variables.providerArn, variables.tokenFile, variables.token) !== undefined;
}

/** The exchange of a CI's or pod's token for a role: asked for by the block, or by itself when the environment has all of it. */
export function lookForOidc(lookup: Lookup, sts: Sts): Look {
  const source = `OIDC (${key}, ${variables.providerArn} + ${variables.tokenFile} + ${variables.roleArn})`;
  if (!isOidcAsked(lookup)) return passed(source);
  return lookOrStop(source, () => {
    const text = lookup.text(key);
    const block = text === undefined ? {} : readBlock(text, key);
    const providerArn = block.oidcProviderArn ?? lookup.text(variables.providerArn);
    const roleArn = block.roleArn ?? lookup.text(variables.roleArn);
    // What the block says counts before what the environment says, be it a token or a file.
    const isInBlock = block.oidcToken !== undefined || block.oidcTokenFile !== undefined;
    const tokenFile = isInBlock ? block.oidcTokenFile : lookup.text(variables.tokenFile);
    const token = isInBlock ? block.oidcToken : lookup.text(variables.token);
    if (providerArn === undefined || roleArn === undefined || (token === undefined && tokenFile === undefined)) {
      const missing = [
        ...(providerArn === undefined ? [variables.providerArn] : []),
        ...(token === undefined && tokenFile === undefined ? [variables.tokenFile] : []),
        ...(roleArn === undefined ? [variables.roleArn] : []),
      ];
      return { kind: "stopped", source, reason: `incomplete: ${missing.join(" and ")} missing` };
    }
    const seconds = sessionSeconds(block.sessionExpiration, "sessionExpiration");
    const open = async () =>
      await sts.assumeRoleWithOidc({
        providerArn,
        token: token ?? oidcToken(tokenFile ?? ""),
        roleArn,
        sessionName: block.roleSessionName ?? lookup.text("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        seconds,
        policy: block.policy,
      });
    return { kind: "found", choice: { text: `OIDC for role ${roleArn}`, open } };
  });
}
