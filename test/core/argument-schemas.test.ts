import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  declaredList,
  declaredObject,
  instanceIdPattern,
  partOf,
  readable,
  text,
} from "../../provider/core/argument-schemas";

function faults(schema: v.GenericSchema, value: unknown): readonly string[] {
  const { issues = [] } = v.safeParse(schema, value, { abortPipeEarly: true });
  return issues.map((issue) => `${v.getDotPath(issue) ?? "-"}: ${issue.message}`);
}

describe("an object", () => {
  const stop = declaredObject("stop", { mode: v.optional(text), force: v.optional(v.boolean()) });

  it("takes what it knows", () => {
    expect(faults(stop, {})).toEqual([]);
    expect(faults(stop, { mode: "KeepCharging", force: true })).toEqual([]);
  });

  it("names what it does not know, and what there is", () => {
    expect(faults(stop, { moed: 1 })).toEqual(["moed: is not an argument of stop; did you mean mode?"]);
    expect(faults(stop, { x: 1 })).toEqual(["x: is not an argument of stop; there are: mode, force"]);
    expect(faults(declaredObject("", { state: v.optional(text) }), { State: 1 })).toEqual([
      "State: is not an argument; did you mean state?",
    ]);
  });

  it("names all of them, beside whatever else is wrong", () => {
    expect(faults(stop, { moed: 1, force: "yes", forced: true, constructor: 1, toString: 1 })).toEqual([
      expect.stringMatching(/^force: /),
      "moed: is not an argument of stop; did you mean mode?",
      "forced: is not an argument of stop; did you mean force?",
      "constructor: is not an argument of stop; there are: mode, force",
      "toString: is not an argument of stop; there are: mode, force",
    ]);
  });

  it("says what it would hold where there is none", () => {
    expect(faults(stop, "gently")).toEqual(["-: must be an object with mode, force"]);
  });
});

describe("a list", () => {
  const dates = declaredList(v.string("must be a date"), 'dates such as "2026-12-25"');

  it("takes one and more", () => {
    expect(faults(dates, ["2026-12-25"])).toEqual([]);
  });

  it("must not be empty, nor anything else", () => {
    expect(faults(dates, [])).toEqual(['-: must have at least one of dates such as "2026-12-25"; or leave it out']);
    expect(faults(dates, "2026-12-25")).toEqual(['-: must be a list of dates such as "2026-12-25"']);
    expect(faults(dates, [1])).toEqual(["0: must be a date"]);
  });
});

describe("a text that something has to read", () => {
  const even = readable((one) => one.length % 2 === 0, "must be even");

  it("is taken, or echoed with what would be right", () => {
    expect(faults(even, "even")).toEqual([]);
    expect(faults(even, "odd")).toEqual(['-: must be even, not "odd"']);
    expect(faults(even, 4)).toEqual(["-: must be even, not a number; put it in quotes"]);
  });
});

it("a text must not be empty", () => {
  expect(faults(text, "a")).toEqual([]);
  expect(faults(text, "")).toEqual(["-: must not be empty; leave it out instead"]);
  expect(faults(text, 1)).toEqual(["-: must be a text, not a number; put it in quotes"]);
});

it.each([
  ["i-a", true],
  [`i-${"a".repeat(60)}`, true],
  [`i-${"a".repeat(61)}`, false],
  ["i-", false],
  ["i-A", false],
  ["xi-a", false],
  ["i-a b", false],
])("%s is an instance id: %s", (id, isOne) => {
  expect(instanceIdPattern.test(id)).toBe(isOne);
});

describe("what is written under a name", () => {
  it("is itself where it is an object", () => {
    expect(partOf({ since: "2026-11-24" })).toEqual({ since: "2026-11-24" });
  });

  it.each([undefined, null, "ab", 7, true, ["a"], [{ since: 1 }]])("says nothing where it is %j", (value) => {
    expect(partOf(value)).toEqual({});
  });
});
