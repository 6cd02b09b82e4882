import { isWritten, own } from "./plain-object";

/** Whether these inputs of an InstanceLifecycle declare an end: a release time, a time to live, a last stage, or a release. Pure. */
export function hasReleaseTime(inputs: unknown): boolean {
  const at = own(inputs, "autoReleaseAt");
  return (isWritten(at) && at !== "never") || isWritten(own(inputs, "autoReleaseAfter")) || isReleaseDeclared(inputs);
}

/** Whether they declare a release, now or as the last stage of a schedule's life. Pure. */
export function isReleaseDeclared(inputs: unknown): boolean {
  const life = own(own(inputs, "schedule"), "life");
  return own(inputs, "state") === "released" || isWritten(own(life, "releaseAfter"));
}
