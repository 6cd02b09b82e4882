import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/core/model";
import { declaredReleaseTime, normalize, timedArguments } from "../../provider/core/normalize";
import { instanceId, regionId } from "../support/builders";

/** What is said of wrong arguments, word by word: it is all that the user has to go on. */

const failuresOf = (args: Record<string, unknown>) => normalize({ instanceId, regionId, ...args }).failures;

const duration = (from: string, to: string, example: string) =>
  `must be a duration from ${from} to ${to} such as "${example}" or ISO 8601`;

describe("a fault says what would be right", () => {
  it.each([
    [{ state: "stoped" }, 'state: must be "running" or "stopped" or "released", not "stoped"'],
    [{ state: 5 }, 'state: must be "running" or "stopped" or "released"'],
    [{ drift: "ignore" }, 'drift: must be "correct" or "report", not "ignore"'],
    [{ timeouts: { start: "25h" } }, `timeouts.start: ${duration("1s", "24h", "10m")}, not "25h"`],
    [{ timeouts: { snapshot: "49h" } }, `timeouts.snapshot: ${duration("1m", "48h", "2h")}, not "49h"`],
    [{ autoReleaseAfter: "10m" }, `autoReleaseAfter: ${duration("31m", "1094d", "8h")}, not "10m"`],
    [{ stop: { forceAfter: "x" } }, `stop.forceAfter: ${duration("1s", "24h", "5m")}, not "x"`],
    [{ schedule: null }, "schedule: must be an object with a zone, and with running, cron or life"],
    [{ expect: { tags: "env=dev" } }, "expect.tags: must be an object of texts"],
    [{ expect: { tags: { env: 1 } } }, "expect.tags.env: must be a text"],
    [{ expect: { accountId: "a12" } }, "expect.accountId: must be a text of digits"],
    [{ expect: { accountId: "12a" } }, "expect.accountId: must be a text of digits"],
    [
      { stop: { moed: "x" } },
      "stop.moed: is not an argument of stop; there are: mode, force, forceAfter, hibernate, applyModeNow",
    ],
    [
      { release: { forced: true } },
      "release.forced: is not an argument of release; there are: snapshot, force, deletionProtection, ownedHere",
    ],
    [
      { release: { snapshot: { days: 3 } } },
      "release.snapshot.days: is not an argument of release.snapshot; there are: retentionDays, name, tags",
    ],
    [
      { expect: { name: "web" } },
      "expect.name: is not an argument of expect; there are: instanceName, tags, chargeType, accountId",
    ],
    [
      { timeouts: { halt: "1m" } },
      "timeouts.halt: is not an argument of timeouts; there are: start, stop, release, snapshot",
    ],
    [
      { renew: "1", state: unknownValue },
      "renew: counts autoReleaseAfter again, which is not declared; declare it, or take renew out",
    ],
  ])("%j", (args, failure) => {
    expect(failuresOf(args)).toEqual([failure]);
  });

  it("a name at the top that is none", () => {
    expect(failuresOf({ stat: "stopped" })).toEqual([
      expect.stringMatching(/^stat: is not an argument; there are: instanceId, regionId, state/),
    ]);
  });

  it.each(["http:web", "https:web", "automatic", "1web"])("a snapshot can't be called %s", (name) => {
    expect(failuresOf({ release: { snapshot: { name } } })).toEqual([
      "release.snapshot.name: must have 2 to 128 characters, begin with a letter, and not with auto",
    ]);
  });
});

it.each(["cn-hangzhou", "ap-southeast-1", "cn-shanghai-finance-1"])("%s is a region", (region) => {
  expect(normalize({ instanceId, regionId: region }).failures).toEqual([]);
});

it("all of it unknown is no fault", () => {
  expect(normalize(unknownValue, regionId)).toEqual({ failures: [], unknown: [""], desired: undefined });
});

it("what state is made of, and nothing else", () => {
  const timed = {
    schedule: { zone: "UTC" },
    keepRunningUntil: "2026-12-24T18:00:00Z",
    holdUntil: "2026-12-25T18:00:00Z",
  };
  expect(timedArguments({ ...timed, state: "running" })).toEqual(timed);
  expect(Object.keys(timedArguments({ keepRunningUntil: undefined, state: "running" }))).toEqual([]);
});

it.each([undefined, 5, "never", "tomorrow"])("%j is no release time", (value) => {
  expect(declaredReleaseTime(value)).toBeUndefined();
});
