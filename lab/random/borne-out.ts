import type { Instance } from "../../emulator/index";
import type { Operation, Properties } from "../evidence";

/** A reason that the provider gave, and what really is: the judge takes its word for nothing. */
interface Reason {
  readonly says: RegExp;
  readonly isSo: (about: About) => boolean;
}

interface About {
  readonly refusal: string;
  readonly args: Properties;
  /** Undefined: it really is gone. */
  readonly instance: Instance | undefined;
  /** What was recorded before this run. */
  readonly recorded: Properties | undefined;
  /** What is recorded was declared by a run that stopped half-way, and may never have been set. */
  readonly isHalfWay: boolean;
  readonly operation: Operation;
}

/** The run takes a while after the world was looked at, and so does a request. */
const doubtMs = 3 * 60_000;
const minuteMs = 60_000;
const ownerTags = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"];

const reasons: readonly Reason[] = [
  {
    says: /was not found in region|can't be met: .* (is gone from|is gone, as the last run|was released by declaration)/,
    isSo: ({ instance }) => instance === undefined,
  },
  {
    says: /is another machine than before/,
    isSo: ({ instance, recorded }) =>
      typeof recorded?.["serialNumber"] === "string" && instance?.SerialNumber !== recorded["serialNumber"],
  },
  { says: /has release protection/, isSo: ({ instance }) => instance?.DeletionProtection === true },
  {
    says: /is a subscription \(PrePaid\) instance/,
    isSo: ({ instance }) => instance?.InstanceChargeType === "PrePaid",
  },
  {
    says: /is locked|is being reclaimed|that is being reclaimed/,
    // Released a moment ago it is still listed, as it was.
    isSo: ({ instance }) => instance === undefined || instance.OperationLocks.LockReason.length > 0,
  },
  {
    says: /less than 30 minutes ahead/,
    isSo: ({ args, instance, operation, refusal }) =>
      args["autoReleaseAfter"] === undefined
        ? aheadMs(args["autoReleaseAt"], operation) < 30 * minuteMs + doubtMs
        : // Fixed by a run that could not set it: then it is too late by now, and not set.
          aheadMs(/\d{4}-[^ ]+Z/.exec(refusal)?.[0], operation) < 30 * minuteMs && instance?.AutoReleaseTime === "",
  },
  {
    says: /^autoReleaseAt: [^ ]+ has passed/,
    isSo: ({ args, recorded, isHalfWay, operation }) =>
      aheadMs(args["autoReleaseAt"], operation) < doubtMs &&
      (isHalfWay || recorded?.["autoReleaseAt"] !== args["autoReleaseAt"]),
  },
  {
    says: /more than 3 years ahead/,
    isSo: ({ args, operation }) => aheadMs(args["autoReleaseAt"], operation) > 3 * 365 * 24 * 60 * minuteMs,
  },
  {
    says: /^expect\.instanceName: is not/,
    isSo: ({ args, instance }) => expectOf(args).instanceName !== instance?.InstanceName,
  },
  {
    says: /^expect\.tags\.[^ ]+: is not/,
    isSo: ({ args, instance }) =>
      Object.entries(expectOf(args).tags ?? {}).some(
        ([key, value]) => !instance?.Tags.Tag.some(({ TagKey, TagValue }) => TagKey === key && TagValue === value),
      ),
  },
  {
    says: /^expect: the first up of a resource releases nothing/,
    isSo: ({ args, recorded }) => recorded === undefined && args["expect"] === undefined,
  },
  {
    says: / belongs to /,
    isSo: ({ instance }) => instance?.Tags.Tag.some(({ TagKey }) => ownerTags.includes(TagKey)) ?? false,
  },
  {
    says: /^stop\.mode: StopCharging can't work|it can't be stopped in that mode/,
    isSo: ({ instance }) => instance?.InstanceChargeType === "PrePaid" || instance?.InstanceNetworkType === "classic",
  },
  {
    says: /declared instances are not listed and nothing explains it/,
    isSo: ({ operation: { declarations, worldBefore } }) =>
      declarations.length >= 5 &&
      declarations.filter(({ args }) => !worldBefore.instances.has(String(args["instanceId"]))).length * 2 >=
        declarations.length,
  },
  { says: /is not an argument/, isSo: ({ args }) => args["wrong"] !== undefined },
  {
    says: /can't be combined with state "released"/,
    isSo: ({ args }) =>
      args["state"] === "released" && (args["autoReleaseAt"] ?? args["autoReleaseAfter"]) !== undefined,
  },
];

/** Whether a refusal says what really is so. Pure. */
export function isBorneOut(refusal: string, args: Properties, operation: Operation): boolean {
  const id = String(args["instanceId"]);
  const name = operation.declarations.find((declaration) => declaration.args["instanceId"] === id)?.name;
  // Under another name it is recorded for another resource, of which this one knows nothing.
  const before = operation.stateBefore.find((resource) => resource.id === id && resource.name === name);
  const about: About = {
    refusal,
    args,
    instance: operation.worldBefore.instances.get(id),
    recorded: before?.outputs,
    isHalfWay: before !== undefined && before.initErrors.length > 0,
    operation,
  };
  return reasons.some(({ says, isSo }) => says.test(refusal) && isSo(about));
}

function aheadMs(time: unknown, operation: Operation): number {
  return typeof time === "string" ? Date.parse(time) - operation.worldBefore.atMs : Number.NaN;
}

function expectOf(args: Properties): { readonly instanceName?: string; readonly tags?: Record<string, string> } {
  return args["expect"] ?? {};
}
