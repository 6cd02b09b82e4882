import { describe, expect, it } from "vitest";
import { isInShare } from "../../lab/explore/in-share";
import { bugs } from "../../lab/planted/bugs";
import { sampled } from "../../lab/sampled";
import { baseScenarios } from "../../lab/scenarios/base-scenarios";

const seeds = Array.from({ length: 200 }, (_, index) => 1 + index * 4_999);

describe("npm run lab -- --sample", () => {
  it("draws the same from the same seed, and something else from another", () => {
    expect(sampled(7)).toEqual(sampled(7));
    expect(sampled(8)).not.toEqual(sampled(7));
  });

  it("always draws a handful of the planted bugs, some scenarios and a load", () => {
    for (const seed of seeds) {
      const { scenarios, load, bugs: drawn } = sampled(seed);
      expect(drawn.length).toBeGreaterThanOrEqual(3);
      expect(drawn.length).toBeLessThanOrEqual(9);
      expect(scenarios.length).toBeGreaterThan(15);
      expect(load).toBeDefined();
    }
  });

  it("leaves nothing out for ever: enough seeds draw each scenario, each bug and each tuple", () => {
    const drawn = seeds.map(sampled);
    expect(new Set(drawn.flatMap((one) => one.scenarios)).size).toBe(baseScenarios.length);
    expect(new Set(drawn.flatMap((one) => one.bugs)).size).toBe(bugs.length);
    const places = Array.from({ length: 100 }, (_, place) => place);
    const never = places.filter(
      (place) => !Array.from({ length: 1_000 }, (_, n) => n).some((draw) => isInShare(0.01, place, draw)),
    );
    expect(never).toEqual([]);
  });
});
