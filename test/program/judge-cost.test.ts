import { expect, it } from "vitest";
import { judge } from "../../provider/program/judge";
import { desired, nowMs, present } from "../support/builders";

it("each declaration is planned once, however many there are and however many limits count them", () => {
  let looks = 0;
  const all = Array.from({ length: 60 }, (_, index) => {
    const instanceId = `i-${index}`;
    const observed = present({ instanceId });
    // A plan can't be made without looking at the status.
    Object.defineProperty(observed, "status", {
      get: () => {
        looks += 1;
        return "running";
      },
    });
    const wish = desired({ instanceId, state: "stopped" });
    return { name: instanceId, desired: wish, observed, atMs: nowMs, accountId: undefined, instancesBehind: [] };
  });
  const { verdicts } = judge(all, [], () => undefined);
  expect(verdicts.every(({ heldIfNew }) => heldIfNew.length === 1)).toBe(true);
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThanOrEqual(60 * 10);
});

it("no declaration is looked at more often because there are more of them", () => {
  const readsPerEach = (count: number): number => {
    let reads = 0;
    const all = Array.from({ length: count }, (_, index) => {
      const instanceId = `i-${index}`;
      const wish = desired({ instanceId, state: "stopped" });
      const one = { name: instanceId, observed: present({ instanceId }), atMs: nowMs, accountId: undefined };
      const counted = { ...one, desired: wish, instancesBehind: [] };
      Object.defineProperty(counted, "desired", {
        get: () => {
          reads += 1;
          return wish;
        },
      });
      return counted;
    });
    const { verdicts } = judge(all, [], () => undefined);
    expect(verdicts).toHaveLength(count);
    return reads / count;
  };
  expect(readsPerEach(600)).toBeLessThanOrEqual(readsPerEach(60) + 1);
});
