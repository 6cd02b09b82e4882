/** What a model says of a value, without the SDK's own notation. */
export type Shape =
  | { kind: "string" | "number" | "boolean" }
  | { kind: "array"; of: Shape }
  | { kind: "map"; of: Shape }
  | { kind: "object"; fields: ReadonlyMap<string, Shape> };

/** A class of the vendor's SDK: members by their names in TypeScript, with the names on the wire and the types beside them. */
export interface Model {
  names(): Record<string, string>;
  types(): Record<string, unknown>;
}

/** The members of a model by their names on the wire. Pure. */
export function fieldsOf(model: Model): ReadonlyMap<string, Shape> {
  const types = model.types();
  return new Map(Object.entries(model.names()).map(([name, wireName]) => [wireName, shapeOf(types[name])]));
}

export function objectShape(fields: Record<string, Shape>): Shape & { kind: "object" } {
  return { kind: "object", fields: new Map(Object.entries(fields)) };
}

export const string: Shape = { kind: "string" };

function shapeOf(type: unknown): Shape {
  if (type === "string" || type === "number" || type === "boolean") return { kind: type };
  if (isModel(type)) return { kind: "object", fields: fieldsOf(type) };
  const { type: kind, itemType, valueType } = type as { type?: unknown; itemType?: unknown; valueType?: unknown };
  if (kind === "array") return { kind, of: shapeOf(itemType) };
  if (kind === "map") return { kind, of: shapeOf(valueType) };
  throw new Error(`A type that the SDK didn't have before: ${JSON.stringify(type)}`);
}

function isModel(type: unknown): type is Model {
  return typeof type === "function" && "names" in type && "types" in type;
}
