import { isReleaseDeclared } from "./has-release-time";
import { isWritten, own, plainObject } from "./plain-object";

/**
 * A release names its machine by something that a wrong id doesn't have. An account or a charge type are those of many machines.
 * Pure.
 */
export function unnamedRelease(inputs: unknown): readonly string[] {
  if (!isReleaseDeclared(inputs)) return [];
  const expect = own(inputs, "expect");
  const tags = Object.values(plainObject(own(expect, "tags")));
  if (isWritten(own(expect, "instanceName")) || tags.some((value) => typeof value === "string")) return [];
  return [
    "expect: does not name the machine although its release is declared; declare expect.instanceName or expect.tags",
  ];
}
