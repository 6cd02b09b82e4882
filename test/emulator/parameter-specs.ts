/** What a parameter may be. Whatever is in `refused` must never lead to a success. */
export interface Spec {
  valid: readonly string[];
  refused: readonly string[];
  /** Leaving it out, or empty, must be refused. */
  required?: boolean;
  /** With this one sent, it may be left out after all. */
  requiredUnless?: string;
  /** With one of these sent, this one isn't looked at. */
  ignoredWith?: readonly string[];
}

export interface ActionSpec {
  action: string;
  version?: string;
  params: Record<string, Spec>;
  /** Where the first valid value of each required parameter doesn't make a success: what does. Null: nothing does. */
  success?: Record<string, string> | null;
}

const required = (spec: Spec): Spec => ({ ...spec, required: true });
const boolean: Spec = {
  valid: ["true", "false", "True", "FALSE"],
  refused: ["yes", "1", "null", "undefined", " true"],
};
/** A dry run never is a success. */
const dryRun: Spec = { valid: ["false", "False"], refused: ["true", "TRUE", "maybe"] };
const region = required({ valid: ["cn-hangzhou"], refused: ["cn-nowhere", "CN-HANGZHOU", "-", "__proto__"] });
const anywhere: Spec = { valid: ["cn-hangzhou"], refused: ["cn-nowhere"] };
const oneOf = (...valid: string[]): Spec => ({ valid, refused: ["Nothing", `${valid[0] ?? ""}x`, "null"] });
const integer = (smallest: number, largest: number): Spec => ({
  valid: [String(smallest), String(largest), String(Math.floor((smallest + largest) / 2))],
  refused: [...(smallest > 0 ? [String(smallest - 1)] : []), String(largest + 1), "-1", "1.5", "1e3", "x"],
});

const instanceIds = ["i-run", "i-off", "i-safe", "i-paid", "i-locked", "i-owing", "i-spot", "i-moving", "i-gone"];
const unknownIds = ["i-none", "I-RUN", "i-run ", "i-foreign", "__proto__", "i-run,i-off", '"i-run"'];
const instance = required({ valid: instanceIds, refused: unknownIds });
const resourceGroup: Spec = { valid: ["rg-1"], refused: [] };
const disk = required({ valid: ["d-run", "d-off", "d-local", "d-free"], refused: ["d-none", "i-run", "toString"] });

const name: Spec = {
  valid: ["ab", "größe", "a:b_c.d-e", "x".repeat(128)],
  refused: ["a", "1ab", "-ab", "a b", "http://x", "https:x", "x".repeat(129)],
};
const description: Spec = { valid: ["ab", "1 2", "x".repeat(256)], refused: ["a", "http://x", "x".repeat(257)] };
const clientToken: Spec = { valid: ["t", "x".repeat(64)], refused: ["x".repeat(65), "größe"] };
const jsonIds = (valid: readonly string[]): Spec => ({
  valid: ["[]", JSON.stringify(valid), JSON.stringify(valid.slice(0, 1)), '["none"]'],
  refused: ["", "x", "{}", "[1]", "null", JSON.stringify(Array.from({ length: 101 }, (_, n) => `i-${n}`))],
});
const tagKey: Spec = { valid: ["env", "k".repeat(128)], refused: ["acs:x", "aliyun", "http://x", "k".repeat(129)] };
const tagValue: Spec = { valid: ["prod", "v".repeat(128)], refused: ["http://x", "v".repeat(129)] };
const anyTagValue: Spec = { valid: ["prod", "http://x"], refused: [] };

const pages = (largest: number): Record<string, Spec> => ({
  PageNumber: { ...integer(1, 999_999), refused: ["0", "-1", "x"], ignoredWith: ["MaxResults", "NextToken"] },
  PageSize: { ...integer(1, largest), ignoredWith: ["MaxResults", "NextToken"] },
  MaxResults: { valid: ["1", "10", "1000"], refused: ["x", "-1", "1.5"] },
  NextToken: { valid: ["YWZ0ZXI6MQ"], refused: ["abc", "after:1"] },
});
const filters: Record<string, Spec> = { "Tag.1.Key": { valid: ["env"], refused: [] }, "Tag.1.Value": anyTagValue };

const roleArn = required({
  valid: ["acs:ram::1000000000000001:role/ops"],
  refused: ["ops", "acs:ram::1000000000000001:user/ops", "acs:ram::1000000000000001:role/none"],
});
const session: Record<string, Spec> = {
  RoleArn: roleArn,
  RoleSessionName: required({
    valid: ["me", "a@b.c-d_e", "x".repeat(64)],
    refused: ["a", "a b", "x".repeat(65), "ü1"],
  }),
  DurationSeconds: { valid: ["900", "3600"], refused: ["899", "3601", "-900", "x", "1e3"] },
  Policy: {
    valid: ['{"Version":"1","Statement":[]}'],
    refused: ["{", "[]", "null", "1", JSON.stringify({ Statement: "x".repeat(2048) })],
  },
};

const times: Spec = {
  valid: ["2026-03-01T08:31:00Z", "2026-03-01T09:00:59Z", "2029-03-01T08:00:00Z"],
  refused: ["2026-03-01T08:30:00Z", "2029-03-01T08:01:00Z", "2026-03-01T09:00Z", "tomorrow", "2026-02-30T10:00:00Z"],
};

/** Every call that is implemented. */
export const actionSpecs: readonly ActionSpec[] = [
  {
    action: "DescribeInstances",
    params: {
      RegionId: region,
      InstanceIds: jsonIds(instanceIds),
      Status: oneOf("Running", "Stopped"),
      InstanceChargeType: oneOf("PostPaid", "PrePaid"),
      InstanceNetworkType: oneOf("vpc", "classic"),
      LockReason: oneOf("security", "Recycling"),
      InstanceName: { valid: ["*", "web*", "(["], refused: [] },
      ...filters,
      ...pages(100),
      DryRun: dryRun,
    },
  },
  {
    action: "DescribeInstanceStatus",
    // No MaxResults and no NextToken here.
    params: {
      RegionId: region,
      "InstanceId.1": { valid: instanceIds, refused: [] },
      PageNumber: { ...integer(1, 999_999), refused: ["0", "-1", "x"] },
      PageSize: integer(1, 50),
    },
  },
  { action: "DescribeInstanceAttribute", params: { InstanceId: instance } },
  {
    action: "DescribeRegions",
    params: { ResourceType: oneOf("instance", "disk"), InstanceChargeType: oneOf("PostPaid", "PrePaid") },
  },
  {
    action: "DescribeZones",
    params: {
      RegionId: region,
      InstanceChargeType: oneOf("PostPaid"),
      SpotStrategy: oneOf("NoSpot", "SpotAsPriceGo"),
      Verbose: boolean,
    },
  },
  {
    action: "StartInstance",
    success: { InstanceId: "i-off" },
    params: { InstanceId: instance, InitLocalDisk: boolean, DryRun: dryRun, RegionId: anywhere },
  },
  {
    action: "StopInstance",
    params: {
      InstanceId: instance,
      ForceStop: boolean,
      ConfirmStop: boolean,
      Hibernate: { valid: ["false"], refused: ["true", "x"] },
      StoppedMode: oneOf("KeepCharging", "StopCharging"),
      DryRun: dryRun,
    },
  },
  { action: "RebootInstance", params: { InstanceId: instance, ForceStop: boolean, DryRun: dryRun } },
  {
    action: "DeleteInstance",
    success: { InstanceId: "i-off" },
    params: {
      InstanceId: instance,
      Force: boolean,
      ForceStop: boolean,
      TerminateSubscription: boolean,
      DryRun: dryRun,
    },
  },
  ...["StartInstances", "StopInstances"].map((action) => ({
    action,
    success: { "InstanceId.1": action === "StartInstances" ? "i-off" : "i-run" },
    params: {
      RegionId: region,
      "InstanceId.1": {
        ...required({ valid: instanceIds, refused: ["web", "I-RUN", "i run"] }),
        requiredUnless: "InstanceId.2",
      },
      "InstanceId.2": { valid: instanceIds, refused: ["i_run"] },
      BatchOptimization: oneOf("AllTogether", "SuccessFirst"),
      DryRun: dryRun,
      ...(action === "StopInstances" ? { ForceStop: boolean, StoppedMode: oneOf("KeepCharging", "StopCharging") } : {}),
    },
  })),
  {
    action: "DeleteInstances",
    success: { "InstanceId.1": "i-off" },
    params: {
      RegionId: region,
      "InstanceId.1": required({ valid: instanceIds, refused: ["i-none", "web", "i-far", "i-foreign"] }),
      Force: boolean,
      ForceStop: boolean,
      TerminateSubscription: boolean,
      ClientToken: clientToken,
      DryRun: dryRun,
    },
  },
  {
    action: "ModifyInstanceAutoReleaseTime",
    success: { AutoReleaseTime: "2026-03-01T10:00:00Z" },
    params: {
      InstanceId: instance,
      AutoReleaseTime: { ...times, refused: ["", ...times.refused] },
      RegionId: anywhere,
    },
  },
  {
    action: "ModifyInstanceAttribute",
    params: { InstanceId: instance, InstanceName: name, Description: description, DeletionProtection: boolean },
  },
  {
    action: "ModifyInstanceChargeType",
    success: null,
    params: {
      RegionId: region,
      InstanceIds: required({ valid: [], refused: ["[]", '["i-run"]', "x"] }),
      InstanceChargeType: oneOf("PrePaid", "PostPaid"),
    },
  },
  {
    action: "RunInstances",
    params: {
      RegionId: region,
      ImageId: required({ valid: ["aliyun_3"], refused: ["a b", "x".repeat(256)] }),
      InstanceType: required({ valid: ["ecs.g7.large", "ecs.c7-x.2xlarge"], refused: ["t2.micro", "ecs", "ecs.g7"] }),
      Amount: integer(1, 100),
      InstanceName: name,
      HostName: { valid: ["host-1"], refused: ["-h", "h_1", "a"] },
      Description: description,
      VSwitchId: { valid: ["vsw-1"], refused: ["1", "vpc-1"] },
      SecurityGroupId: { valid: ["sg-1"], refused: ["1"] },
      ZoneId: { valid: ["cn-hangzhou-h"], refused: ["cn-beijing-h", "cn-hangzhou-sold"] },
      InstanceChargeType: { valid: ["PostPaid"], refused: ["Free"] },
      // Looked at with PrePaid only.
      Period: { valid: ["1"], refused: [] },
      PeriodUnit: { valid: ["Week", "Month"], refused: [] },
      UniqueSuffix: boolean,
      KeyPairName: { valid: ["pair"], refused: [] },
      ResourceGroupId: resourceGroup,
      "SecurityGroupIds.1": { valid: ["sg-1"], refused: ["1"] },
      "HibernationOptions.Configured": boolean,
      SpotStrategy: oneOf("NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"),
      SpotPriceLimit: { valid: ["0.5"], refused: ["-1", "x", "0.1234"] },
      SpotDuration: { valid: ["0", "1"], refused: ["2", "x"] },
      SpotInterruptionBehavior: oneOf("Terminate", "Stop"),
      DeletionProtection: boolean,
      AutoReleaseTime: times,
      InternetMaxBandwidthOut: integer(0, 100),
      "SystemDisk.Category": oneOf("cloud_essd", "cloud_auto"),
      "SystemDisk.Size": integer(20, 2048),
      "DataDisk.1.Category": oneOf("cloud_essd"),
      "DataDisk.1.Size": integer(1, 65_536),
      "DataDisk.1.DeleteWithInstance": boolean,
      "Tag.1.Key": tagKey,
      ClientToken: clientToken,
      DryRun: dryRun,
    },
  },
  {
    action: "DescribeDisks",
    params: {
      RegionId: region,
      InstanceId: { valid: instanceIds, refused: [] },
      DiskIds: jsonIds(["d-run"]),
      DiskType: oneOf("all", "system", "data"),
      Status: oneOf("All", "In_use", "Available"),
      ...filters,
      ...pages(100),
      DryRun: dryRun,
    },
  },
  {
    action: "ModifyDiskAttribute",
    success: { EnableAutoSnapshot: "false" },
    params: {
      DiskId: { ...disk, requiredUnless: "DiskIds.1" },
      "DiskIds.1": { valid: ["d-free", "d-run"], refused: ["d-none"] },
      DiskName: name,
      Description: description,
      DeleteWithInstance: boolean,
      DeleteAutoSnapshot: boolean,
      EnableAutoSnapshot: boolean,
      RegionId: anywhere,
    },
  },
  {
    action: "CreateSnapshot",
    params: {
      DiskId: disk,
      SnapshotName: { valid: name.valid, refused: [...name.refused, "auto", "Auto-1"] },
      Description: description,
      RetentionDays: integer(1, 65_536),
      "Tag.1.Key": tagKey,
      "Tag.2.Key": { valid: ["other"], refused: ["aliyun1"] },
      ResourceGroupId: resourceGroup,
      ClientToken: clientToken,
    },
  },
  {
    action: "DescribeSnapshots",
    params: {
      RegionId: region,
      SnapshotIds: jsonIds(["s-1"]),
      DiskId: { valid: ["d-run"], refused: [] },
      Status: oneOf("all", "progressing", "accomplished", "failed"),
      SnapshotType: oneOf("all", "auto", "user"),
      SourceDiskType: oneOf("System", "Data"),
      ...filters,
      ...pages(100),
      DryRun: dryRun,
    },
  },
  {
    action: "DeleteSnapshot",
    params: { SnapshotId: required({ valid: ["s-1", "s-none"], refused: [] }), Force: boolean },
  },
  {
    action: "CreateSnapshotGroup",
    success: { "ExcludeDiskId.1": "d-local" },
    params: {
      RegionId: region,
      InstanceId: instance,
      "ExcludeDiskId.1": { valid: ["d-run"], refused: [] },
      // Of another instance, or of none.
      "DiskId.1": { valid: [], refused: ["d-none", "d-free"] },
      ResourceGroupId: resourceGroup,
      Name: name,
      Description: description,
      "Tag.1.Key": tagKey,
      ClientToken: clientToken,
    },
  },
  {
    action: "DescribeSnapshotGroups",
    params: {
      RegionId: region,
      "Status.1": oneOf("progressing", "failed"),
      InstanceId: { valid: ["i-run"], refused: [] },
    },
  },
  {
    action: "TagResources",
    params: {
      RegionId: region,
      ResourceType: required(oneOf("instance")),
      "ResourceId.1": required({ valid: ["i-run", "i-off"], refused: unknownIds }),
      "Tag.1.Key": required(tagKey),
      "Tag.1.Value": tagValue,
    },
  },
  {
    action: "UntagResources",
    params: {
      RegionId: region,
      ResourceType: required(oneOf("instance")),
      "ResourceId.1": required({ valid: ["i-run", "i-off"], refused: unknownIds }),
      "TagKey.1": { valid: ["env", "none"], refused: [] },
      All: boolean,
    },
  },
  {
    action: "ListTagResources",
    params: {
      RegionId: region,
      ResourceType: required(oneOf("instance", "disk", "snapshot")),
      "ResourceId.1": required({ valid: ["i-run", "i-none"], refused: [] }),
    },
  },
  { action: "AssumeRole", version: "2015-04-01", params: { ...session, ExternalId: { valid: ["x"], refused: [] } } },
  {
    action: "AssumeRoleWithOIDC",
    version: "2015-04-01",
    params: {
      ...session,
      OIDCProviderArn: required({ valid: ["acs:ram::1:oidc-provider/ci"], refused: ["ci", "acs:ram::1:role/ci"] }),
      OIDCToken: required({ valid: ["a.b.c"], refused: ["a.b.d", "x"] }),
    },
  },
  { action: "GetCallerIdentity", version: "2015-04-01", params: {} },
];
