export type PlainObject = Readonly<Record<string, unknown>>;

/** What stands there if it is an object, or an empty one: a rule reads what people wrote, and some of it is nonsense. Pure. */
export function plainObject(value: unknown): PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as PlainObject) : {};
}

/**
 * An own property; `constructor` and the like are names that a tag may have. Pure.
 * Not by `Object.hasOwn`: the engine compiles a pack where the program is, with a library of types that is older.
 */
export function own(value: unknown, key: string): unknown {
  const object = plainObject(value);
  return Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
}

/** Whether something is written there: a text that isn't blank. Pure. */
export function isWritten(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
