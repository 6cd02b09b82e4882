import type { Action } from "../call";
import { accountOf } from "../world";
import { roleId } from "./assume-role";

/** STS: who this key is. Every key may ask. */
export const getCallerIdentity: Action = ({ credential }) => {
  const accountId = accountOf(credential);
  const name = credential.userName ?? "emulator";
  if (credential.securityToken !== undefined) {
    const role = credential.roleArn?.split("/").at(-1) ?? name;
    const session = credential.roleSessionName ?? "session";
    return {
      AccountId: accountId,
      Arn: `acs:ram::${accountId}:assumed-role/${role}/${session}`,
      PrincipalId: `${roleId}:${session}`,
      RoleId: roleId,
      IdentityType: "AssumedRoleUser",
    };
  }
  if (credential.userName !== undefined) {
    return {
      AccountId: accountId,
      Arn: `acs:ram::${accountId}:user/${name}`,
      PrincipalId: "200000000000000001",
      UserId: "200000000000000001",
      IdentityType: "RAMUser",
    };
  }
  return {
    AccountId: accountId,
    Arn: `acs:ram::${accountId}:root`,
    PrincipalId: accountId,
    UserId: accountId,
    IdentityType: "Account",
  };
};
