import type { Desired, LifecycleState, Observed, Plan, Present, Recorded, ReleasedBy, Step } from "./model";
import { isProtective } from "./model";
import { refusalsOf } from "./refusals";
import { releaseWindow } from "./release-time";

/**
 * What has to be done to get from what is there to what is declared, each step with its reason.
 * Pure: `nowMs` is the server's clock; it executes nothing and looks nothing up.
 */
export function plan(desired: Desired, observed: Observed, recorded: Recorded | undefined, nowMs: number): Plan {
  if (observed.presence === "absent") return planWithoutInstance(desired, recorded, nowMs);
  const timer = planReleaseTime(desired, observed, nowMs);
  const power = planPower(desired, observed);
  // Protective changes of the release time come before anything that takes time, dangerous ones after all else.
  const steps = [...timer.steps.filter(isProtective), ...power, ...timer.steps.filter((step) => !isProtective(step))];
  return {
    steps,
    refusals: refusalsOf(desired, observed, recorded, steps, nowMs),
    warnings: [...timer.warnings, ...modeWarnings(desired, observed)],
  };
}

/** Why an absent instance is no surprise, or undefined when it is one. Pure. */
export function explainAbsence(
  desired: Desired,
  recorded: Recorded | undefined,
  nowMs: number,
): ReleasedBy | undefined {
  if (recorded?.releasedBy === "declaration" || recorded?.releasedBy === "timer") return recorded.releasedBy;
  const times = [desired.releaseTime.kind === "at" ? desired.releaseTime.at : undefined, recorded?.declaredReleaseTime];
  if (times.some((time) => time !== undefined && releaseWindow(time, nowMs) === "passed")) return "timer";
  if (recorded?.releaseAccepted === true) return "declaration";
  return desired.state === "released" ? recorded?.releasedBy : undefined;
}

function planWithoutInstance(desired: Desired, recorded: Recorded | undefined, nowMs: number): Plan {
  const id = desired.instanceId;
  const nothing = { steps: [], refusals: [], warnings: [] };
  const explained = explainAbsence(desired, recorded, nowMs);
  if (desired.state === "released" || explained === "timer") return nothing;
  if (desired.state === undefined) {
    return { ...nothing, warnings: [`${id} is gone; nothing is managed any more, so take the resource out`] };
  }
  const seen = recorded?.lastSeenAt === undefined ? "" : `, last seen ${recorded.lastSeenAt}`;
  const gone =
    explained === "declaration"
      ? `${id} was released by declaration${recorded?.releasedAt === undefined ? "" : ` at ${recorded.releasedAt}`} and can't come back`
      : `${id} is gone from ${desired.regionId}${seen}, and nothing declared here released it`;
  return { ...nothing, refusals: [`state: ${desired.state} can't be met: ${gone}; ${howToGoOn}`] };
}

const howToGoOn = 'declare state: "released", or take the resource out (that calls nothing)';

function planReleaseTime(
  desired: Desired,
  observed: Present,
  nowMs: number,
): { readonly steps: readonly Step[]; readonly warnings: readonly string[] } {
  const { releaseTime } = desired;
  const inForce = observed.releaseTime;
  switch (releaseTime.kind) {
    case "unmanaged":
      return {
        steps: [],
        warnings:
          desired.state === "released" || inForce === undefined ? [] : [foreignTime(observed.instanceId, inForce)],
      };
    case "never":
    case "withdrawn": {
      if (inForce === undefined) return { steps: [], warnings: [] };
      const because =
        releaseTime.kind === "never"
          ? `autoReleaseAt is declared never, and ${inForce} is set`
          : `autoReleaseAt was declared and no longer is, and ${inForce} is set`;
      return { steps: [{ kind: "cancelReleaseTime", because }], warnings: [] };
    }
    case "at": {
      const at = releaseTime.at;
      if (inForce === at) return { steps: [], warnings: [] };
      const window = releaseWindow(at, nowMs);
      if (window === "passed") {
        return {
          steps: [],
          warnings: [
            `autoReleaseAt: ${at} has passed and ${observed.instanceId} is still there; declare a new time or never`,
          ],
        };
      }
      const postpones = inForce !== undefined && inForce < at && window === "open";
      const now = inForce === undefined ? "none is set" : `${inForce} is set`;
      return {
        steps: [{ kind: "setReleaseTime", at, postpones, because: `autoReleaseAt is declared ${at}, and ${now}` }],
        warnings: [],
      };
    }
  }
}

function foreignTime(instanceId: string, inForce: string): string {
  return `autoReleaseAt: ${instanceId} will be released at ${inForce}, which is not declared here and left alone; declare it, or declare never to cancel it`;
}

function planPower(desired: Desired, observed: Present): readonly Step[] {
  const { state } = desired;
  if (state === undefined) return [];
  const because = `declared ${state}, observed ${observed.status}`;
  switch (state) {
    case "running":
      return planRunning(observed, because);
    case "stopped":
      return planStopped(desired, observed, because);
    case "released":
      return planReleased(desired, observed, because);
  }
}

function planRunning(observed: Present, because: string): readonly Step[] {
  const start: readonly Step[] = [{ kind: "start", because }, waitFor("running", because)];
  switch (observed.status) {
    case "stopped":
      return start;
    case "starting":
    case "pending":
      return [waitFor("running", because)];
    case "stopping":
      return [waitFor("stopped", because), ...start];
    default:
      return [];
  }
}

function planStopped(desired: Desired, observed: Present, because: string): readonly Step[] {
  const stop: readonly Step[] = [{ kind: "stop", ...desired.stop, because }, waitFor("stopped", because)];
  switch (observed.status) {
    case "running":
      return stop;
    case "starting":
    case "pending":
      return [waitFor("running", because), ...stop];
    case "stopping":
      return [waitFor("stopped", because)];
    default:
      return [];
  }
}

function planReleased(desired: Desired, observed: Present, because: string): readonly Step[] {
  const { force } = desired.release;
  const release: readonly Step[] = [{ kind: "release", force, because }, waitFor("gone", because)];
  // KeepCharging: capacity given back in the moment before a release would save nothing and could only confuse.
  const stop: Step = { kind: "stop", mode: "KeepCharging", force: desired.stop.force, because };
  const gently = [stop, waitFor("stopped", because), ...release];
  switch (observed.status) {
    case "running":
      return force ? release : gently;
    case "stopped":
      return release;
    case "starting":
    case "pending":
      // DeleteInstance refuses these two even with Force.
      return [waitFor("running", because), ...(force ? release : gently)];
    case "stopping":
      return [waitFor("stopped", because), ...release];
    default:
      return [];
  }
}

function waitFor(until: "running" | "stopped" | "gone", because: string): Step {
  return { kind: "await", until, because };
}

function modeWarnings(desired: Desired, observed: Present): readonly string[] {
  const declared: LifecycleState | undefined = desired.state;
  if (declared !== "stopped" || observed.status !== "stopped") return [];
  const mode = observed.stoppedMode;
  if (mode === desired.stop.mode || mode === "Not-applicable" || mode === "") return [];
  return [
    `stop.mode: ${observed.instanceId} is stopped with ${mode}, declared is ${desired.stop.mode}; ECS can't change the mode of a stopped instance, so it takes effect at the next stop`,
  ];
}
