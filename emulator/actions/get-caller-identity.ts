import type { Action } from "../call";
import { accountOf } from "../world";

/** STS: who this key is. Every key may ask. */
export const getCallerIdentity: Action = ({ credential }) => {
  const accountId = accountOf(credential);
  const name = credential.userName ?? "emulator";
  if (credential.securityToken !== undefined) {
    return {
      AccountId: accountId,
      Arn: `acs:ram::${accountId}:assumed-role/${name}/session`,
      PrincipalId: "300000000000000001:session",
      RoleId: "300000000000000001",
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
