import fc from "fast-check";
import { expect, test } from "vitest";
import { type Due, DueQueue } from "../../emulator/due-queue";

test("a release time that is set again and again takes the place of one", () => {
  const queue = new DueQueue();
  let most = 0;
  for (let index = 0; index < 20_000; index += 1) {
    queue.push({ atMs: 1_000_000 - index, id: `i-${index % 100}`, kind: "autoRelease" });
    most = Math.max(most, queue.size);
  }
  expect(most).toBeLessThanOrEqual(300);
  // Throwing out at every call would cost as much as all that wait.
  expect(most).toBeGreaterThan(150);
  const arrived: Due[] = [];
  for (let due = queue.popUntil(2_000_000); due !== undefined; due = queue.popUntil(2_000_000)) arrived.push(due);
  // The last hundred, earliest first.
  expect(arrived.map((due) => due.atMs)).toEqual(Array.from({ length: 100 }, (_, index) => 980_001 + index));
  expect(queue.size).toBe(0);
});

test("what is due comes in its order; of an instance's release times the latest set, of the rest all", () => {
  const step = fc.oneof(
    fc.record({
      push: fc.record({
        atMs: fc.nat({ max: 1000 }),
        id: fc.constantFrom("i-a", "i-b", "i-c"),
        kind: fc.constantFrom("autoRelease", "status", "vanish"),
      }),
    }),
    fc.record({ untilMs: fc.nat({ max: 1000 }) }),
    fc.record({ copied: fc.constant(true) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      let queue = new DueQueue();
      let waiting: Due[] = [];
      for (const each of steps) {
        if ("push" in each) {
          const due: Due = { ...each.push };
          const isReplaced = ({ id, kind }: Due): boolean =>
            due.kind === "autoRelease" && kind === due.kind && id === due.id;
          waiting = waiting.filter((other) => !isReplaced(other)).concat(due);
          queue.push(due);
        } else if ("copied" in each) {
          const before = queue;
          queue = queue.copy();
          // What becomes of the one is nothing to the other.
          while (before.popUntil(Number.POSITIVE_INFINITY) !== undefined);
        } else {
          const { untilMs } = each;
          const arrived: Due[] = [];
          for (let due = queue.popUntil(untilMs); due !== undefined; due = queue.popUntil(untilMs)) arrived.push(due);
          const times = arrived.map((due) => due.atMs);
          expect(times).toEqual(times.toSorted((left, right) => left - right));
          expect(new Set(arrived)).toEqual(new Set(waiting.filter((due) => due.atMs <= untilMs)));
          expect(arrived).toHaveLength(new Set(arrived).size);
          waiting = waiting.filter((due) => due.atMs > untilMs);
        }
      }
    }),
  );
});
