import fc from "fast-check";
import { actionSpecs } from "../emulator/parameter-specs";
import type { ModelledAction } from "./modelled-actions";
import type { Shape } from "./shape";
import { booleans, hostile, numbers, sensible, sizes } from "./values";

type Entry = readonly [name: string, value: string];

/** Requests of one call as they come over the wire: flat names, text values. Most are nearly right; few are right. */
export function requestsOf(modelled: ModelledAction): fc.Arbitrary<Record<string, string>> {
  const { action, request } = modelled;
  const spec = actionSpecs.find((each) => each.action === action);
  const wanted = new Set(
    Object.entries(spec?.params ?? {}).flatMap(([name, each]) => (each.required === true ? [topOf(name)] : [])),
  );
  const succeeding = Object.entries(spec?.success ?? {});
  const tabled = new Set(Object.keys(spec?.params ?? {}).map(topOf));
  const of = (name: string, shape: Shape, isWanted: boolean) => entriesOf(action, name, shape, isWanted);

  const needed = [...request].filter(([name]) => wanted.has(name));
  const others = [...request].filter(([name]) => !wanted.has(name));
  const needs = needed.map(([name, shape]) => fc.option(of(name, shape, true), { freq: 25, nil: [] as Entry[] }));
  const some =
    others.length === 0
      ? fc.constant([])
      : fc.array(
          fc.oneof(
            ...others.map(([name, shape]) => ({
              arbitrary: of(name, shape, false),
              // Of the hundred parameters of some calls, those that decide come more often.
              weight: tabled.has(name) ? 4 : 1,
            })),
          ),
          { maxLength: 4 },
        );
  const extras = fc.array(extraOf([...request.keys()]), { maxLength: 2 });
  return fc
    .tuple(
      fc.tuple(...needs),
      fc.option(fc.constant(succeeding), { freq: 2, nil: [] as Entry[] }),
      some,
      // These two decide a lot, and would hardly come up among a hundred others.
      oftener(request, "DryRun", "true"),
      oftener(request, "ClientToken", "t"),
      fc.option(extras, { freq: 1, nil: [] as Entry[] }),
    )
    .map(([first, success, more, ...few]) => paramsOf([...first.flat(), ...success, ...more.flat(), ...few.flat()]));
}

function oftener(request: ModelledAction["request"], name: string, value: string): fc.Arbitrary<Entry[]> {
  if (!request.has(name)) return fc.constant([]);
  return fc.integer({ min: 1, max: 8 }).map((drawn): Entry[] => (drawn === 8 ? [[name, value]] : []));
}

/** The later value counts where a name comes twice; a parameter may be called __proto__. */
export function paramsOf(entries: readonly Entry[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of entries) {
    Object.defineProperty(params, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return params;
}

function topOf(name: string): string {
  return name.split(".")[0] ?? name;
}

function entriesOf(action: string, path: string, shape: Shape, isWanted: boolean): fc.Arbitrary<Entry[]> {
  switch (shape.kind) {
    case "string":
    case "number":
    case "boolean":
      return valueOf(action, path, shape.kind, isWanted).map((value) => [[path, value]]);
    case "object": {
      const members = [...shape.fields].map(([name, inner]) => entriesOf(action, `${path}.${name}`, inner, false));
      return fc.array(fc.oneof(...members), { minLength: 1, maxLength: 3 }).map((lists) => lists.flat());
    }
    case "map":
      return valueOf(action, path, "string", false).map((value) => [[`${path}.key`, value]]);
    case "array":
      return listOf(action, path, shape.of, isWanted);
  }
}

function listOf(action: string, path: string, of: Shape, isWanted: boolean): fc.Arbitrary<Entry[]> {
  const item = (index: string): fc.Arbitrary<Entry[]> =>
    of.kind === "object"
      ? fc
          .tuple(...[...of.fields].map(([name, inner]) => entriesOf(action, `${path}.${index}.${name}`, inner, true)))
          .map((lists) => lists.flat())
      : entriesOf(action, `${path}.${index}`, of, isWanted);
  const several = (indexes: readonly string[]) => fc.tuple(...indexes.map(item)).map((lists) => lists.flat());
  const upTo = (length: number) => Array.from({ length }, (_, index) => String(index + 1));
  return fc.oneof(
    { arbitrary: several(["1"]), weight: isWanted ? 25 : 4 },
    { arbitrary: fc.integer({ min: 2, max: 4 }).chain((length) => several(upTo(length))), weight: isWanted ? 15 : 4 },
    // With gaps, and not in order.
    {
      arbitrary: fc
        .uniqueArray(fc.integer({ min: 1, max: 200 }).map(String), { minLength: 1, maxLength: 4 })
        .chain(several),
      weight: 3,
    },
    { arbitrary: several(["1"]).map((entries) => [...entries, ...again(entries)]), weight: 2 },
    { arbitrary: fc.constantFrom(...sizes).map((length) => many(path, of, length)), weight: 3 },
    { arbitrary: fc.constantFrom("0", "01", "x", "-1", "1.5", "", "1x", "9".repeat(20)).chain(item), weight: 1 },
    { arbitrary: valueOf(action, path, "string", false).map((value): Entry[] => [[path, value]]), weight: 1 },
  );
}

/** The same values once more, as number 2. */
function again(entries: readonly Entry[]): Entry[] {
  return entries.map(([name, value]) => [name.replace(".1", ".2"), value]);
}

function many(path: string, of: Shape, length: number): Entry[] {
  return Array.from({ length }, (_, index) => index + 1).flatMap((index): Entry[] =>
    of.kind === "object"
      ? [...of.fields.keys()].map((name): Entry => [`${path}.${index}.${name}`, `v${index}`])
      : [[`${path}.${index}`, `i-n${index}`]],
  );
}

function valueOf(
  action: string,
  path: string,
  kind: "string" | "number" | "boolean",
  isWanted: boolean,
): fc.Arbitrary<string> {
  const meant = sensible(action, path.replace(/\.\d+/g, ".1"));
  const good = meant.length > 0 ? meant : kind === "boolean" ? booleans : kind === "number" ? numbers : ["ab"];
  const boundary = kind === "boolean" ? booleans : kind === "number" ? numbers : ["a", "ab", "a".repeat(128)];
  return fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: isWanted ? 40 : 10 },
    { arbitrary: fc.constantFrom(...boundary), weight: isWanted ? 1 : 3 },
    { arbitrary: hostile, weight: 2 },
  );
}

/** Names that the vendor doesn't know, and known ones in another version. */
function extraOf(names: readonly string[]): fc.Arbitrary<Entry> {
  const unknown = fc.constantFrom("Nonsense", "__proto__", "constructor", "toString", "", " ", "Tag.x", "Tag.", ".1");
  const versions = [
    (name: string) => `${name}.1`,
    (name: string) => `${name}s`,
    (name: string) => name.toLowerCase(),
    (name: string) => `${name} `,
  ];
  const otherwise =
    names.length === 0
      ? unknown
      : fc.tuple(fc.constantFrom(...names), fc.constantFrom(...versions)).map(([name, version]) => version(name));
  return fc.tuple(fc.oneof(unknown, otherwise), fc.oneof(fc.constantFrom("1", "true", "i-run"), hostile));
}
