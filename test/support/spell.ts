import type { Step } from "../../provider/core/model";

/** Steps read aloud: a verb is a call, "…x" waits until it is x, "!" is by force, "~" hibernates, ">5s" forces after that. */
export function spell(steps: readonly Step[]): string {
  return steps.map(spellStep).join(" ");
}

function spellStep(step: Step): string {
  switch (step.kind) {
    case "await":
      return `…${step.until}`;
    case "release":
      return step.force ? "release!" : "release";
    case "stop": {
      const after = step.forceAfterMs === undefined ? "" : `>${step.forceAfterMs / 1_000}s`;
      return `stop${step.force ? "!" : ""}${step.hibernate ? "~" : ""}${after}`;
    }
    case "setReleaseTime":
      return step.postpones ? "postpone" : "time";
    case "cancelReleaseTime":
      return "cancel";
    case "snapshot":
      return `save(${step.diskId})`;
    case "liftProtection":
      return "lift";
    default:
      return step.kind;
  }
}
