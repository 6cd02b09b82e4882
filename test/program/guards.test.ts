import { describe, expect, it } from "vitest";
import { parseLimit } from "../../provider/program/limits";
import { judge } from "../../provider/program/judge";
import { absent, disk, minutesFromNow, plainSnapshot, present, type Wish } from "../support/builders";
import { declared, many, settingsOf, soon } from "../support/declarations";

const eightHoursMs = 8 * 3_600_000;
const eight = minutesFromNow(8 * 60);

type Declared = ReturnType<typeof declared>;
type Texts = Readonly<Record<string, string | undefined>>;

/** Which ids are held back, by the reason that is asked for. */
function heldIds(all: readonly Declared[], settings: Texts = {}, earlier: readonly Declared[] = []): readonly string[] {
  const { verdicts } = judge(all, earlier, settingsOf(settings));
  expect(verdicts).toHaveLength(all.length);
  for (const { refused } of verdicts) expect(refused).toEqual([]);
  return all.filter((_, index) => (verdicts[index]?.held ?? []).length > 0).map(({ desired }) => desired.instanceId);
}

function idsOf(all: readonly Declared[]): readonly string[] {
  return all.map(({ desired }) => desired.instanceId);
}

/** Every limit by its key: how it is declared, and what its default is. */
const limits: readonly {
  readonly key: string;
  readonly wish: Wish;
  readonly other: Wish;
  readonly byDefault: number | undefined;
  readonly argument: RegExp;
  /** Declared so, it could come under the limit as soon as somebody looks. */
  readonly mayCount: readonly Wish[];
  readonly mayNot: readonly Wish[];
  /** What three of them are. */
  readonly three: string;
}[] = [
  {
    key: "lifecycle:maxReleases",
    wish: { state: "released", release: { force: true } },
    other: { state: "stopped" },
    byDefault: 1,
    argument: /^state: /,
    mayCount: [{ state: "released" }],
    mayNot: [{ state: "stopped" }, { state: "running" }, { releaseTime: { kind: "at", at: eight } }, {}],
    three: "3 instances are due for release",
  },
  {
    key: "lifecycle:maxReleaseTimes",
    wish: { releaseTime: { kind: "at", at: eight } },
    other: { state: "stopped" },
    byDefault: 10,
    argument: /^autoReleaseAt: /,
    mayCount: [
      { releaseTime: { kind: "at", at: eight } },
      { releaseTime: { kind: "after", afterMs: eightHoursMs, renew: undefined } },
    ],
    mayNot: [{ releaseTime: { kind: "never" } }, { releaseTime: { kind: "withdrawn" } }, { state: "stopped" }, {}],
    three: "3 new or earlier release times are due",
  },
  {
    key: "lifecycle:maxStops",
    wish: { state: "stopped" },
    other: { releaseTime: { kind: "at", at: eight } },
    byDefault: undefined,
    argument: /^state: /,
    // A release stops first.
    mayCount: [{ state: "stopped" }, { state: "released" }],
    mayNot: [{ state: "running" }, { releaseTime: { kind: "at", at: eight } }, {}],
    three: "3 instances are due to be stopped",
  },
];

describe.each(limits)("$key", ({ key, wish, other, byDefault, argument, mayCount, mayNot, three }) => {
  const rows: readonly (readonly [string | undefined, number, number, boolean])[] = [
    ["0", 1, 0, true],
    ["1", 1, 0, false],
    ["1", 2, 0, true],
    ["3", 3, 0, false],
    ["3", 4, 9, true],
    [" 3 ", 3, 0, false],
    ["20%", 2, 8, false],
    ["20%", 3, 7, true],
    ["20 %", 2, 8, false],
    [" 20% ", 2, 8, false],
    ["50%", 2, 1, true],
    ["100%", 4, 0, false],
    ["0%", 1, 9, true],
    // Malformed fails closed.
    ["101%", 1, 0, true],
    ["-1", 1, 0, true],
    ["-5%", 1, 99, true],
    ["1.5", 1, 0, true],
    ["all", 1, 0, true],
    ["", 1, 0, true],
    ["%", 1, 0, true],
    ["Infinity", 1, 0, true],
    ["1e9", 1, 0, true],
    ["0x10", 1, 0, true],
    ["+3", 1, 0, true],
    ["3,5", 1, 0, true],
    ["９", 1, 0, true],
    ["null", 1, 0, true],
    ["[3]", 1, 0, true],
    ["9999999999999999999999", 1, 0, true],
  ];

  it.each(rows)("%j, %d of %d more: held %s, all or none", (limit, due, rest, held) => {
    const counted = many("due", due, wish);
    // Enough room for the other guards, so that this one alone speaks.
    const room = { "lifecycle:maxReleases": "99", "lifecycle:maxReleaseTimes": "99" };
    const all = [...many("rest", rest, other), ...counted];
    expect(heldIds(all, { ...room, [key]: limit })).toEqual(held ? idsOf(counted) : []);
  });

  it(`by default ${byDefault ?? "unlimited"}`, () => {
    const most = byDefault ?? 200;
    expect(heldIds(many("due", most, wish))).toEqual([]);
    const over = many("due", most + 1, wish);
    expect(heldIds(over)).toEqual(byDefault === undefined ? [] : idsOf(over));
    if (byDefault === undefined) return;
    // The limit that nobody has written is said, too.
    const [verdict] = judge(over, [], settingsOf({})).verdicts;
    expect(verdict?.held).toEqual([expect.stringContaining(` and ${key} is ${byDefault}, so none is: i-due0, `)]);
  });

  it("one refusal names all that count, the limit, and the line that raises it", () => {
    const all = [...many("due", 3, wish), ...many("rest", 2, other)];
    const { verdicts } = judge(all, [], settingsOf({ [key]: "2" }));
    for (const { held } of verdicts.slice(0, 3)) {
      const [reason] = held.filter((text) => text.includes(key));
      expect(reason).toMatch(argument);
      expect(reason).toContain(`: ${three} and ${key} is 2, so none is: i-due0, i-due1, i-due2; `);
      expect(reason).toContain(`pulumi config set ${key} 3`);
      expect(reason).not.toContain("i-rest");
    }
  });

  it("what would not be done is not counted, and what could not be looked at is not, either", () => {
    const quiet = [
      declared("i-gone", { wish: { ...wish, state: "released" }, seen: absent }),
      declared("i-dark", { wish, seen: undefined }),
      declared("i-odd", { wish: { state: "released" }, seen: present({ instanceId: "i-odd", status: "Quarantined" }) }),
    ];
    expect(heldIds([...quiet, ...many("due", 1, wish)], { [key]: "1" })).toEqual([]);
  });

  it("the default is one of the whole program, whatever the regions", () => {
    const most = byDefault ?? 200;
    const over = [...many("due", most, wish), ...many("away", 1, { ...wish, regionId: "cn-beijing" })];
    expect(heldIds(over)).toEqual(byDefault === undefined ? [] : idsOf(over));
  });

  it("a wrong limit holds back also what could not be looked at", () => {
    expect(heldIds([declared("i-dark", { wish, seen: undefined })], { [key]: "nonsense" })).toEqual(["i-dark"]);
  });

  it("a wrong limit holds back nothing that it can't be about", () => {
    for (const [wishes, held] of [
      [mayCount, true],
      [mayNot, false],
    ] as const)
      for (const one of wishes) {
        const dark = declared("i-dark", { wish: one, seen: undefined });
        const { verdicts } = judge([dark], [], settingsOf({ [key]: "nonsense" }));
        expect(verdicts[0]?.held, JSON.stringify(one)).toEqual(
          held ? [expect.stringMatching(new RegExp(`^${key}: must be a whole number(?!.*nonsense)`))] : [],
        );
      }
  });

  it("ids that become known late count together with the earlier ones", () => {
    const earlier = many("early", 2, wish);
    expect(heldIds(many("late", 1, wish), { [key]: "2" }, earlier)).toEqual(["i-late0"]);
    expect(heldIds(many("late", 1, wish), { [key]: "3" }, earlier)).toEqual([]);
    expect(heldIds(many("late", 1, other), { [key]: "1" }, earlier)).toEqual([]);
  });

  it("a percentage is one of what is declared in the same region, a number one of the whole program", () => {
    const here = [...many("due", 2, wish), ...many("rest", 8, other)];
    const there = many("there", 30, { ...other, regionId: "cn-beijing" });
    const room = { "lifecycle:maxReleaseTimes": "99", "lifecycle:maxReleases": "99" };
    expect(heldIds([...here, ...there], { ...room, [key]: "10%" })).toEqual(["i-due0", "i-due1"]);
    const both = [...many("due", 1, wish), ...many("away", 1, { ...wish, regionId: "cn-beijing" })];
    expect(heldIds(both, { ...room, [key]: "1" })).toEqual(["i-due0", "i-away0"]);
  });
});

describe("what counts as a new or earlier release time", () => {
  const after = (afterMs = eightHoursMs): Wish => ({ releaseTime: { kind: "after", afterMs, renew: undefined } });
  const at = (time: string): Wish => ({ releaseTime: { kind: "at", at: time } });
  const rows: readonly (readonly [string, Wish, string | undefined, boolean])[] = [
    ["new", at(eight), undefined, true],
    ["earlier", at(soon), eight, true],
    ["later", at(eight), soon, false],
    ["equal", at(eight), eight, false],
    ["passed", at(minutesFromNow(-5)), undefined, false],
    ["never", { releaseTime: { kind: "never" } }, eight, false],
    ["withdrawn", { releaseTime: { kind: "withdrawn" } }, eight, false],
    ["not managed", {}, eight, false],
    ["a time to live, none in force", after(), undefined, true],
    ["a time to live, an earlier one in force: kept, or fixed before", after(), soon, false],
    ["a time to live, the same in force", after(), eight, false],
    ["a time to live, a later one in force", after(3_600_000), eight, true],
  ];

  it.each(rows)("%s", (_reason, wish, releaseTime, counts) => {
    const seen = present({ instanceId: "i-a", releaseTime });
    const one = declared("i-a", { wish, seen });
    expect(heldIds([one], { "lifecycle:maxReleaseTimes": "0" })).toEqual(counts ? ["i-a"] : []);
  });
});

describe("what counts as a stop", () => {
  const rows: readonly (readonly [string, Wish, Parameters<typeof present>[0], boolean])[] = [
    ["stopped, running", { state: "stopped" }, {}, true],
    ["stopped, starting", { state: "stopped" }, { status: "starting" }, true],
    ["stopped, stopping by itself", { state: "stopped" }, { status: "stopping" }, false],
    ["stopped already", { state: "stopped" }, { status: "stopped" }, false],
    ["before a release", { state: "released" }, {}, true],
    ["a release by force", { state: "released", release: { force: true } }, {}, false],
    ["a release of a stopped one", { state: "released" }, { status: "stopped" }, false],
    ["a release with snapshots", { state: "released", release: { snapshot: plainSnapshot } }, {}, true],
    [
      "the cycle of applyModeNow",
      { state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } },
      { status: "stopped", stoppedMode: "KeepCharging" },
      true,
    ],
    ["running", { state: "running" }, {}, false],
    ["nothing managed", {}, {}, false],
  ];

  it.each(rows)("%s", (_reason, wish, seen, counts) => {
    const one = declared("i-a", { wish, seen: present({ instanceId: "i-a", ...seen }) });
    expect(heldIds([one], { "lifecycle:maxStops": "0" })).toEqual(counts ? ["i-a"] : []);
  });
});

describe("a first adoption that stops", () => {
  const rows: readonly (readonly [number, number, boolean])[] = [
    [1, 0, false],
    [5, 0, false],
    [6, 0, true],
    [5, 100, false],
    [6, 17, true],
    [6, 18, false],
    [25, 75, false],
    [26, 74, true],
    [26, 78, false],
  ];

  it.each(rows)("%d stops and %d others: held if new: %s", (stops, others, held) => {
    const all = [...many("stop", stops, { state: "stopped" }), ...many("rest", others, { state: "running" })];
    const { verdicts } = judge(all, [], settingsOf({}));
    const ifNew = all.filter((_, index) => (verdicts[index]?.heldIfNew ?? []).length > 0);
    expect(idsOf(ifNew)).toEqual(held ? idsOf(all.slice(0, stops)) : []);
    // Whoever is known already stops as always.
    expect(heldIds(all)).toEqual([]);
    if (held) {
      const reason = verdicts[0]?.heldIfNew[0];
      expect(reason).toMatch(/^state: /);
      const most = Math.max(5, Math.floor((stops + others) / 4));
      expect(reason).toContain(`: ${stops} instances are due to be stopped, more than ${most} `);
      expect(reason).toContain(`pulumi config set lifecycle:maxStops ${stops}`);
    }
  });

  it("a limit that was set takes its place", () => {
    const all = many("stop", 10, { state: "stopped" });
    for (const limit of ["10", "100%"]) {
      const { verdicts } = judge(all, [], settingsOf({ "lifecycle:maxStops": limit }));
      for (const { held, heldIfNew } of verdicts) expect([...held, ...heldIfNew]).toEqual([]);
    }
    expect(heldIds(all, { "lifecycle:maxStops": "9" })).toHaveLength(10);
  });

  it("counts what was judged earlier in the run", () => {
    const earlier = many("early", 5, { state: "stopped" });
    const { verdicts } = judge(many("late", 1, { state: "stopped" }), earlier, settingsOf({}));
    expect(verdicts[0]?.heldIfNew).toHaveLength(1);
  });
});

describe("half or more missing without explanation", () => {
  const releasing = () => declared("i-due", { wish: { state: "released" } });
  const missing = (count: number, wish: Wish = { state: "running" }, prefix = "missing") =>
    Array.from({ length: count }, (_, n) => declared(`i-${prefix}${n}`, { wish, seen: absent }));
  const there = (count: number) => many("there", count, { state: "running" });

  const rows: readonly (readonly [number, number, boolean])[] = [
    // With the one that is due for release: 4, 5, 6, … that were looked at.
    [3, 0, false],
    [2, 2, false],
    [3, 1, true],
    [4, 0, true],
    [2, 3, false],
    [3, 2, true],
    [3, 3, false],
    [4, 3, true],
    [49, 50, false],
    [50, 49, true],
  ];

  it.each(rows)("%d missing, %d there and one to release: held %s", (absentCount, thereCount, held) => {
    const all = [...missing(absentCount), ...there(thereCount), releasing()];
    expect(heldIds(all)).toEqual(held ? ["i-due"] : []);
  });

  it.each([
    ["a new release time", { releaseTime: { kind: "at", at: eight } }, true],
    ["a time to live", { releaseTime: { kind: "after", afterMs: eightHoursMs, renew: undefined } }, true],
    ["never", { releaseTime: { kind: "never" } }, false],
    ["a stop", { state: "stopped" }, false],
    ["a start", { state: "running" }, false],
  ] as const)("%s: held %s", (_reason, wish, held) => {
    const seen = present({
      instanceId: "i-x",
      releaseTime: "releaseTime" in wish && wish.releaseTime.kind === "never" ? eight : undefined,
    });
    expect(heldIds([...missing(5), declared("i-x", { wish, seen })])).toEqual(held ? ["i-x"] : []);
  });

  it("postponing is never held", () => {
    const seen = present({ instanceId: "i-x", releaseTime: soon });
    expect(
      heldIds([...missing(5), declared("i-x", { wish: { releaseTime: { kind: "at", at: eight } }, seen })]),
    ).toEqual([]);
  });

  const explained: readonly (readonly [string, Wish])[] = [
    ["declared released", { state: "released" }],
    ["after a declared time that has passed", { releaseTime: { kind: "at", at: minutesFromNow(-5) } }],
    ["at a declared time that is this very minute", { releaseTime: { kind: "at", at: minutesFromNow(0) } }],
    [
      "running, after a declared time that has passed",
      { state: "running", releaseTime: { kind: "at", at: minutesFromNow(-5) } },
    ],
  ];

  it.each(explained)("explained: %s", (_reason, wish) => {
    expect(heldIds([...missing(9, wish), releasing()])).toEqual([]);
    // Some explained do not outweigh the others.
    expect(heldIds([...missing(2, wish, "explained"), ...missing(5), releasing()])).toEqual(["i-due"]);
  });

  it("a declared time to come explains nothing", () => {
    expect(heldIds([...missing(5, { releaseTime: { kind: "at", at: eight } }), releasing()])).toEqual(["i-due"]);
  });

  const toLive: Wish = { releaseTime: { kind: "after", afterMs: eightHoursMs, renew: undefined } };

  it("gone with a time to live is neither there nor missing: when that ended, the program can't know", () => {
    expect(heldIds([...missing(9, toLive), releasing()])).toEqual([]);
    expect(heldIds([...missing(9, toLive, "ended"), ...missing(3), releasing()])).toEqual([]);
    expect(heldIds([...missing(9, toLive, "ended"), ...missing(4), releasing()])).toEqual(["i-due"]);
  });

  it("there with a time to live is there", () => {
    // 9 were looked at and 4 are missing; without those with a time to live it would be 4 of 5.
    const living = Array.from({ length: 4 }, (_, n) =>
      declared(`i-living${n}`, { wish: toLive, seen: present({ instanceId: `i-living${n}`, releaseTime: soon }) }),
    );
    expect(heldIds([...missing(4), ...living, releasing()])).toEqual([]);
  });

  it("a time to live that could not be looked at is no matter", () => {
    const dark = Array.from({ length: 20 }, (_, n) => declared(`i-dark${n}`, { wish: toLive, seen: undefined }));
    expect(heldIds([...dark, ...missing(3), releasing()])).toEqual([]);
  });

  it("where two calls disagree about a machine, it speaks for no observer", () => {
    const doubtful = Array.from({ length: 4 }, (_, n) => declared(`i-doubtful${n}`, { wish: {}, seen: undefined }));
    expect(heldIds([...doubtful, releasing()])).toEqual(["i-due"]);
  });

  it("a region that could not be looked at is neither there nor missing", () => {
    const dark = Array.from({ length: 20 }, (_, n) =>
      declared(`i-dark${n}`, { wish: { regionId: "cn-beijing" }, seen: undefined }),
    );
    expect(heldIds([...dark, ...missing(3), releasing()])).toEqual([]);
    expect(heldIds([...dark, ...missing(4), releasing()])).toEqual(["i-due"]);
  });

  it("earlier layers of the run count", () => {
    expect(heldIds([releasing()], {}, missing(5))).toEqual(["i-due"]);
  });

  it("says how many, and what to look at", () => {
    const { verdicts } = judge([...missing(5), releasing()], [], settingsOf({}));
    expect(verdicts[5]?.held.join()).toMatch(/5 of 6 .*region.*account.*rights/);
  });
});

describe("an Instance resource of the same program", () => {
  it.each([
    ["a time to live", { releaseTime: { kind: "after", afterMs: eightHoursMs, renew: undefined } }, "autoReleaseAfter"],
    ["a release time", { releaseTime: { kind: "at", at: eight } }, "autoReleaseAt"],
    ["released", { state: "released" }, "state"],
  ] as const)("%s: held by the argument that was written, unless release.ownedHere", (_reason, wish, argument) => {
    const one = (ownedHere: boolean) => [
      declared("i-a", { wish: { ...wish, release: { ownedHere } }, instancesBehind: ["web"] }),
    ];
    const { verdicts } = judge(one(false), [], settingsOf({}));
    expect(verdicts[0]?.held).toEqual([expect.stringMatching(new RegExp(`^${argument}: .*"web".*ownedHere`))]);
    expect(judge(one(true), [], settingsOf({})).verdicts[0]?.held).toEqual([]);
  });

  it("ownedHere excuses nothing else", () => {
    const all = ["i-a", "i-b"].map((id) =>
      declared(id, { wish: { state: "released", release: { ownedHere: true } }, instancesBehind: ["web"] }),
    );
    expect(heldIds(all)).toEqual(["i-a", "i-b"]);
  });
});

describe("parseLimit", () => {
  it.each(["20%x", "x20%", "20%%", "2 0%", "1000%", "3x", "x3", "1234567890"])("%j is no limit", (setting) => {
    expect(parseLimit("k", setting, 7, 10)).toHaveProperty("wrong");
  });

  it("names the setting and what is right, and not the value, which may be a secret", () => {
    const wrong = parseLimit("lifecycle:maxStops", "many", 1, 10);
    expect(wrong).toEqual({
      wrong: "lifecycle:maxStops: must be a whole number such as 3 or a percentage such as 10%",
    });
  });

  it.each([
    [undefined, 7, 10, 7],
    ["0", 7, 10, 0],
    ["33%", 7, 10, 3],
    ["99%", 7, 1, 0],
    ["100%", 7, 0, 0],
    ["007", 7, 10, 7],
  ])("%j with default %d of %d is %d", (setting, byDefault, all, count) => {
    expect(parseLimit("k", setting, byDefault, all)).toEqual({ count });
  });
});

describe("disks make no difference to what counts", () => {
  it("looked at or not", () => {
    const wish: Wish = { state: "released", release: { snapshot: plainSnapshot } };
    const all = ["i-a", "i-b"].map((id, n) =>
      declared(id, {
        wish,
        seen: present({
          instanceId: id,
          status: "stopped",
          ...(n === 0 ? {} : { disks: [disk("d-1")], snapshots: [] }),
        }),
      }),
    );
    expect(heldIds(all)).toEqual(["i-a", "i-b"]);
  });
});
