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
    [{ state: 5 }, 'state: must be "running" or "stopped" or "released", not a number; write one of them'],
    [{ drift: "ignore" }, 'drift: must be "correct" or "report", not "ignore"'],
    [{ timeouts: { start: "25h" } }, `timeouts.start: ${duration("1s", "24h", "10m")}, not "25h"`],
    [{ timeouts: { snapshot: "49h" } }, `timeouts.snapshot: ${duration("1m", "48h", "2h")}, not "49h"`],
    [{ autoReleaseAfter: "10m" }, `autoReleaseAfter: ${duration("31m", "1094d", "8h")}, not "10m"`],
    [{ stop: { forceAfter: "x" } }, `stop.forceAfter: ${duration("1s", "24h", "5m")}, not "x"`],
    [{ schedule: null }, "schedule: must be an object with a zone, and with running, cron or life"],
    [{ expect: { tags: "env=dev" } }, "expect.tags: must be an object of texts"],
    [{ expect: { tags: { env: 1 } } }, "expect.tags.env: must be a text, not a number; put it in quotes"],
    [{ expect: { accountId: "a12" } }, "expect.accountId: must be a text of digits"],
    [{ expect: { accountId: "12a" } }, "expect.accountId: must be a text of digits"],
    [{ stop: { moed: "x" } }, "stop.moed: is not an argument of stop; did you mean mode?"],
    [{ release: { forced: true } }, "release.forced: is not an argument of release; did you mean force?"],
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
      { stop: { gently: true } },
      "stop.gently: is not an argument of stop; there are: mode, force, forceAfter, hibernate, applyModeNow",
    ],
    [{ stop: { force: "true" } }, "stop.force: must be true or false, not a text; write it without quotes"],
    [{ stop: { force: null } }, "stop.force: must be true or false, not null"],
    [{ drift: null }, 'drift: must be "correct" or "report", not null'],
    [
      { autoReleaseAt: 20261224 },
      'autoReleaseAt: must be "never" or a time such as "2026-12-24T18:00:00+08:00" (RFC 3339), not a number; put it in quotes',
    ],
    [
      { autoReleaseAt: "2026-12-31T23:59:60Z" },
      'autoReleaseAt: "2026-12-31T23:59:60Z" is in a leap second, which the vendor\'s clock does not have; write :59',
    ],
    [
      { expect: { accountId: 1000000000000001 } },
      "expect.accountId: must be a text of digits, not a number; put it in quotes, or set it with `pulumi config set --type string`",
    ],
    [{ expect: { instanceName: true } }, "expect.instanceName: must be a text, not a boolean; put it in quotes"],
    [{ renew: 3 }, "renew: must be a text, not a number; put it in quotes"],
    [
      { autoReleaseAfter: "P1W" },
      `autoReleaseAfter: ${duration("31m", "1094d", "8h")}, not "P1W"; write days instead of weeks, such as 7d`,
    ],
    [
      { autoReleaseAfter: "P1M" },
      `autoReleaseAfter: ${duration("31m", "1094d", "8h")}, not "P1M"; write days instead, since months and years differ in length`,
    ],
    [
      { autoReleaseAfter: "1.5h" },
      `autoReleaseAfter: ${duration("31m", "1094d", "8h")}, not "1.5h"; write whole numbers, such as 1h30m`,
    ],
    [{ autoReleaseAfter: 8 }, `autoReleaseAfter: ${duration("31m", "1094d", "8h")}, not a number; put it in quotes`],
    [
      { renew: "1", state: unknownValue },
      "renew: counts autoReleaseAfter again, which is not declared; declare it, or take renew out",
    ],
  ])("%j", (args, failure) => {
    expect(failuresOf(args)).toEqual([failure]);
  });

  it("a name at the top that is none", () => {
    expect(failuresOf({ stat: "stopped" })).toEqual(["stat: is not an argument; did you mean state?"]);
    expect(failuresOf({ foo: "stopped" })).toEqual([
      expect.stringMatching(/^foo: is not an argument; there are: instanceId, regionId, state/),
    ]);
  });

  it("all unknown names at once, wherever they are written, and what else is wrong", () => {
    const args = { instanceID: "i-a", state: "stoped", autoReleaseAT: "x", stop: { mod: "x", forced: true } };
    expect(normalize({ ...args, __foo: 1, expect: { tag: {} }, timeouts: { strat: "1m" } }, regionId).failures).toEqual(
      [
        expect.stringMatching(/^instanceId: is required/),
        expect.stringMatching(/^state: .*, not "stoped"$/),
        "stop.mod: is not an argument of stop; did you mean mode?",
        "stop.forced: is not an argument of stop; did you mean force?",
        "expect.tag: is not an argument of expect; did you mean tags?",
        "timeouts.strat: is not an argument of timeouts; did you mean start?",
        "instanceID: is not an argument; did you mean instanceId?",
        "autoReleaseAT: is not an argument; did you mean autoReleaseAt?",
        expect.stringMatching(/^__foo: is not an argument; there are: /),
      ],
    );
  });

  it.each([
    [42, ", not a number; put it in quotes"],
    [null, ", not null"],
    [{ path: "x" }, ", not an object"],
    [["i-a"], ", not a list"],
    ["", "; it is empty"],
    [" i-bp1", "; it has a blank or line break at the beginning"],
    ["i-bp1\n", "; it has a blank or line break at the end"],
    ["i-bp 1", "; it has a blank or line break inside"],
    ["i-BP1", "; it has upper-case letters"],
    ["\u0456-bp1", "; it has a letter that only looks like one of a to z"],
    ["bp1", '; it does not begin with "i-"'],
    [`i-${"a".repeat(61)}`, "; it is too long"],
    ["i-bp_1", "; it has another character"],
  ])("an id that is %j", (id, says) => {
    const wanted = 'must be an instance id: "i-" followed by lower-case letters and digits';
    expect(failuresOf({ instanceId: id })).toEqual([`instanceId: ${wanted}${says}`]);
  });

  it.each(["http:web", "https:web", "automatic", "1web"])("a snapshot can't be called %s", (name) => {
    expect(failuresOf({ release: { snapshot: { name } } })).toEqual([
      "release.snapshot.name: must have 2 to 128 characters, begin with a letter, and not with auto",
    ]);
  });
});

it("a name that is none is wrong also while its value is not known", () => {
  expect(failuresOf({ stat: unknownValue, stop: { moed: unknownValue }, renewal: { at: unknownValue } })).toEqual([
    expect.stringMatching(/^stop\.moed: is not an argument of stop; did you mean mode\?/),
    expect.stringMatching(/^stat: is not an argument; did you mean state\?/),
    expect.stringMatching(/^renewal: is not an argument; /),
  ]);
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
