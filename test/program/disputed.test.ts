import { expect, it } from "vitest";
import { type Counted, Guards } from "../../provider/program/guards";
import { absent, desired, nowMs, present } from "../support/builders";

const ids = [1, 2, 3, 4, 5, 6].map((n) => `i-bp1fleet${n}`);

function fleet(observed: readonly Counted["observed"][]): readonly Counted[] {
  return observed.map((one, index) => {
    const instanceId = ids[index] ?? "";
    const state = index === 0 ? ("released" as const) : undefined;
    return { desired: { ...desired({ state }), instanceId }, observed: one, atMs: nowMs };
  });
}

const rows: readonly (readonly [string, readonly Counted["observed"][], boolean])[] = [
  ["three of six are missing", [present(), present(), present(), absent, absent, absent], true],
  ["of one that is missing the calls disagree", [present(), present(), present(), absent, absent, undefined], true],
  ["of all three the calls disagree", [present(), present(), present(), undefined, undefined, undefined], true],
  ["two are missing", [present(), present(), present(), present(), absent, absent], false],
  ["of one the calls disagree", [present(), present(), present(), present(), absent, undefined], false],
];

it.each(rows)("%s", (_reason, observed, isDistrusted) => {
  const all = fleet(observed);
  const [released] = all;
  if (released === undefined) throw new Error("there is no fleet");
  expect(new Guards(all, () => undefined).distrust(released)).toEqual(
    isDistrusted ? [expect.stringMatching(/^state: 3 of 6 /)] : [],
  );
});

it("another region that could not be looked at at all says nothing of this one", () => {
  const all = fleet([present(), present(), present(), undefined, undefined, undefined]).map((one) =>
    one.observed === undefined ? { ...one, desired: { ...one.desired, regionId: "cn-beijing" } } : one,
  );
  const [released] = all;
  if (released === undefined) throw new Error("there is no fleet");
  expect(new Guards(all, () => undefined).distrust(released)).toEqual([]);
});
