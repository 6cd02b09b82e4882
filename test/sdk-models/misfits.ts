import type { Shape } from "./shape";

/** What of a body the model doesn't know or calls something else: paths with what is wrong. Empty when it fits. Pure. */
export function misfits(value: unknown, shape: Shape, path = ""): string[] {
  const wrong = (what: string) => [`${path === "" ? "the body" : path}: ${what}`];
  switch (shape.kind) {
    case "string":
      return typeof value === "string" ? [] : wrong(`${JSON.stringify(value)} is no string`);
    case "boolean":
      return typeof value === "boolean" ? [] : wrong(`${JSON.stringify(value)} is no boolean`);
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) return wrong(`${JSON.stringify(value)} is no number`);
      return Number.isInteger(value) || fractions.has(path) ? [] : wrong(`${value} is no integer`);
    case "array":
      if (!Array.isArray(value)) return wrong(`${JSON.stringify(value)} is no list`);
      return value.flatMap((item: unknown) => misfits(item, shape.of, `${path}[]`));
    case "map":
    case "object": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("no object");
      return Object.entries(value).flatMap(([name, inner]) => {
        const at = path === "" ? name : `${path}.${name}`;
        const known = shape.kind === "map" ? shape.of : shape.fields.get(name);
        if (known === undefined) return [`${at}: the SDK's model has no such member`];
        const faults = misfits(inner, known, at);
        return typeof inner === "string" ? faults.concat(wrongTime(at, name, inner)) : faults;
      });
    }
  }
}

/** The only numbers that may have a fraction. */
const fractions = new Set(["Instances.Instance[].SpotPriceLimit", "TradePrice"]);

const byTheMinute = /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/;
const byTheSecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** DescribeInstances and a disk's expiry go by the minute, everything else by the second; empty is "not set". */
function wrongTime(path: string, name: string, text: string): string[] {
  if (!/(Time|^Expiration)$/.test(name) || text === "") return [];
  const form = path.startsWith("Instances.") || path === "Disks.Disk[].ExpiredTime" ? byTheMinute : byTheSecond;
  return form.test(text) && !Number.isNaN(Date.parse(text)) ? [] : [`${path}: ${text} is no time of its form`];
}
