import type { Call } from "./call";
import type { Credential } from "./model";
import { accountOf } from "./world";
import { forbiddenByRam } from "./wire-error";

/** Whether the key's deny list names this RAM action; `ecs:*` and `ecs:Describe*` are understood. */
export function isDenied(call: Call, ramAction = `ecs:${call.action}`): boolean {
  return (call.credential.deny ?? []).some((pattern) =>
    pattern.endsWith("*") ? ramAction.startsWith(pattern.slice(0, -1)) : ramAction === pattern,
  );
}

export function checkPermission(call: Call): void {
  if (!isDenied(call)) return;
  throw forbiddenByRam({
    AuthAction: `ecs:${call.action}`,
    AuthPrincipalType: call.credential.securityToken === undefined ? "SubUser" : "AssumedRoleUser",
    AuthPrincipalDisplayName: displayName(call.credential),
    AuthPrincipalOwnerId: accountOf(call.credential),
    PolicyType: "AccountLevelIdentityBasedPolicy",
    NoPermissionType: "ExplicitDeny",
    EncodedDiagnosticMessage: `emulator-${call.requestId}`,
  });
}

/** A role is shown with its session. */
function displayName({ roleArn, roleSessionName, userName, accessKeyId }: Credential): string {
  if (roleArn === undefined) return userName ?? accessKeyId;
  return `${roleArn.split("/").at(-1) ?? ""}:${roleSessionName ?? "session"}`;
}
