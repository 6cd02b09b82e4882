import * as v from "valibot";
import type { AutoSnapshotPolicy } from "./auto-snapshot-policy";
import { closestName } from "./closest-name";
import type { FaultRule } from "./faults";
import {
  type Account,
  type DiskFields,
  diskStatuses,
  type InstanceFields,
  type OidcToken,
  type Role,
  type SnapshotFields,
  type SnapshotGroup,
  type ThrottleRule,
  type Zone,
} from "./model";
import type { Lag } from "./stale";
import type { Switches } from "./switches";
import { issuedKeyPrefix } from "./identities";
import type { Window } from "./window";
import type { WorldFile } from "./world-input";

/** A mistake in what somebody wrote. The message names the field and says what is right. */
export class WorldFileError extends Error {
  override readonly name = "WorldFileError";
}

const text = v.string();
const bool = v.boolean();
const count = v.pipe(v.number(), v.minValue(0, "must be zero or more"));
const time = v.pipe(
  v.string(),
  v.check(
    (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(value) && !Number.isNaN(Date.parse(value)),
    "must be a UTC time such as 2026-01-31T08:00:00Z",
  ),
);
const timeOrEmpty = v.union([v.literal(""), time], 'must be a UTC time such as 2026-01-31T08:00:00Z, or ""');
const times = v.pipe(v.number(), v.integer(), v.minValue(1));
const durationForms = [
  v.null(),
  count,
  v.strictObject({ describes: times }),
  v.pipe(
    v.strictObject({ minMs: count, maxMs: count }),
    v.check(({ minMs, maxMs }) => minMs <= maxMs, "minMs must not be above maxMs"),
  ),
] as const;
const duration = v.union(durationForms, "must be a number of milliseconds, or null for never");
const addresses = v.strictObject({ IpAddress: v.array(text) });
const anything = v.record(text, v.unknown());
const status = v.picklist(["Pending", "Starting", "Running", "Stopping", "Stopped"]);

const timingsSchema = v.strictObject({
  pendingMs: v.exactOptional(duration),
  startMs: v.exactOptional(duration),
  stopMs: v.exactOptional(duration),
  forceStopMs: v.exactOptional(duration),
  releaseMs: v.exactOptional(duration),
  appearMs: v.exactOptional(duration),
  snapshotMs: v.exactOptional(
    v.union(
      [...durationForms, v.strictObject({ failsAfterMs: count })],
      "must be a number of milliseconds, null for never, or { failsAfterMs }",
    ),
  ),
});
const tags = v.union(
  [v.strictObject({ Tag: v.array(v.strictObject({ TagKey: text, TagValue: text })) }), v.record(text, text)],
  'must be { "key": "value" } or { "Tag": [{ "TagKey": …, "TagValue": … }] }',
);
const plainTags = v.strictObject({ Tag: v.array(v.strictObject({ TagKey: text, TagValue: text })) });
const region = v.pipe(text, v.regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "must be a region such as cn-hangzhou"));
const lockReason = v.strictObject({ LockReason: text, LockMsg: v.exactOptional(text) });

const plainTexts = [
  "ZoneId",
  "InstanceName",
  "HostName",
  "Description",
  "SpotStrategy",
  "SpotInterruptionBehavior",
  "SerialNumber",
  "ImageId",
  "OSName",
  "OSNameEn",
  "OSType",
  "InstanceType",
  "InstanceTypeFamily",
  "InternetChargeType",
  "KeyPairName",
  "ResourceGroupId",
  "VlanId",
  "ClusterId",
  "DeploymentSetId",
  "CreditSpecification",
] as const;
const plainNumbers = [
  "SpotPriceLimit",
  "SpotDuration",
  "Cpu",
  "Memory",
  "GPUAmount",
  "InternetMaxBandwidthIn",
  "InternetMaxBandwidthOut",
] as const;
const plainBooleans = [
  "DeletionProtection",
  "Recyclable",
  "DeviceAvailable",
  "IoOptimized",
  "localDisks",
  "noStock",
] as const;

const instanceSchema = v.strictObject({
  InstanceId: v.pipe(text, v.regex(/^i-[a-z0-9]+$/, "must be i- and lower-case letters and digits")),
  RegionId: v.exactOptional(region),
  Status: v.exactOptional(status),
  StoppedMode: v.exactOptional(v.picklist(["KeepCharging", "StopCharging", "Not-applicable"])),
  InstanceChargeType: v.exactOptional(v.picklist(["PostPaid", "PrePaid"])),
  InstanceNetworkType: v.exactOptional(v.picklist(["vpc", "classic"])),
  ...eachOptional(plainTexts, text),
  ...eachOptional(plainNumbers, count),
  ...eachOptional(plainBooleans, bool),
  ...eachOptional(["CreationTime", "StartTime", "ExpiredTime"] as const, time),
  AutoReleaseTime: v.exactOptional(timeOrEmpty),
  reclaimAt: v.exactOptional(timeOrEmpty),
  overdueAt: v.exactOptional(timeOrEmpty),
  Tags: v.exactOptional(tags),
  OperationLocks: v.exactOptional(
    v.union(
      [
        v.array(text),
        v.strictObject({
          LockReason: v.array(lockReason),
        }),
      ],
      'must be ["financial"] or { "LockReason": [{ "LockReason": "financial" }] }',
    ),
  ),
  VpcAttributes: v.exactOptional(
    v.strictObject({ VpcId: text, VSwitchId: text, NatIpAddress: text, PrivateIpAddress: addresses }),
  ),
  PublicIpAddress: v.exactOptional(addresses),
  InnerIpAddress: v.exactOptional(addresses),
  SecurityGroupIds: v.exactOptional(v.strictObject({ SecurityGroupId: v.array(text) })),
  EipAddress: v.exactOptional(anything),
  HibernationOptions: v.exactOptional(v.strictObject({ Configured: bool })),
  NetworkInterfaces: v.exactOptional(v.strictObject({ NetworkInterface: v.array(anything) })),
  accountId: v.exactOptional(accountId()),
  timings: v.exactOptional(timingsSchema),
}) satisfies v.GenericSchema<InstanceFields>;

const statement = v.union(
  [
    v.pipe(text, v.nonEmpty()),
    v.strictObject({
      action: v.pipe(text, v.nonEmpty()),
      instances: v.exactOptional(v.array(text)),
      tags: v.exactOptional(v.record(text, text)),
    }),
  ],
  "must be a RAM action, or { action, instances, tags }",
);

const credentialSchema = v.strictObject({
  accessKeyId: v.pipe(
    text,
    v.nonEmpty("must not be empty"),
    // Nobody's real key should ever travel to an emulator, or lie about in its world file.
    v.check(
      (id) => !/^(LTAI|STS\.)/i.test(id) || id.startsWith(issuedKeyPrefix),
      "looks like a real key of Alibaba Cloud: invent one, e.g. emulator-key",
    ),
  ),
  accessKeySecret: v.pipe(text, v.nonEmpty("must not be empty")),
  securityToken: v.exactOptional(text),
  securityTokenExpiresAt: v.exactOptional(time),
  deny: v.exactOptional(v.array(statement)),
  allow: v.exactOptional(v.array(statement)),
  accountId: v.exactOptional(accountId()),
  userName: v.exactOptional(text),
  status: v.exactOptional(v.picklist(["Active", "Inactive"])),
  roleArn: v.exactOptional(text),
  roleSessionName: v.exactOptional(text),
});

const diskSchema = v.strictObject({
  DiskId: v.pipe(text, v.regex(/^d-[a-z0-9]+$/, "must be d- and lower-case letters and digits")),
  RegionId: v.exactOptional(region),
  Type: v.exactOptional(v.picklist(["system", "data"])),
  Status: v.exactOptional(v.picklist(diskStatuses)),
  DiskChargeType: v.exactOptional(v.picklist(["PostPaid", "PrePaid"])),
  MultiAttach: v.exactOptional(v.picklist(["Disabled", "Enabled"])),
  Size: v.exactOptional(count),
  ...eachOptional(
    [
      "DiskName",
      "AutoSnapshotPolicyId",
      "Description",
      "InstanceId",
      "ZoneId",
      "Category",
      "PerformanceLevel",
      "Device",
      "ImageId",
      "SourceSnapshotId",
      "ResourceGroupId",
    ] as const,
    text,
  ),
  ...eachOptional(
    ["DeleteWithInstance", "DeleteAutoSnapshot", "EnableAutoSnapshot", "Portable", "Encrypted"] as const,
    bool,
  ),
  ...eachOptional(["CreationTime", "ExpiredTime"] as const, time),
  ...eachOptional(["AttachedTime", "DetachedTime"] as const, timeOrEmpty),
  OperationLocks: v.exactOptional(v.strictObject({ OperationLock: v.array(lockReason) })),
  Tags: v.exactOptional(tags),
  accountId: v.exactOptional(accountId()),
}) satisfies v.GenericSchema<DiskFields>;

const snapshotId = v.pipe(text, v.regex(/^s-[a-z0-9]+$/, "must be s- and lower-case letters and digits"));
const snapshotSchema = v.strictObject({
  SnapshotId: snapshotId,
  Status: v.exactOptional(v.picklist(["progressing", "accomplished", "failed"])),
  SnapshotType: v.exactOptional(v.picklist(["user", "auto", "timer"])),
  SourceDiskType: v.exactOptional(v.picklist(["system", "data"])),
  RegionId: v.exactOptional(region),
  RetentionDays: v.exactOptional(v.pipe(count, v.integer(), v.maxValue(65_536))),
  ...eachOptional(["Encrypted", "isEssd"] as const, bool),
  ...eachOptional(
    [
      "SnapshotName",
      "Description",
      "SourceDiskId",
      "SourceDiskSize",
      "Category",
      "Usage",
      "ResourceGroupId",
      "instanceId",
    ] as const,
    text,
  ),
  ...eachOptional(["CreationTime", "LastModifiedTime"] as const, time),
  Tags: v.exactOptional(tags),
  accountId: v.exactOptional(accountId()),
}) satisfies v.GenericSchema<SnapshotFields>;

const snapshotGroupSchema = v.strictObject({
  SnapshotGroupId: text,
  Name: text,
  Description: text,
  InstanceId: text,
  RegionId: region,
  CreationTime: time,
  ResourceGroupId: text,
  Tags: plainTags,
  snapshotIds: v.array(snapshotId),
  accountId: accountId(),
}) satisfies v.GenericSchema<SnapshotGroup>;

const roleSchema = v.strictObject({
  arn: v.pipe(
    text,
    v.regex(/^acs:ram::\d{16}:role\/[A-Za-z0-9._-]+$/, "must be such as acs:ram::1000000000000001:role/name"),
  ),
  externalId: v.exactOptional(text),
  deny: v.exactOptional(v.array(statement)),
  allow: v.exactOptional(v.array(statement)),
  maxSessionSeconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(900), v.maxValue(43_200))),
}) satisfies v.GenericSchema<Role>;

const oidcTokenSchema = v.strictObject({
  token: v.pipe(text, v.nonEmpty("must not be empty")),
  expiresAt: v.exactOptional(time),
  providerArn: v.exactOptional(text),
}) satisfies v.GenericSchema<OidcToken>;

const zoneSchema = v.strictObject({
  ZoneId: v.pipe(text, v.regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "must be a zone such as cn-hangzhou-h")),
  noStock: v.exactOptional(bool),
}) satisfies v.GenericSchema<Zone>;

const windowSchema = v.strictObject({
  from: v.exactOptional(time),
  to: v.exactOptional(time),
}) satisfies v.GenericSchema<Window>;

const throttleSchema = v.strictObject({
  action: v.pipe(text, v.nonEmpty("must not be empty")),
  perMinute: v.pipe(v.number(), v.integer(), v.minValue(0)),
  foreignPerMinute: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  window: v.exactOptional(windowSchema),
  retryAfter: v.exactOptional(text),
}) satisfies v.GenericSchema<ThrottleRule>;

const switchesSchema = v.strictObject({
  repeatedPower: v.exactOptional(v.picklist(["error", "no-op"])),
  forceStopWhileStopping: v.exactOptional(v.picklist(["refused", "accepted"])),
  deleteUnknownId: v.exactOptional(v.picklist(["not-found", "invalid-parameter"])),
  deleteUnderSecurityLock: v.exactOptional(v.picklist(["allowed", "refused"])),
  emptyAutoReleaseTime: v.exactOptional(v.picklist(["malformed", "cancel"])),
  autoReleaseWindow: v.exactOptional(v.picklist(["strict", "before-cutting", "after-cutting"])),
  statusMessage: v.exactOptional(v.picklist(["expected-list", "short"])),
  foreignRegion: v.exactOptional(v.picklist(["not-found", "ignored"])),
  releasedButListed: v.exactOptional(v.picklist(["incorrect-status", "not-found", "accepted"])),
  deniedDescribe: v.exactOptional(v.picklist(["forbidden", "empty"])),
  dryRunStatus: v.exactOptional(v.picklist([400, 200])),
  stoppedModeByDefault: v.exactOptional(v.picklist(["KeepCharging", "StopCharging"])),
  autoReleaseOverStop: v.exactOptional(v.picklist(["kept", "dropped"])),
  overdueLock: v.exactOptional(v.picklist(["at-once", "when-stopped"])),
  rebootStatus: v.exactOptional(v.picklist(["Starting", "Running"])),
  assumeRoleByAccount: v.exactOptional(v.picklist(["refused", "allowed"])),
} satisfies Record<keyof Switches, unknown>);

const autoSnapshotPolicySchema = v.strictObject({
  AutoSnapshotPolicyId: v.pipe(text, v.regex(/^sp-[a-z0-9]+$/, "must be sp- and lower-case letters and digits")),
  hours: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(23, "must be from 0 to 23"))),
  retentionDays: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536))),
}) satisfies v.GenericSchema<AutoSnapshotPolicy>;

const accountSchema = v.strictObject({
  accountId: accountId(),
  overdueAt: v.exactOptional(timeOrEmpty),
}) satisfies v.GenericSchema<Account>;

const lagSchema = v.pipe(
  v.strictObject({
    minMs: count,
    maxMs: count,
    order: v.exactOptional(v.picklist(["any", "monotonic"])),
    each: v.exactOptional(v.picklist(["read", "instance"])),
  }),
  v.check(({ minMs, maxMs }) => minMs <= maxMs, "minMs must not be above maxMs"),
);
const stale = v.union(
  [v.picklist(["previous", "empty"]), v.strictObject({ versions: times }), lagSchema],
  'must be "previous", "empty", { versions } or { minMs, maxMs }',
);
const lag = v.union([count, lagSchema], "must be a number of milliseconds, or { minMs, maxMs }");

const worldSchema = v.strictObject({
  instances: v.exactOptional(v.array(instanceSchema)),
  disks: v.exactOptional(v.array(diskSchema)),
  snapshots: v.exactOptional(v.array(snapshotSchema)),
  snapshotGroups: v.exactOptional(v.array(snapshotGroupSchema)),
  credentials: v.exactOptional(v.pipe(v.array(credentialSchema), v.nonEmpty("must have at least one key pair"))),
  roles: v.exactOptional(v.array(roleSchema)),
  oidcTokens: v.exactOptional(
    v.array(v.union([v.pipe(text, v.nonEmpty()), oidcTokenSchema], "must be a token, or { token, expiresAt }")),
  ),
  timings: v.exactOptional(timingsSchema),
  switches: v.exactOptional(switchesSchema),
  now: v.exactOptional(time),
  tickPerRequestMs: v.exactOptional(count),
  strictTime: v.exactOptional(bool),
  regions: v.exactOptional(v.array(text)),
  zones: v.exactOptional(v.array(zoneSchema)),
  throttle: v.exactOptional(v.array(throttleSchema)),
  lag: v.exactOptional(lag),
  accounts: v.exactOptional(v.array(accountSchema)),
  autoSnapshotPolicies: v.exactOptional(v.array(autoSnapshotPolicySchema)),
}) satisfies v.GenericSchema<WorldFile>;

const moment = v.exactOptional(v.picklist(["before", "after"]));
const wireFault = v.picklist([
  "reset-before",
  "reset-after",
  "hang",
  "html",
  "empty",
  "half",
  "null",
  "no-request-id",
  "bad-json",
  "no-code",
  "drip",
  "refuse",
]);

/** Chosen by the member that is there, so that a mistake is told about the form that was meant. */
const thenSchema = v.lazy((input) => {
  const has = (name: string) => typeof input === "object" && input !== null && name in input;
  if (has("delayMs")) return v.strictObject({ delayMs: count, when: moment });
  if (has("wire")) return v.strictObject({ wire: wireFault, when: moment, overMs: v.exactOptional(count) });
  if (has("duplicate")) return v.strictObject({ duplicate: v.picklist(["refused", "executed"]) });
  if (has("hold")) return v.strictObject({ hold: v.pipe(text, v.nonEmpty("must not be empty")), when: moment });
  if (has("snapshot")) return v.strictObject({ snapshot: v.literal("fails") });
  if (has("stale")) {
    const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1, "must be from 0 to 1"));
    return v.strictObject({ stale, ids: v.exactOptional(v.array(text)), share: v.exactOptional(share) });
  }
  return v.strictObject({
    code: text,
    status: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))),
    message: v.exactOptional(text),
    retryAfter: v.exactOptional(text),
    when: moment,
  });
});

const faultSchema = v.strictObject({
  action: v.exactOptional(text),
  instanceId: v.exactOptional(text),
  nth: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1, "counts from 1"))),
  times: v.exactOptional(
    v.union([v.literal("always"), v.pipe(v.number(), v.integer(), v.minValue(1))], 'must be 1 or more, or "always"'),
  ),
  probability: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1, "must be from 0 to 1"))),
  window: v.exactOptional(windowSchema),
  // A string is no member of any form above, but it must not reach them either.
  then: thenSchema,
}) satisfies v.GenericSchema<FaultRule>;

/** Checks what a world file says. Throws WorldFileError. */
export function parseWorld(input: unknown): WorldFile {
  const world = parse(worldSchema, input, "the world");
  once(
    "instances",
    "InstanceId",
    (world.instances ?? []).map((each) => each.InstanceId),
  );
  once(
    "disks",
    "DiskId",
    (world.disks ?? []).map((each) => each.DiskId),
  );
  once(
    "snapshots",
    "SnapshotId",
    (world.snapshots ?? []).map((each) => each.SnapshotId),
  );
  once(
    "autoSnapshotPolicies",
    "AutoSnapshotPolicyId",
    (world.autoSnapshotPolicies ?? []).map((each) => each.AutoSnapshotPolicyId),
  );
  for (const [index, { AutoSnapshotPolicyId: policy }] of (world.disks ?? []).entries()) {
    if (!policy || world.autoSnapshotPolicies?.some((each) => each.AutoSnapshotPolicyId === policy)) continue;
    throw new WorldFileError(
      `disks[${index}].AutoSnapshotPolicyId: there is no policy ${policy}; add it, or leave this out.`,
    );
  }
  for (const [index, disk] of (world.disks ?? []).entries()) {
    if (!disk.InstanceId || world.instances?.some((each) => each.InstanceId === disk.InstanceId)) continue;
    throw new WorldFileError(
      `disks[${index}].InstanceId: there is no instance ${disk.InstanceId}; add it, or leave this out.`,
    );
  }
  return world;
}

function once(list: string, field: string, ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (seen.has(id))
      throw new WorldFileError(`${list}[${index}].${field}: ${id} is there twice; give each its own id.`);
    seen.add(id);
  }
}

export function parseInstance(input: unknown): InstanceFields {
  return parse(instanceSchema, input, "the instance");
}

export function parseThrottle(input: unknown): ThrottleRule[] {
  return parse(v.strictObject({ throttle: v.array(throttleSchema) }), input, "the throttle").throttle;
}

export function parseLag(input: unknown): number | Lag {
  return parse(v.strictObject({ lag }), input, "the lag").lag;
}

export function parseFault(input: unknown): FaultRule {
  const rule = parse(faultSchema, input, "the fault");
  const isRefusal = "wire" in rule.then && rule.then.wire === "refuse";
  if (isRefusal && (rule.action !== undefined || rule.instanceId !== undefined)) {
    throw new WorldFileError(
      "then: refuse closes a connection before its request is known; leave action and instanceId out.",
    );
  }
  return rule;
}

function parse<Output>(schema: v.GenericSchema<Output>, input: unknown, what: string): Output {
  // To JavaScript a list is an object too.
  if (Array.isArray(input)) throw new WorldFileError(`${what}: must be an object, not a list.`);
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new WorldFileError(explain(issue, what));
}

function explain(issue: v.BaseIssue<unknown>, what: string): string {
  const path = (issue.path ?? []).map((item) =>
    typeof item.key === "number" ? `[${item.key}]` : `.${String(item.key)}`,
  );
  const where = path.join("").replace(/^\./, "") || what;
  if (issue.type === "strict_object") {
    const key: unknown = issue.path?.at(-1)?.key;
    const name = typeof key === "string" ? key : "";
    const known = knownNames(issue);
    if (issue.expected === "never") {
      const close = closestName(name, known);
      const remedy = close === undefined ? `known are ${known.join(", ")}` : `did you mean ${close}?`;
      return `${where}: there is no such field; ${remedy}`;
    }
    if (issue.path !== undefined && issue.input === undefined) return `${where}: is missing; write it.`;
  }
  if (issue.kind === "schema" && issue.type !== "union") {
    const received = /secret|token/i.test(where) ? "" : `, not ${shown(issue.received)}`;
    return `${where}: must be ${issue.expected ?? "something else"}${received}.`;
  }
  return `${where}: ${issue.message}.`;
}

const listSchemas = new Map<string, { entries: object }>([
  ["credentials", credentialSchema],
  ["disks", diskSchema],
  ["snapshots", snapshotSchema],
  ["snapshotGroups", snapshotGroupSchema],
  ["roles", roleSchema],
  ["zones", zoneSchema],
  ["accounts", accountSchema],
  ["autoSnapshotPolicies", autoSnapshotPolicySchema],
  ["throttle", throttleSchema],
]);

/** The names that the object around the unknown one takes. */
function knownNames(issue: v.BaseIssue<unknown>): string[] {
  const parent = (issue.path ?? []).slice(0, -1).map((item) => String(item.key));
  if (parent.includes("switches")) return Object.keys(switchesSchema.entries);
  if (parent.includes("timings")) return Object.keys(timingsSchema.entries);
  const [list] = parent;
  const ofList = list === undefined ? undefined : listSchemas.get(list);
  if (ofList !== undefined) return Object.keys(ofList.entries);
  if (parent.includes("then"))
    return [
      "code",
      "status",
      "message",
      "retryAfter",
      "when",
      "delayMs",
      "wire",
      "overMs",
      "duplicate",
      "hold",
      "stale",
      "snapshot",
    ];
  const whole = issue.path?.[0]?.input;
  const isRule = typeof whole === "object" && whole !== null && "then" in whole;
  if (isRule) return Object.keys(faultSchema.entries);
  const isInstance =
    parent.includes("instances") || (typeof whole === "object" && whole !== null && "InstanceId" in whole);
  return Object.keys(isInstance ? instanceSchema.entries : worldSchema.entries);
}

function shown(received: string): string {
  return received.length > 60 ? `${received.slice(0, 60)}…` : received;
}

function accountId() {
  return v.pipe(text, v.regex(/^\d{16}$/, "must be 16 digits"));
}

function eachOptional<const Name extends string, Schema extends v.GenericSchema>(
  names: readonly Name[],
  schema: Schema,
) {
  const entries = names.map((name) => [name, v.exactOptional(schema)] as const);
  return Object.fromEntries(entries) as Record<Name, v.ExactOptionalSchema<Schema, undefined>>;
}
