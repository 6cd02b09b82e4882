import { createRequire } from "node:module";
import fc from "fast-check";
import { actionSpecs } from "../emulator/parameter-specs";
import type { Model } from "./shape";
import { hostile, numbers, sensible } from "./values";

type Constructed = Model & (new (members: Record<string, unknown>) => object);

const ecs = createRequire(__filename)("@alicloud/ecs20140526") as Record<string, unknown>;

/** Requests as a program writes them: objects of the SDK's own classes, with the types that these ask for. */
export function typedRequestsOf(action: string): fc.Arbitrary<object> {
  const model = ecs[`${action}Request`];
  if (!isConstructed(model)) throw new Error(`The vendor's SDK has no ${action}Request.`);
  const spec = actionSpecs.find((each) => each.action === action);
  const wanted = Object.entries(spec?.params ?? {}).flatMap(([name, each]) =>
    each.required === true ? [name.split(".")[0] ?? name] : [],
  );
  return objectOf(action, "", model, wanted);
}

function objectOf(action: string, path: string, model: Constructed, wanted: readonly string[]): fc.Arbitrary<object> {
  const types = model.types();
  const members = Object.entries(model.names()).map(([name, wireName]) => ({
    name,
    wireName,
    value: memberOf(action, path === "" ? wireName : `${path}.${wireName}`, types[name], wanted.includes(wireName)),
  }));
  const needs = members.filter(({ wireName }) => wanted.includes(wireName));
  const others = members.filter(({ wireName }) => !wanted.includes(wireName));
  const named = ({ name, value }: (typeof members)[number]) => value.map((each): [string, unknown] => [name, each]);
  const some = others.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...others.map(named)), { maxLength: 3 });
  return fc
    .tuple(fc.tuple(...needs.map((need) => fc.option(named(need), { freq: 20 }))), some)
    .map(([first, more]) => new model(Object.fromEntries([...first.filter((each) => each !== null), ...more])));
}

function memberOf(action: string, path: string, type: unknown, isWanted: boolean): fc.Arbitrary<unknown> {
  if (isConstructed(type)) return objectOf(action, path, type, []);
  if (type === "boolean") return fc.boolean();
  if (type === "number") {
    return fc.oneof(fc.constantFrom(...numbers.map(Number)), fc.constantFrom(1.5, -1, Number.MAX_SAFE_INTEGER));
  }
  if (type === "string") {
    const meant = sensible(action, path.replace(/\.\d+/g, ".1"));
    return fc.oneof(
      { arbitrary: fc.constantFrom(...(meant.length > 0 ? meant : ["ab"])), weight: isWanted ? 30 : 5 },
      { arbitrary: hostile, weight: 1 },
    );
  }
  const { itemType } = type as { itemType: unknown };
  return fc.array(memberOf(action, `${path}.1`, itemType, isWanted), { minLength: 1, maxLength: 3 });
}

function isConstructed(type: unknown): type is Constructed {
  return typeof type === "function" && "names" in type && "types" in type;
}
