import type { Desired, Expectation, Present, Recorded, Step } from "./model";
import { releaseWindow } from "./release-time";
import { isLocalDisk } from "./snapshots";
import { isPowerStatus } from "./state-table";
import { isProtective, isWrite } from "./steps";

/** Tags that a scaling group or a cluster puts on its members. */
const ownerTags = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"];

/**
 * Why the steps that act must not be done; empty when they may. Each begins with the argument that has to change.
 * Protective steps are refused by nothing here. Pure.
 */
export function refusalsOf(
  desired: Desired,
  observed: Present,
  recorded: Recorded | undefined,
  steps: readonly Step[],
  timeArgument: string,
  nowMs: number,
): readonly string[] {
  const id = observed.instanceId;
  const refusals: string[] = [];
  const writes = steps.filter(isWrite);
  const acting = writes.filter((step) => !isProtective(step));
  const release = acting.find((step) => step.kind === "release");
  const newTime = writes.find((step) => step.kind === "setReleaseTime");
  const dangerousTime = acting.find((step) => step.kind === "setReleaseTime");

  if (desired.state !== undefined && !isPowerStatus(observed.status)) {
    refusals.push(
      `state: ${id} is in status "${observed.status}", from which nothing is called; wait until it is running or stopped, then run again`,
    );
  }
  if (recorded?.releaseAccepted === true && acting.length > 0 && release === undefined) {
    refusals.push(
      `state: ECS has accepted the release of ${id} and may still list it for a while; nothing else is called, run again in some minutes`,
    );
  }
  if (acting.length > 0) refusals.push(...unmetExpectations(desired.expect, observed));
  if (release !== undefined && recorded === undefined && !namesTheMachine(desired.expect)) {
    refusals.push(
      `expect: the first up of a resource releases nothing that it can't recognise; if this is the machine, add expect: ${toPaste(observed)}`,
    );
  }
  if (release !== undefined || newTime !== undefined) {
    const argument = release === undefined ? timeArgument : "state";
    const what = release === undefined ? "get a release time" : "be released";
    if (observed.chargeType === "PrePaid") {
      refusals.push(
        `${argument}: ${id} is a subscription (PrePaid) instance and can't ${what}; let it expire, or change its charge type yourself first`,
      );
    }
    if (
      observed.deletionProtection &&
      !desired.release.liftProtection &&
      (release !== undefined || dangerousTime !== undefined)
    ) {
      refusals.push(
        release !== undefined
          ? `state: ${id} has release protection and can't be released; declare release.deletionProtection "lift", or switch it off yourself first`
          : `${timeArgument}: ${id} has release protection, which a release time does not respect; declare release.deletionProtection "lift" if that is understood`,
      );
    }
  }
  if (newTime?.kind === "setReleaseTime") {
    const window = releaseWindow(newTime.at, nowMs);
    if (window === "tooSoon")
      refusals.push(`${timeArgument}: ${newTime.at} is less than 30 minutes ahead; ECS wants 30 minutes to 3 years`);
    if (window === "tooFar")
      refusals.push(`${timeArgument}: ${newTime.at} is more than 3 years ahead; ECS wants 30 minutes to 3 years`);
  }
  const owned = acting.filter((step) => step.kind !== "start");
  for (const tag of ownerTags) {
    const owner = tagOf(observed.tags, tag);
    if (owned.length === 0 || owner === undefined || tagOf(desired.expect.tags ?? {}, tag) !== undefined) continue;
    refusals.push(
      `${argumentOf(owned[0], timeArgument)}: ${id} belongs to ${tag} ${owner}, which would replace it; change it there, or name that tag in expect.tags`,
    );
  }
  refusals.push(...lockRefusals(observed, acting, argumentOf(acting[0], timeArgument)));
  refusals.push(...stopModeRefusals(observed, acting), ...snapshotRefusals(desired, observed, acting));
  return refusals;
}

function argumentOf(step: Step | undefined, timeArgument: string): string {
  return step?.kind === "setReleaseTime" ? timeArgument : "state";
}

function lockRefusals(observed: Present, acting: readonly Step[], argument: string): readonly string[] {
  if (acting.length === 0) return [];
  const id = observed.instanceId;
  const power = acting.some((step) => step.kind === "start" || step.kind === "stop");
  const release = acting.some((step) => step.kind === "release");
  return observed.locks.flatMap((lock) => {
    switch (lock) {
      case "financial":
        return power
          ? [`${argument}: ${id} is locked for an overdue payment (financial); pay the bill, then run again`]
          : [];
      case "recycling":
        return power || release
          ? [
              `${argument}: ${id} is a spot instance that is being reclaimed; it is released or stopped within 5 minutes, run again then`,
            ]
          : [];
      case "security":
        return [`${argument}: ${id} is locked for security; settle that with the vendor, then run again`];
      default:
        return [`${argument}: ${id} is locked (${lock}); have the lock removed, then run again`];
    }
  });
}

function stopModeRefusals(observed: Present, acting: readonly Step[]): readonly string[] {
  const stop = acting.find((step) => step.kind === "stop");
  if (stop?.kind !== "stop" || stop.mode !== "StopCharging") return [];
  const local = observed.disks?.find(isLocalDisk);
  const reason =
    observed.chargeType === "PrePaid"
      ? "is a subscription (PrePaid) instance"
      : observed.networkType === "classic"
        ? "is in the classic network"
        : local !== undefined
          ? `has the local disk ${local.diskId}`
          : undefined;
  return reason === undefined
    ? []
    : [`stop.mode: StopCharging can't work, ${observed.instanceId} ${reason}; use KeepCharging`];
}

/** A snapshot that can't be made must not turn into a release without one. */
function snapshotRefusals(desired: Desired, observed: Present, acting: readonly Step[]): readonly string[] {
  if (desired.release.snapshot === undefined || observed.disks === undefined) return [];
  if (!acting.some((step) => step.kind === "release")) return [];
  const id = observed.instanceId;
  if (observed.disks.length === 0) {
    return [
      `release.snapshot: no disk of ${id} is listed, so nothing could be saved and it is not released; if its release is on its way already, run again in some minutes, otherwise grant ecs:DescribeDisks`,
    ];
  }
  return observed.disks
    .filter(isLocalDisk)
    .map(
      ({ diskId }) =>
        `release.snapshot: ${diskId} of ${id} is a local disk, of which ECS makes no snapshot; save it yourself and declare no snapshot`,
    );
}

/** Each expectation that what was observed does not meet. Only what was found is printed: what is expected may be a secret. Pure. */
export function unmetExpectations(
  expect: Expectation,
  observed: Present,
  outcome = "nothing is written",
): readonly string[] {
  const unmet: string[] = [];
  const differ = (name: string, wanted: string, found: string | undefined) => {
    if (wanted !== found) {
      unmet.push(
        `${name}: is not what ${observed.instanceId} has, which is ${found === undefined ? "none" : `"${found}"`}; correct the declaration, ${outcome}`,
      );
    }
  };
  if (expect.instanceName !== undefined) differ("expect.instanceName", expect.instanceName, observed.instanceName);
  if (expect.chargeType !== undefined) differ("expect.chargeType", expect.chargeType, observed.chargeType);
  for (const [key, value] of Object.entries(expect.tags ?? {}))
    differ(`expect.tags.${key}`, value, tagOf(observed.tags, key));
  return unmet;
}

/** A tag may be called `constructor`, which every object seems to have. */
function tagOf(tags: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(tags, key) ? tags[key] : undefined;
}

function namesTheMachine(expect: Expectation): boolean {
  return expect.instanceName !== undefined || Object.keys(expect.tags ?? {}).length > 0;
}

function toPaste(observed: Present): string {
  const tags = Object.entries(observed.tags).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const parts = [`instanceName: ${JSON.stringify(observed.instanceName)}`];
  if (tags.length > 0) parts.push(`tags: { ${tags.join(", ")} }`);
  return `{ ${parts.join(", ")} }`;
}

/** No instance with this id was ever seen by this resource. Pure. */
export function notFound({ instanceId, regionId, state }: Desired): string {
  const mayBeGone = state === "released" ? "; if it has been released already, take the resource out" : "";
  return `instanceId: ${instanceId} was not found in region ${regionId}; check the id, the region and the account${mayBeGone}`;
}
