import { describe, expect, it } from "vitest";
import { faultOfZone } from "../../../provider/core/schedule/zone";

/** Etc/GMT-14 to Etc/GMT+12, which is all that the IANA database has. */
const signed = Array.from({ length: 27 }, (_, n) => n - 14).map((n) => `Etc/GMT${n < 0 ? "" : "+"}${n}`);

describe("the name of a zone", () => {
  it.each([
    ...[
      "EST",
      "MST",
      "HST",
      "est",
      "GMT",
      "GMT0",
      "GMT+0",
      "GMT-0",
      "Greenwich",
      "Etc/GMT",
      "Etc/GMT0",
      "Etc/Greenwich",
    ],
    ...signed,
    ...["etc/gmt+8", "SystemV/EST5", "SystemV/HST10"],
  ])("%s is no place: refused, with the name of one", (name) => {
    expect(faultOfZone(name)).toMatch(/^must be a place such as America\/New_York .*never follows summer time$/);
  });

  it.each([
    "UTC",
    "Etc/UTC",
    "UCT",
    "Etc/UCT",
    "Zulu",
    "Etc/Zulu",
    "Universal",
    "Etc/Universal",
  ])("%s means what it says", (name) => expect(faultOfZone(name)).toBeUndefined());

  it.each([
    "EST5EDT",
    "CET",
    "WET",
    "PRC",
    "Japan",
    "Singapore",
    "Hongkong",
    "Iceland",
  ])("%s follows the rules of a place", (name) => expect(faultOfZone(name)).toBeUndefined());

  it("every place that this Node knows is one, also where the clocks never change", () => {
    const places = Intl.supportedValuesOf("timeZone");
    expect(places.length).toBeGreaterThan(400);
    expect(places).toContain("Asia/Shanghai");
    expect(places.filter((name) => faultOfZone(name) !== undefined)).toEqual([]);
  });
});
