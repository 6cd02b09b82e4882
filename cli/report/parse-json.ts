import { UsageError } from "../usage-error";

export type Json = Readonly<Record<string, unknown>>;

/** The object that a text is. `option` and `from` name it in the error, `remedy` says how to make a right one. */
export function parseJson(text: string, option: string, from: string, remedy: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the text, and that may be anything.
    const what = text.trim() === "" ? "is empty" : "is not JSON, or only a part of it";
    throw new UsageError(`${option}: ${from} ${what}; ${remedy}`);
  }
  if (!isObject(value)) throw new UsageError(`${option}: ${from} is not a JSON object; ${remedy}`);
  return value;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectsIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textIn(object: Json, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}
