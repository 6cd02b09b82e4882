import { expect, it } from "vitest";
import { minutesFromNow, nowMs, present, regionId } from "../support/builders";
import { type Properties, registered, stage } from "../support/stage";

const args = { autoReleaseAfter: "31m" };

/** The check's inputs of a first run, and the failures of a second one that finds this time in force. */
function checkedAgain(inForce: string, minutesLater: number) {
  const on = stage();
  const first = on.lifecycle.check({}, registered(args, { dryRun: false, seen: present() }));
  expect(first.failures).toEqual([]);
  const atMs = nowMs + minutesLater * 60_000;
  const run = { dryRun: false, regionId, atMs, seen: present({ releaseTime: inForce }) };
  return on.lifecycle.check(first.inputs, registered(args, run)).failures.map(({ reason }) => reason);
}

it.each([
  { reason: "as the check counted", inForce: minutesFromNow(31), minutesLater: 2 },
  { reason: "a minute later: create had to wait", inForce: minutesFromNow(32), minutesLater: 3 },
  { reason: "much later: it stood in line", inForce: minutesFromNow(50), minutesLater: 25 },
])("the end of a time to live that create counted itself is not refused for what the check remembers: $reason", ({
  inForce,
  minutesLater,
}) => {
  expect(checkedAgain(inForce, minutesLater)).toEqual([]);
});

it("a time in force that create can't have set is a difference, and once the end is remembered, what it would take is judged", () => {
  const on = stage();
  const first = on.lifecycle.check({}, registered(args, { dryRun: false, seen: present() }));
  const checked = (olds: Properties, inForce: string, minutesLater: number) => {
    const atMs = nowMs + minutesLater * 60_000;
    const run = { dryRun: false, regionId, atMs, seen: present({ releaseTime: inForce }) };
    return on.lifecycle.check(olds, registered(args, run));
  };
  const second = checked(first.inputs, minutesFromNow(31), 1);
  const third = checked(second.inputs, minutesFromNow(300), 3);
  expect(third.failures.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^autoReleaseAfter: .* less than 30/),
  ]);
});
