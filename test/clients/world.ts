import type { Credential, WorldFile } from "../../emulator/index";

export const roleArn = "acs:ram::1000000000000001:role/ops";
export const oidcProviderArn = "acs:ram::1000000000000001:oidc-provider/ci";
export const oidcToken = "header.payload.signature";
export const owner: Credential = { accessKeyId: "owner", accessKeySecret: "owner-secret" };
export const user: Credential = { accessKeyId: "ann", accessKeySecret: "ann-secret", userName: "ann" };

/** Five instances in Hangzhou, twelve in Beijing for the pages; a user and a role that may not release. */
export const world: WorldFile = {
  instances: [
    { InstanceId: "i-running", InstanceName: "the running" },
    { InstanceId: "i-stopped", InstanceName: "the stopped", Status: "Stopped" },
    { InstanceId: "i-protected", Status: "Stopped", DeletionProtection: true, Tags: { env: "a+b c" } },
    { InstanceId: "i-prepaid", InstanceChargeType: "PrePaid" },
    { InstanceId: "i-spot", SpotStrategy: "SpotAsPriceGo" },
    ...Array.from({ length: 12 }, (_, index) => ({
      InstanceId: `i-page${String(index + 1).padStart(2, "0")}`,
      RegionId: "cn-beijing",
    })),
  ],
  credentials: [owner, { ...user, deny: ["ecs:DeleteInstance"] }],
  roles: [{ arn: roleArn, deny: ["ecs:DeleteInstance"] }],
  oidcTokens: [oidcToken],
};
