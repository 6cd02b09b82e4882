import { hasReleaseTime } from "./has-release-time";
import { own } from "./plain-object";

/** The checks that hold back a release or a release time are on. Pure. */
export function switchedOffChecks(inputs: unknown): readonly string[] {
  if (!hasReleaseTime(inputs) || own(own(inputs, "release"), "ownedHere") !== true) return [];
  return [
    "release.ownedHere: switches off the check that keeps alicloud.ecs.Instance from buying the machine anew; leave it out, and take that resource out of the program instead",
  ];
}
