/** Of every call: whose account it is says the key. */
const owner = ["OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"];

/** Parameters of the vendor's models that the emulator takes and does nothing with, as its README says under "Known limits". */
export const ignoredParameters: Readonly<Record<string, readonly string[]>> = {
  CreateSnapshot: ["Category", "InstantAccess", "InstantAccessRetentionDays", "StorageLocationArn"],
  CreateSnapshotGroup: ["InstantAccess", "InstantAccessRetentionDays", "StorageLocationArn"],
  DescribeDisks: ["AdditionalAttributes"],
  DescribeInstances: ["AdditionalAttributes", "HttpPutResponseHopLimit", "NeedSaleCycle"],
  DescribeRegions: ["AcceptLanguage"],
  DescribeSnapshotGroups: ["AdditionalAttributes"],
  DescribeZones: ["AcceptLanguage"],
  ModifyDiskAttribute: ["BurstingEnabled"],
  ModifyInstanceAttribute: [
    ...["CpuOptions", "CreditSpecification", "EnableJumboFrame", "EnableNetworkEncryption", "HostName"],
    ...["NetworkInterfaceQueueNumber", "Password", "PrivateDnsNameOptions", "Recyclable", "RemoteConnectionOptions"],
    ...["SecurityGroupIds", "UserData"],
  ],
  ModifyInstanceChargeType: ["AutoPay", "ClientToken", "DryRun", "IncludeDataDisks", "IsDetailFee", "Period"].concat([
    "PeriodUnit",
  ]),
  RunInstances: [
    ...["Affinity", "Arn", "AutoPay", "AutoRenew", "AutoRenewPeriod", "ClockOptions", "CpuOptions"],
    ...["CreditSpecification", "DedicatedHostId", "DeploymentSetGroupNo", "DeploymentSetId", "HostNames"],
    ...["HpcClusterId", "HttpEndpoint", "HttpPutResponseHopLimit", "HttpTokens", "ImageFamily", "ImageOptions"],
    ...["InternetChargeType", "InternetMaxBandwidthIn", "IoOptimized", "Ipv6Address", "Ipv6AddressCount", "Isp"],
    ...["LaunchTemplateId", "LaunchTemplateName", "LaunchTemplateVersion", "ManagedHostId", "MinAmount"],
    ...["NetworkInterface", "NetworkInterfaceQueueNumber", "NetworkOptions", "Password", "PasswordInherit"],
    ...["PrivateDnsNameOptions", "PrivateIpAddress", "PrivatePoolOptions", "RamRoleName", "SchedulerOptions"],
    ...["SecurityEnhancementStrategy", "SecurityOptions", "StorageSetId", "StorageSetPartitionNumber", "Tenancy"],
    ...["UserData"],
  ],
  AssumeRole: ["SourceIdentity"],
};

export function ignoredOf(action: string, version: string): readonly string[] {
  return [...(version === "2014-05-26" ? owner : []), ...(ignoredParameters[action] ?? [])];
}
