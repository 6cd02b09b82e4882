import type { Desired, Present, Write } from "../core/model";
import { failedSnapshots, snapshotTag } from "../core/snapshots";
import { callName } from "../core/steps";
import type { EcsPort, Precondition, Receipt } from "../ecs/port";

type Single = Exclude<Write, { readonly kind: "start" | "stop" }>;

/**
 * One write of a plan → one call in its turn, or its share of one. `observed` is the look that the plan rests on. Undefined
 * where the precondition doesn't hold any more, and nothing was sent.
 */
export async function send(
  ecs: EcsPort,
  step: Write,
  desired: Desired,
  observed: Present,
  precondition: Precondition,
): Promise<Receipt | undefined> {
  const id = desired.instanceId;
  switch (step.kind) {
    case "start":
      return await ecs.start(id, precondition);
    case "stop":
      return await ecs.stop(id, { mode: step.mode, force: step.force, hibernate: step.hibernate }, precondition);
    default:
      return await ecs.inTurn(callName(step), async () =>
        (await precondition()) ? await sendSingle(ecs, step, desired, observed) : undefined,
      );
  }
}

function sendSingle(ecs: EcsPort, step: Single, desired: Desired, observed: Present): Promise<Receipt> {
  const id = desired.instanceId;
  switch (step.kind) {
    case "snapshot":
      return ecs.createSnapshot(step.diskId, {
        clientToken: snapshotToken(step.diskId, observed),
        name: desired.release.snapshot?.name,
        retentionDays: desired.release.snapshot?.retentionDays,
        tags: { ...desired.release.snapshot?.tags, [snapshotTag]: id },
      });
    case "liftProtection":
      return ecs.setDeletionProtection(id, false);
    case "release":
      return ecs.release(id, { force: step.force });
    case "setReleaseTime":
      return ecs.setReleaseTime(id, step.at);
    case "cancelReleaseTime":
      return ecs.cancelReleaseTime(id);
  }
}

/**
 * The same for every repetition, also by a later run, as long as the machine was not started in between and no snapshot has
 * failed: so that neither a lost answer nor a kill can make a second one.
 */
function snapshotToken(diskId: string, observed: Present): string {
  const started = observed.startedAt.replaceAll(/\D/g, "");
  return `lifecycle-${diskId}-${started}-${failedSnapshots(diskId, observed)}`.slice(0, 64);
}
