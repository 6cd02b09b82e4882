import type { Block } from "./block";
import { readBlock } from "./block";
import type { Lookup } from "./lookup";
import { isOidcAsked } from "./look-for-oidc";
import { sessionSeconds } from "./session-seconds";
import { SourceFailure } from "./source-failure";
import type { RoleRequest } from "./sts";

export const roleKey = "alicloud:assumeRole";

/** The role that the credentials found are to take over; undefined when none is wanted. Throws SourceFailure. */
export function roleOnTop(lookup: Lookup): RoleRequest | undefined {
  const text = lookup.text(roleKey);
  const block: Block = text === undefined ? {} : readBlock(text, roleKey);
  // In pods ALIBABA_CLOUD_ROLE_ARN is the role that the OIDC token is exchanged for, and no second one on top of it.
  const variables = isOidcAsked(lookup)
    ? ["ALICLOUD_ASSUME_ROLE_ARN"]
    : ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"];
  const roleArn = block.roleArn ?? lookup.first(...variables)?.text;
  if (roleArn === undefined) {
    if (text === undefined) return undefined;
    throw new SourceFailure("incomplete: roleArn is missing");
  }
  const seconds =
    block.sessionExpiration === undefined
      ? sessionSeconds(
          lookup.text("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"),
          "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",
        )
      : sessionSeconds(block.sessionExpiration, "sessionExpiration");
  return {
    roleArn,
    sessionName:
      block.sessionName ?? lookup.first("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME")?.text,
    seconds,
    policy: block.policy,
    externalId: block.externalId,
  };
}
