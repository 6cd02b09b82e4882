import { unknownValue } from "../../provider/core/model";
import { printable } from "./printable";

/** Under this key Pulumi's state has what a special value is; in our resources that is a secret, encrypted or in clear. */
const markerKey = "4dabf18193072939515e22adb298388d";
/** What a preview for machines has in a secret's place. */
const previewedSecret = "[secret]";

/** Why a value can't be shown. */
export type Hidden = "secret" | "not known yet";

/** Whether anything in a value is hidden, at any depth; what is in clear beside its marker is hidden all the same. Pure. */
export function hiddenIn(value: unknown): Hidden | undefined {
  if (value === previewedSecret) return "secret";
  if (value === unknownValue) return "not known yet";
  if (typeof value !== "object" || value === null) return undefined;
  if (markerKey in value) return "secret";
  const found = Object.values(value).map(hiddenIn);
  return found.find((hidden) => hidden === "secret") ?? found.find((hidden) => hidden !== undefined);
}

/** A value as a text to show; undefined where there is none, and where it is no text. Pure. */
export function shown(value: unknown): string | undefined {
  const hidden = hiddenIn(value);
  if (hidden !== undefined) return hidden;
  return typeof value === "string" && value !== "" ? printable(value) : undefined;
}
