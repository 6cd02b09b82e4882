import { describe, expect, it } from "vitest";
import { Alike, atPlace } from "../../provider/core/alike";

describe("what many have in common", () => {
  it("stands in one place, and what differs in another", () => {
    const alike = new Alike();
    const places = [{ a: 1 }, { a: 2 }, { a: 1 }, { a: "1" }, { a: null }].map((facts) => alike.placeOf(facts));
    expect(places).toEqual([0, 1, 0, 2, 3]);
    expect(alike.all).toEqual([{ a: 1 }, { a: 2 }, { a: "1" }, { a: null }]);
  });

  it("may hold long texts, which are told apart to their last letter", () => {
    const alike = new Alike();
    const long = "x".repeat(10_000);
    const places = [`${long}a`, `${long}b`, `${long}a`].map((text) => alike.placeOf({ held: [text] }));
    expect(places).toEqual([0, 1, 0]);
  });

  it.each([0, "0"])("a long text is not taken for the short %j", (short) => {
    const alike = new Alike();
    expect(alike.placeOf({ of: "x".repeat(300) })).not.toBe(alike.placeOf({ of: short }));
  });
});

describe("a place", () => {
  it.each([undefined, null, -1, 1, 0.5, "0", "length", {}])("that is none (%j) holds nothing", (place) => {
    expect(atPlace([{ a: 1 }], place)).toEqual({});
  });

  it.each([
    undefined,
    null,
    "text",
    {},
    [undefined],
    [null],
    ["text"],
  ])("of what is no list of facts (%j) neither", (all) => {
    expect(atPlace(all, 0)).toEqual({});
  });

  it("holds what was put there", () => {
    const alike = new Alike();
    const place = alike.placeOf({ a: [1] });
    expect(atPlace(alike.all, place)).toEqual({ a: [1] });
  });
});
