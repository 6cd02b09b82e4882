import type { Call } from "./call";
import type { Credential } from "./model";
import { allows, forbids, type Resource } from "./statement";
import { accountOf } from "./world";
import { forbiddenByRam } from "./wire-error";

/** Why the key may not do it; undefined when it may. A deny always wins; a key with an `allow` may do only what that says. */
function refusal(call: Call, ramAction: string, resource: Resource): "ExplicitDeny" | "ImplicitDeny" | undefined {
  const { deny = [], allow } = call.credential;
  if (deny.some((statement) => forbids(statement, ramAction, resource))) return "ExplicitDeny";
  if (allow === undefined || allow.some((statement) => allows(statement, ramAction, resource))) return undefined;
  return "ImplicitDeny";
}

/** Whether the key may not do it to `resource`; left out, to everything. */
export function isDenied(call: Call, ramAction = `ecs:${call.action}`, resource: Resource = "all"): boolean {
  return refusal(call, ramAction, resource) !== undefined;
}

export function checkPermission(call: Call, resource: Resource = "all"): void {
  const NoPermissionType = refusal(call, `ecs:${call.action}`, resource);
  if (NoPermissionType === undefined) return;
  throw forbiddenByRam({
    AuthAction: `ecs:${call.action}`,
    AuthPrincipalType: call.credential.securityToken === undefined ? "SubUser" : "AssumedRoleUser",
    AuthPrincipalDisplayName: displayName(call.credential),
    AuthPrincipalOwnerId: accountOf(call.credential),
    PolicyType: "AccountLevelIdentityBasedPolicy",
    NoPermissionType,
    EncodedDiagnosticMessage: `emulator-${call.requestId}`,
  });
}

/** A role is shown with its session. */
function displayName({ roleArn, roleSessionName, userName, accessKeyId }: Credential): string {
  if (roleArn === undefined) return userName ?? accessKeyId;
  return `${roleArn.split("/").at(-1) ?? ""}:${roleSessionName ?? "session"}`;
}
