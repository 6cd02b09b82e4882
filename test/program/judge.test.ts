import { describe, expect, it } from "vitest";
import { type Declared, judge } from "../../provider/program/judge";
import { absent, minutesFromNow, present, type Wish } from "../support/builders";
import { declared, many, settingsOf } from "../support/declarations";

/** Both kinds of reasons together: what is refused at all, and what is held back as long as it acts. */
function judged(all: readonly Declared[], earlier: readonly Declared[], limit: string | undefined) {
  const { verdicts, limits } = judge(all, earlier, settingsOf({ "lifecycle:maxReleases": limit }));
  return { refused: verdicts.map(({ refused, held }) => [...refused, ...held]), limits };
}

const releasing = (id: string, wish: Wish = {}) => declared(id, { wish: { state: "released", ...wish } });
/** Which declarations are refused, by id. */
function refusedIds(all: readonly Declared[], earlier: readonly Declared[] = [], limit?: string): readonly string[] {
  const { refused } = judged(all, earlier, limit);
  expect(refused).toHaveLength(all.length);
  return all.filter((_, index) => (refused[index] ?? []).length > 0).map(({ desired: { instanceId } }) => instanceId);
}

describe("the same id twice", () => {
  it("both are refused, each with the other's name", () => {
    const { refused } = judged(
      [declared("i-a", { name: "one" }), declared("i-b"), declared("i-a", { name: "two" })],
      [],
      undefined,
    );
    expect(refused[0]).toEqual([expect.stringMatching(/^instanceId: i-a .*two/)]);
    expect(refused[1]).toEqual([]);
    expect(refused[2]).toEqual([expect.stringMatching(/^instanceId: i-a .*one/)]);
  });

  it("also when the first was judged earlier in this run", () => {
    expect(refusedIds([declared("i-a", { name: "late" })], [declared("i-a", { name: "early" })])).toEqual(["i-a"]);
  });

  it("all others are named", () => {
    const { refused } = judged(
      ["one", "two", "three"].map((name) => declared("i-a", { name })),
      [],
      undefined,
    );
    expect(refused[0]).toEqual([expect.stringContaining("also by two, three;")]);
  });

  it("also under the same name in two components", () => {
    const { refused } = judged([declared("i-a", { name: "same" }), declared("i-a", { name: "same" })], [], undefined);
    for (const reasons of refused)
      expect(reasons).toEqual([expect.stringContaining("i-a is declared more than once, also by same;")]);
  });

  it("is another machine in another region", () => {
    expect(refusedIds([declared("i-a", { wish: { regionId: "cn-beijing" } }), declared("i-a")])).toEqual([]);
  });
});

describe("an Instance resource of the same program", () => {
  it.each([
    { reason: "released", wish: { state: "released" }, argument: "state" },
    {
      reason: "a release time",
      wish: { releaseTime: { kind: "at", at: minutesFromNow(60) } },
      argument: "autoReleaseAt",
    },
    {
      reason: "a release time and running",
      wish: { state: "running", releaseTime: { kind: "at", at: minutesFromNow(60) } },
      argument: "autoReleaseAt",
    },
    { reason: "running", wish: { state: "running" }, argument: undefined },
    { reason: "stopped", wish: { state: "stopped" }, argument: undefined },
    { reason: "never", wish: { releaseTime: { kind: "never" } }, argument: undefined },
    { reason: "nothing managed", wish: {}, argument: undefined },
  ] as const)("$reason: refused by $argument", ({ wish, argument }) => {
    const [reasons = []] = judged([declared("i-a", { wish, instancesBehind: ["web"] })], [], undefined).refused;
    if (argument === undefined) {
      expect(reasons).toEqual([]);
    } else {
      expect(reasons).toEqual([expect.stringMatching(new RegExp(`^${argument}: `))]);
      expect(reasons[0]).toContain('new alicloud.ecs.Instance("web"');
      expect(reasons[0]).toMatch(/refresh/);
    }
    expect(judged([declared("i-a", { wish })], [], undefined).refused).toEqual([[]]);
  });
});

describe("the account", () => {
  it.each([
    { reason: "another one", accountId: "2", expected: "1", refused: true },
    { reason: "the expected one", accountId: "1", expected: "1", refused: false },
    { reason: "none expected", accountId: "2", expected: undefined, refused: false },
    { reason: "not known which", accountId: undefined, expected: "1", refused: false },
  ])("$reason: refused $refused", ({ accountId, expected, refused }) => {
    const one = declared("i-a", { accountId, wish: { expect: expected === undefined ? {} : { accountId: expected } } });
    const [reasons = []] = judged([one], [], undefined).refused;
    expect(reasons).toEqual(
      refused ? [expect.stringMatching(/^expect\.accountId: .*which is 2; nothing is called for i-a/)] : [],
    );
  });
});

describe("lifecycle:maxReleases", () => {
  const rows: readonly {
    readonly reason: string;
    readonly limit: string | undefined;
    readonly releases: number;
    readonly others: number;
    readonly refused: boolean;
  }[] = [
    { reason: "the default is 1", limit: undefined, releases: 1, others: 0, refused: false },
    { reason: "the default is 1", limit: undefined, releases: 2, others: 50, refused: true },
    { reason: "0 is never", limit: "0", releases: 1, others: 0, refused: true },
    { reason: "a number", limit: "3", releases: 3, others: 0, refused: false },
    { reason: "a number", limit: "3", releases: 4, others: 9, refused: true },
    { reason: "spaces are no matter", limit: " 3 ", releases: 3, others: 0, refused: false },
    { reason: "a percentage", limit: "20%", releases: 2, others: 8, refused: false },
    { reason: "a percentage", limit: "20%", releases: 3, others: 7, refused: true },
    { reason: "a percentage is rounded to the stricter side", limit: "50%", releases: 2, others: 1, refused: true },
    { reason: "100 %", limit: "100%", releases: 5, others: 0, refused: false },
    { reason: "0 %", limit: "0%", releases: 1, others: 9, refused: true },
    { reason: "more than all", limit: "101%", releases: 1, others: 0, refused: true },
    { reason: "negative", limit: "-1", releases: 1, others: 0, refused: true },
    { reason: "half an instance", limit: "1.5", releases: 1, others: 0, refused: true },
    { reason: "not a number", limit: "all", releases: 1, others: 0, refused: true },
    { reason: "empty", limit: "", releases: 1, others: 0, refused: true },
    { reason: "endless", limit: "Infinity", releases: 1, others: 0, refused: true },
    { reason: "exponent", limit: "1e9", releases: 1, others: 0, refused: true },
    { reason: "other digits", limit: "９", releases: 1, others: 0, refused: true },
  ];

  it.each(rows)("$reason: $limit, $releases of $releases + $others: refused $refused", ({
    limit,
    releases,
    others,
    refused,
  }) => {
    const due = many("due", releases, { state: "released" });
    const rest = many("rest", others, { state: "stopped" });
    // All or none, and nobody but who releases.
    expect(refusedIds([...rest, ...due], [], limit)).toEqual(refused ? due.map((one) => one.desired.instanceId) : []);
  });

  it("one refusal names them all, the limit, and the line that raises it", () => {
    const { refused } = judged([releasing("i-a"), releasing("i-b"), releasing("i-c")], [], "2");
    for (const reasons of refused) {
      expect(reasons).toHaveLength(1);
      for (const part of ["i-a", "i-b", "i-c", "lifecycle:maxReleases", "pulumi config set lifecycle:maxReleases 3"])
        expect(reasons[0]).toContain(part);
    }
  });

  it("a malformed limit says what is right", () => {
    const { refused } = judged([releasing("i-a")], [], "all");
    expect(refused[0]).toEqual([expect.stringMatching(/lifecycle:maxReleases.*number.*percentage/)]);
  });

  it.each([
    { reason: "gone already", one: declared("i-gone", { wish: { state: "released" }, seen: absent }) },
    {
      reason: "a status from which nothing is called",
      one: declared("i-odd", {
        wish: { state: "released" },
        seen: present({ instanceId: "i-odd", status: "Quarantined" }),
      }),
    },
    {
      reason: "not looked at, so refused by itself",
      one: declared("i-dark", { wish: { state: "released" }, seen: undefined }),
    },
    { reason: "only stopped", one: declared("i-stop", { wish: { state: "stopped" } }) },
  ])("what would not be released is not counted: $reason", ({ one }) => {
    expect(refusedIds([one, releasing("i-a")], [], "1")).toEqual([]);
  });

  it("every way to release counts, by force and from any status", () => {
    for (const status of ["running", "stopped", "starting", "pending", "stopping"]) {
      const one = declared("i-b", {
        wish: { state: "released", release: { force: true } },
        seen: present({ instanceId: "i-b", status }),
      });
      expect(refusedIds([releasing("i-a"), one])).toEqual(["i-a", "i-b"]);
    }
  });

  it("a percentage is one of what is declared in that account and region", () => {
    const here = [...many("h", 8), ...Array.from({ length: 2 }, (_, index) => releasing(`i-due${index}`))];
    const there = many("t", 10, { regionId: "cn-beijing" });
    expect(refusedIds([...here, ...there], [], "10%")).toEqual(["i-due0", "i-due1"]);
  });

  it("later layers of the program count on top of the earlier ones", () => {
    expect(refusedIds([releasing("i-late")], [releasing("i-early")], "1")).toEqual(["i-late"]);
    expect(refusedIds([releasing("i-late")], [releasing("i-early")], "2")).toEqual([]);
    expect(
      refusedIds(
        [declared("i-late", { wish: { state: "stopped" } })],
        [releasing("i-early"), releasing("i-early2")],
        "1",
      ),
    ).toEqual([]);
  });

  it("hands on the resolved number, 0 when it can't be resolved", () => {
    expect(judged([releasing("i-a")], [], undefined).limits.maxReleases).toBe(1);
    expect(judged(many("a", 10), [], "25%").limits.maxReleases).toBe(2);
    expect(judged([], [], "nonsense").limits.maxReleases).toBe(0);
    expect(judged(many("a", 3), [], "nonsense").limits.maxReleases).toBe(0);
    expect(judged(many("a", 3), [], "101%").limits.maxReleases).toBe(0);
    expect(judged(many("a", 10), [], "3").limits.maxReleases).toBe(3);
    // The provider counts over all regions, and each is rounded down on its own.
    const regions = ["cn-beijing", "cn-shanghai"].flatMap((regionId) => many(regionId, 10, { regionId }));
    expect(judged(regions, [], "25%").limits.maxReleases).toBe(4);
    expect(judged(regions, many("early", 10), "25%").limits.maxReleases).toBe(6);
  });
});

describe("what is held back", () => {
  const time: Wish = { releaseTime: { kind: "at", at: minutesFromNow(60) } };
  it.each([
    { reason: "the same id twice", all: [declared("i-a"), declared("i-a")], everything: true },
    {
      reason: "another account",
      all: [declared("i-a", { accountId: "2", wish: { expect: { accountId: "1" } } })],
      everything: true,
    },
    {
      reason: "an owner in this program",
      all: [declared("i-a", { wish: time, instancesBehind: ["web"] })],
      everything: false,
    },
    { reason: "too many releases", all: [releasing("i-a"), releasing("i-b")], everything: false },
  ])("$reason: cancelling and postponing, too: $everything", ({ all, everything }) => {
    for (const { refused, held } of judge(all, [], settingsOf({})).verdicts) {
      expect(refused.length > 0).toBe(everything);
      expect(held.length > 0).toBe(!everything);
    }
  });
});
