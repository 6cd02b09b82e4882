import { describe, expect, it } from "vitest";
import type { DesiredReleaseTime, Expectation, Observed, Plan, Recorded } from "../../provider/core/model";
import { isProtective, isWrite } from "../../provider/core/steps";
import { plan } from "../../provider/core/plan";
import { absent, desired, instanceId, minutesFromNow, nowMs, present, recorded, type Wish } from "../support/builders";
import { spell } from "../support/spell";

// The contract's table, read aloud.
type Wanted = "running" | "stopped" | "released" | "releasedByForce" | "unset";
type Seen = "running" | "stopped" | "starting" | "pending" | "stopping" | "Quarantined" | "absent";

const cells: Record<Wanted, Record<Seen, string>> = {
  running: {
    running: "",
    stopped: "start …running",
    starting: "…running",
    pending: "…running",
    stopping: "…stopped start …running",
    Quarantined: "",
    absent: "",
  },
  stopped: {
    running: "stop …stopped",
    stopped: "",
    starting: "…running stop …stopped",
    pending: "…running stop …stopped",
    stopping: "…stopped",
    Quarantined: "",
    absent: "",
  },
  released: {
    running: "stop …stopped release …gone",
    stopped: "release …gone",
    starting: "…running stop …stopped release …gone",
    pending: "…running stop …stopped release …gone",
    stopping: "…stopped release …gone",
    Quarantined: "",
    absent: "",
  },
  releasedByForce: {
    running: "release! …gone",
    stopped: "release! …gone",
    starting: "…running release! …gone",
    pending: "…running release! …gone",
    stopping: "…stopped release! …gone",
    Quarantined: "",
    absent: "",
  },
  unset: { running: "", stopped: "", starting: "", pending: "", stopping: "", Quarantined: "", absent: "" },
};

const wishes: Record<Wanted, Wish> = {
  running: { state: "running" },
  stopped: { state: "stopped" },
  released: { state: "released" },
  releasedByForce: { state: "released", release: { force: true } },
  unset: {},
};

const wanteds = Object.keys(cells) as Wanted[];
const seens = Object.keys(cells.running) as Seen[];
const chargeTypes = ["PostPaid", "PrePaid"];
const locks = [undefined, "financial", "security", "recycling", "dedicatedhostfinancial"];
const protections = [false, true];

/** What a refusal is about, told from its text as a user would. */
function topicOf(refusal: string): string {
  const topics: readonly (readonly [RegExp, string])[] = [
    [/^expect\.(instanceName|tags\..+|chargeType): /, "expectation"],
    [/^expect: /, "unrecognised"],
    [/^stop\.mode: /, "mode"],
    [/^state: .*status "Quarantined"/, "status"],
    [/^(state|autoReleaseAt): .*(gone|come back)/, "gone"],
    [/^(state|autoReleaseAt): .*subscription/, "subscription"],
    [/^(state|autoReleaseAt): .*protection/i, "protection"],
    [/^autoReleaseAt: .* has passed/, "passed"],
    [/^autoReleaseAt: .*(less than 30 minutes|more than 3 years)/, "window"],
    [/^(state|autoReleaseAt): .*(acs:autoscaling:scalingGroupId|ack\.aliyun\.com)/, "owner"],
    [/^(state|autoReleaseAt): .*(financial|dedicatedhostfinancial|security|reclaimed)/, "lock"],
  ];
  return topics.find(([pattern]) => pattern.test(refusal))?.[1] ?? `?: ${refusal}`;
}

function topicsOf(result: Plan): readonly string[] {
  return [...new Set(result.refusals.map(topicOf))].sort();
}

function see(seen: Seen, different: Parameters<typeof present>[0] = {}): Observed {
  return seen === "absent" ? absent : present({ status: seen, ...different });
}

describe("desired × observed × charge type × lock × protection", () => {
  const rows = wanteds.flatMap((wanted) => seens.map((seen) => ({ wanted, seen, steps: cells[wanted][seen] })));

  /** The contract's refusals, stated from the calls that a cell needs. */
  function refused(
    cell: { wanted: Wanted; seen: Seen; steps: string },
    charge: string,
    lock: string | undefined,
    on: boolean,
  ) {
    const calls = cell.steps.split(" ").filter((step) => /^(start|stop|release)/.test(step));
    const releases = calls.some((call) => call.startsWith("release"));
    const power = calls.includes("start") || calls.includes("stop");
    const topics = new Set<string>();
    if (cell.seen === "absent") {
      if (cell.wanted === "running" || cell.wanted === "stopped") topics.add("gone");
      return topics;
    }
    // "no write, named"; with no declared state there is nothing that the status could stand in the way of.
    if (cell.seen === "Quarantined" && cell.wanted !== "unset") topics.add("status");
    if (releases && charge === "PrePaid") topics.add("subscription");
    if (releases && on) topics.add("protection");
    // An overdue bill blocks StartInstance and StopInstance, not DeleteInstance; the others hold back whatever acts.
    if (lock === "financial" ? power : lock !== undefined && calls.length > 0) topics.add("lock");
    return topics;
  }

  it.each(rows)("declared $wanted, observed $seen: [$steps]", (cell) => {
    for (const chargeType of chargeTypes) {
      for (const lock of locks) {
        for (const deletionProtection of protections) {
          const reason = `${cell.wanted} × ${cell.seen}, ${chargeType}, lock ${lock ?? "none"}, protection ${deletionProtection}`;
          const observed = see(cell.seen, { chargeType, deletionProtection, locks: lock === undefined ? [] : [lock] });
          const result = plan(desired(wishes[cell.wanted]), observed, recorded(), nowMs);
          expect(spell(result.steps), reason).toBe(cell.steps);
          expect(topicsOf(result), reason).toEqual([...refused(cell, chargeType, lock, deletionProtection)].sort());
          for (const step of result.steps) expect(step.because, reason).toMatch(/declared .*observed /);
        }
      }
    }
  });

  it("warns once about an instance that is gone while nothing is managed, and only then", () => {
    expect(plan(desired(), absent, recorded(), nowMs).warnings).toEqual([expect.stringContaining(instanceId)]);
    expect(plan(desired({ state: "released" }), absent, recorded(), nowMs).warnings).toEqual([]);
  });
});

describe("how it stops and releases", () => {
  it.each([
    { reason: "the declared mode and force", wish: { state: "stopped" }, mode: "StopCharging" },
    { reason: "before a release always KeepCharging", wish: { state: "released" }, mode: "KeepCharging" },
  ] as const)("$reason", ({ wish, mode }) => {
    const steps = plan(
      desired({ ...wish, stop: { mode: "StopCharging", force: true } }),
      present(),
      recorded(),
      nowMs,
    ).steps;
    expect(steps.find((step) => step.kind === "stop")).toMatchObject({ mode, force: true });
  });

  it.each([
    { reason: "subscription", different: { chargeType: "PrePaid" } },
    { reason: "classic network", different: { networkType: "classic" } },
  ])("refuses StopCharging where it can't work: $reason", ({ different }) => {
    const wish = desired({ state: "stopped", stop: { mode: "StopCharging", force: false } });
    expect(topicsOf(plan(wish, present(different), recorded(), nowMs))).toEqual(["mode"]);
    expect(topicsOf(plan(desired({ state: "stopped" }), present(different), recorded(), nowMs))).toEqual([]);
  });

  it("warns of the mode of a stopped instance that differs, and changes nothing", () => {
    const wish = desired({ state: "stopped", stop: { mode: "StopCharging", force: false } });
    const result = plan(wish, present({ status: "stopped", stoppedMode: "KeepCharging" }), recorded(), nowMs);
    expect(result.steps).toEqual([]);
    expect(result.refusals).toEqual([]);
    expect(result.warnings).toEqual([expect.stringMatching(/^stop\.mode: .*KeepCharging.*StopCharging/)]);
    const same = plan(
      desired({ state: "stopped" }),
      present({ status: "stopped", stoppedMode: "KeepCharging" }),
      recorded(),
      nowMs,
    );
    expect(same.warnings).toEqual([]);
  });

  it.each([
    ["stopped", "stopping"],
    ["running", "stopped"],
    ["released", "stopped"],
    [undefined, "stopped"],
  ] as const)("is silent about the mode where it is not a stopped machine that is to stay so: %s, %s", (state, status) => {
    const wish = desired({ state, stop: { mode: "StopCharging" } });
    expect(plan(wish, present({ status, stoppedMode: "KeepCharging" }), recorded(), nowMs).warnings).toEqual([]);
  });
});

describe("release time", () => {
  const threeYears = "2029-06-01T12:00:00Z";
  const never: DesiredReleaseTime = { kind: "never" };
  const withdrawn: DesiredReleaseTime = { kind: "withdrawn" };
  const ours = (...only: readonly string[]): DesiredReleaseTime => ({ kind: "withdrawn", only });
  const at = (time: string): DesiredReleaseTime => ({ kind: "at", at: time });
  const day = minutesFromNow(24 * 60);
  const now = minutesFromNow(0);
  const hourAgo = minutesFromNow(-60);
  const earlier = minutesFromNow(12 * 60);
  const later = minutesFromNow(48 * 60);

  const rows: readonly {
    readonly reason: string;
    readonly wish: DesiredReleaseTime;
    readonly inForce: string | undefined;
    readonly steps: "" | "time" | "postpone" | "cancel";
    readonly window?: true;
    readonly warns?: true;
    readonly passed?: true;
    /** The release time that the last run declared. */
    readonly before?: string;
  }[] = [
    { reason: "not managed, none set", wish: { kind: "unmanaged" }, inForce: undefined, steps: "" },
    { reason: "not managed, set by others: shown", wish: { kind: "unmanaged" }, inForce: day, steps: "", warns: true },
    { reason: "new", wish: at(day), inForce: undefined, steps: "time" },
    { reason: "equal", wish: at(day), inForce: day, steps: "" },
    { reason: "later than in force", wish: at(day), inForce: earlier, steps: "postpone" },
    { reason: "earlier than in force", wish: at(day), inForce: later, steps: "time" },
    { reason: "never, none set", wish: never, inForce: undefined, steps: "" },
    { reason: "never, whoever set it", wish: never, inForce: day, steps: "cancel" },
    { reason: "taken out, none set", wish: withdrawn, inForce: undefined, steps: "" },
    { reason: "taken out, still set", wish: withdrawn, inForce: day, steps: "cancel" },
    { reason: "taken out, one of ours set", wish: ours(earlier, day), inForce: day, steps: "cancel" },
    { reason: "taken out, another's set", wish: ours(earlier, later), inForce: day, steps: "", warns: true },
    { reason: "taken out, one of ours, none set", wish: ours(day), inForce: undefined, steps: "" },
    {
      reason: "passed, declared before",
      wish: at(hourAgo),
      inForce: undefined,
      steps: "",
      warns: true,
      before: hourAgo,
    },
    { reason: "the same, another one set", wish: at(hourAgo), inForce: day, steps: "", warns: true, before: hourAgo },
    { reason: "passed this minute", wish: at(now), inForce: undefined, steps: "", warns: true, before: now },
    { reason: "passed, never declared", wish: at(hourAgo), inForce: undefined, steps: "", passed: true },
    { reason: "this very minute, never declared", wish: at(now), inForce: undefined, steps: "", passed: true },
    {
      reason: "passed, in place of a later one",
      wish: at(hourAgo),
      inForce: day,
      steps: "",
      passed: true,
      before: day,
    },
    { reason: "passed, a minute beside", wish: at(hourAgo), inForce: undefined, steps: "", passed: true, before: now },
    {
      reason: "passed and in force: about to go",
      wish: at(minutesFromNow(-1)),
      inForce: minutesFromNow(-1),
      steps: "",
    },
    { reason: "1 minute ahead", wish: at(minutesFromNow(1)), inForce: undefined, steps: "time", window: true },
    { reason: "29 minutes ahead", wish: at(minutesFromNow(29)), inForce: undefined, steps: "time", window: true },
    { reason: "29 minutes, later in force", wish: at(minutesFromNow(29)), inForce: day, steps: "time", window: true },
    { reason: "29 minutes ahead and in force", wish: at(minutesFromNow(29)), inForce: minutesFromNow(29), steps: "" },
    { reason: "exactly 30 minutes ahead", wish: at(minutesFromNow(30)), inForce: undefined, steps: "time" },
    { reason: "31 minutes ahead", wish: at(minutesFromNow(31)), inForce: undefined, steps: "time" },
    { reason: "exactly 3 years ahead", wish: at(threeYears), inForce: undefined, steps: "time" },
    { reason: "exactly 3 years ahead, earlier in force", wish: at(threeYears), inForce: day, steps: "postpone" },
    {
      reason: "3 years and a minute",
      wish: at("2029-06-01T12:01:00Z"),
      inForce: undefined,
      steps: "time",
      window: true,
    },
    {
      reason: "more than 3 years and in force",
      wish: at("2029-06-01T12:01:00Z"),
      inForce: "2029-06-01T12:01:00Z",
      steps: "",
    },
  ];

  it.each(rows)("$reason: [$steps]", ({ reason, wish, inForce, steps, window, warns, passed, before }) => {
    for (const chargeType of chargeTypes) {
      for (const deletionProtection of protections) {
        const row = `${reason}, ${chargeType}, protection ${deletionProtection}`;
        const observed = present({ chargeType, deletionProtection, releaseTime: inForce });
        const result = plan(desired({ releaseTime: wish }), observed, recorded({ declaredReleaseTime: before }), nowMs);
        expect(spell(result.steps), row).toBe(steps === "postpone" && chargeType === "PrePaid" ? "time" : steps);
        const sets = steps === "time" || steps === "postpone";
        const topics = topicsOf(result);
        expect(topics.includes("window"), row).toBe(window === true);
        expect(topics.includes("subscription"), row).toBe(sets && chargeType === "PrePaid");
        // A later time than the one in force only protects; a new or earlier one would pass by the protection.
        if (spell(result.steps) !== "time" || window === undefined)
          expect(topics.includes("protection"), row).toBe(spell(result.steps) === "time" && deletionProtection);
        expect(topics.includes("passed"), row).toBe(passed === true);
        expect(result.impossible, row).toHaveLength(passed === true ? 1 : 0);
        expect(
          topics.filter((topic) => !["window", "subscription", "protection", "passed"].includes(topic)),
          row,
        ).toEqual([]);
        expect(result.warnings, row).toHaveLength(warns === true ? 1 : 0);
        if (wish.kind === "at" && sets) expect(result.steps[0], row).toMatchObject({ at: wish.at });
        const set = inForce === undefined ? "none is set" : `${inForce} is set`;
        const declared =
          wish.kind === "at"
            ? `is declared ${wish.at}`
            : wish.kind === "never"
              ? "is declared never"
              : "was declared and no longer is";
        for (const step of result.steps) expect(step.because, row).toBe(`autoReleaseAt ${declared}, and ${set}`);
      }
    }
  });

  it("one that is set and not declared is shown, except where the release itself is declared", () => {
    const observed = present({ releaseTime: day });
    for (const state of ["running", "stopped", undefined] as const)
      expect(plan(desired({ state }), observed, recorded(), nowMs).warnings).toEqual([
        expect.stringMatching(
          new RegExp(`^autoReleaseAt: ${instanceId} .*released at ${day}, .*not declared here and left alone; .*never`),
        ),
      ]);
    expect(plan(desired({ state: "released" }), observed, recorded(), nowMs).warnings).toEqual([]);
  });

  it("a time that was never declared has no first run, not even without a record", () => {
    for (const state of [undefined, "stopped"] as const) {
      const { steps, refusals } = plan(desired({ state, releaseTime: at(hourAgo) }), present(), undefined, nowMs);
      expect(steps.some(({ kind }) => kind === "setReleaseTime")).toBe(false);
      expect(refusals).toEqual([
        `autoReleaseAt: ${hourAgo} has passed; check the date and the offset, then declare a time at least 30 minutes ahead, or never`,
      ]);
    }
  });

  it("the time that stays in force is named", () => {
    const passed = desired({ releaseTime: at(hourAgo) });
    const set = present({ releaseTime: day });
    expect(plan(passed, set, recorded({ declaredReleaseTime: day }), nowMs).refusals).toEqual([
      `autoReleaseAt: ${hourAgo} has passed, and ${instanceId} will be released at ${day}, which stays; check the date and the offset, then declare a time at least 30 minutes ahead, or never`,
    ]);
    expect(plan(passed, set, recorded({ declaredReleaseTime: hourAgo }), nowMs).warnings).toEqual([
      `autoReleaseAt: ${hourAgo} has passed and ${instanceId} is still there, to be released at ${day}; declare a new time or never`,
    ]);
  });

  it("refuses to postpone to a time that ECS would not take, rather than calling it protective", () => {
    const soon = plan(
      desired({ releaseTime: at(minutesFromNow(29)) }),
      present({ releaseTime: minutesFromNow(20) }),
      recorded(),
      nowMs,
    );
    expect(topicsOf(soon)).toEqual(["window"]);
    expect(soon.steps.filter(isProtective)).toEqual([]);
    const far = plan(
      desired({ releaseTime: at("2030-01-01T00:00:00Z") }),
      present({ releaseTime: day }),
      recorded(),
      nowMs,
    );
    expect(topicsOf(far)).toEqual(["window"]);
    expect(far.steps.filter(isProtective)).toEqual([]);
  });

  it("counts the window from the very second, not from the minute", () => {
    const thirty = desired({ releaseTime: at(minutesFromNow(30)) });
    expect(topicsOf(plan(thirty, present(), recorded(), nowMs + 1))).toEqual(["window"]);
    expect(topicsOf(plan(thirty, present(), recorded(), nowMs - 1))).toEqual([]);
  });

  it.each([
    {
      reason: "cancel, then stop",
      wish: { state: "stopped", releaseTime: never },
      seen: { releaseTime: day },
      steps: "cancel stop …stopped",
    },
    {
      reason: "withdrawn, then start",
      wish: { state: "running", releaseTime: withdrawn },
      seen: { status: "stopped", releaseTime: day },
      steps: "cancel start …running",
    },
    {
      reason: "postpone, then stop",
      wish: { state: "stopped", releaseTime: at(later) },
      seen: { releaseTime: day },
      steps: "postpone stop …stopped",
    },
    {
      reason: "stop, then an earlier time",
      wish: { state: "stopped", releaseTime: at(earlier) },
      seen: { releaseTime: day },
      steps: "stop …stopped time",
    },
    {
      reason: "start, then a new time",
      wish: { state: "running", releaseTime: at(day) },
      seen: { status: "stopped" },
      steps: "start …running time",
    },
    {
      reason: "a wait is power, too",
      wish: { state: "running", releaseTime: at(day) },
      seen: { status: "starting" },
      steps: "…running time",
    },
    {
      reason: "the timer is managed in any status when the state is not",
      wish: { releaseTime: at(day) },
      seen: { status: "Quarantined" },
      steps: "time",
    },
    {
      reason: "cancel in a status that is not known",
      wish: { state: "running", releaseTime: never },
      seen: { status: "Quarantined", releaseTime: day },
      steps: "cancel",
    },
    {
      reason:
        "a release time that was taken out is cancelled also where the release is what is declared instead, since the release may be refused",
      wish: { state: "released", releaseTime: withdrawn },
      seen: { status: "stopped", releaseTime: day },
      steps: "cancel release …gone",
    },
  ] as const)("order: $reason", ({ wish, seen, steps }) => {
    expect(spell(plan(desired(wish), present(seen), recorded(), nowMs).steps)).toBe(steps);
  });
});

describe("what a refusal says", () => {
  const day = minutesFromNow(24 * 60);
  const later = minutesFromNow(48 * 60);
  const time: Wish = { releaseTime: { kind: "at", at: day } };
  const released: Wish = { state: "released", release: { liftProtection: true, force: true } };

  /** Lock × what would be called: what is said, or undefined where the lock is not in the way. */
  const locked: readonly (readonly [string, string, Wish, Parameters<typeof present>[0], RegExp | undefined])[] = [
    ["financial", "stop", { state: "stopped" }, {}, /^state: .*overdue payment \(financial\); pay the bill/],
    ["financial", "release by force", released, {}, undefined],
    ["financial", "a release time", time, {}, undefined],
    ["recycling", "start", { state: "running" }, { status: "stopped" }, /^state: .*spot instance.*reclaimed/],
    ["recycling", "release by force", released, {}, /^state: .*spot instance.*reclaimed/],
    ["recycling", "lift and release", released, { deletionProtection: true }, /^state: .*spot instance.*reclaimed/],
    ["recycling", "a release time", time, {}, undefined],
    ["security", "stop", { state: "stopped" }, {}, /^state: .*locked for security.*vendor/],
    ["security", "a release time", time, {}, /^autoReleaseAt: .*locked for security.*vendor/],
    ["refunded", "stop", { state: "stopped" }, {}, /^state: .*locked \(refunded\)/],
    ["refunded", "a release time", time, {}, /^autoReleaseAt: .*locked \(refunded\)/],
  ];

  it.each(locked)("lock %s, %s", (lock, _call, wish, seen, says) => {
    const { refusals } = plan(desired(wish), present({ ...seen, locks: [lock] }), recorded(), nowMs);
    expect(refusals).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
  });

  it.each([
    ["a release", { state: "released" }, /^state: .* \(PrePaid\) instance and can't be released; /],
    ["a release time", time, /^autoReleaseAt: .* \(PrePaid\) instance and can't get a release time; /],
    [
      "a release with a release time beside it",
      { state: "released", ...time },
      /^state: .* \(PrePaid\) instance and can't be released; /,
    ],
  ] as const)("subscription, %s", (_reason, wish, says) => {
    const observed = present({ chargeType: "PrePaid" });
    expect(plan(desired(wish), observed, recorded(), nowMs).refusals).toEqual([expect.stringMatching(says)]);
  });

  it("an owner names the argument that would be called for", () => {
    const member = present({ tags: { "ack.aliyun.com": "c1" } });
    expect(plan(desired({ state: "stopped" }), member, recorded(), nowMs).refusals).toEqual([
      expect.stringMatching(/^state: /),
    ]);
    expect(plan(desired(time), member, recorded(), nowMs).refusals).toEqual([
      expect.stringMatching(/^autoReleaseAt: /),
    ]);
  });

  it("a stop beside a time that is postponed is no matter of the release protection", () => {
    const wish = desired({ state: "stopped", releaseTime: { kind: "at", at: later } });
    const { steps, refusals } = plan(wish, present({ deletionProtection: true, releaseTime: day }), recorded(), nowMs);
    expect(spell(steps)).toBe("postpone stop …stopped");
    expect(refusals).toEqual([]);
  });
});

describe("owners", () => {
  const tags = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"];
  const day = minutesFromNow(24 * 60);
  const acts: readonly {
    readonly act: string;
    readonly wish: Wish;
    readonly seen: Parameters<typeof present>[0];
    readonly refused: boolean;
  }[] = [
    { act: "stop", wish: { state: "stopped" }, seen: {}, refused: true },
    { act: "release", wish: { state: "released" }, seen: { status: "stopped" }, refused: true },
    { act: "release by force", wish: { state: "released", release: { force: true } }, seen: {}, refused: true },
    { act: "a new release time", wish: { releaseTime: { kind: "at", at: day } }, seen: {}, refused: true },
    { act: "start", wish: { state: "running" }, seen: { status: "stopped" }, refused: false },
    { act: "cancel", wish: { releaseTime: { kind: "never" } }, seen: { releaseTime: day }, refused: false },
    { act: "nothing", wish: { state: "running" }, seen: {}, refused: false },
  ];

  it.each(tags.flatMap((tag) => acts.map((row) => ({ tag, ...row }))))("$tag, $act: refused $refused", ({
    tag,
    wish,
    seen,
    refused,
  }) => {
    const member = present({ ...seen, tags: { [tag]: "group-77" } });
    const result = plan(desired(wish), member, recorded(), nowMs);
    expect(topicsOf(result)).toEqual(refused ? ["owner"] : []);
    if (refused) expect(result.refusals.join()).toContain("group-77");
    const known: Expectation = { tags: { [tag]: "group-77" } };
    expect(topicsOf(plan(desired({ ...wish, expect: known }), member, recorded(), nowMs))).toEqual([]);
  });

  it("naming the tag with another group is an expectation that is not met", () => {
    const member = present({ tags: { "ack.aliyun.com": "cluster-1" } });
    const wish = desired({ state: "stopped", expect: { tags: { "ack.aliyun.com": "cluster-2" } } });
    expect(topicsOf(plan(wish, member, recorded(), nowMs))).toEqual(["expectation"]);
  });

  it("naming one of the two tags does not excuse the other", () => {
    const member = present({ tags: { "ack.aliyun.com": "cluster-1", "acs:autoscaling:scalingGroupId": "asg-1" } });
    const wish = desired({ state: "stopped", expect: { tags: { "ack.aliyun.com": "cluster-1" } } });
    expect(plan(wish, member, recorded(), nowMs).refusals).toEqual([expect.stringContaining("asg-1")]);
  });
});

describe("expectations", () => {
  const rows: readonly { readonly reason: string; readonly expects: Expectation; readonly argument: RegExp }[] = [
    { reason: "another name", expects: { instanceName: "db" }, argument: /^expect\.instanceName: .*"worker"/ },
    { reason: "a name letter for letter", expects: { instanceName: "Worker" }, argument: /^expect\.instanceName: / },
    {
      reason: "another charge type",
      expects: { chargeType: "PrePaid" },
      argument: /^expect\.chargeType: .*PostPaid/,
    },
    { reason: "another tag", expects: { tags: { env: "test" } }, argument: /^expect\.tags\.env: .*prod/ },
    { reason: "a missing tag", expects: { tags: { team: "a" } }, argument: /^expect\.tags\.team: .*which is none; / },
  ];
  const machine = { tags: { env: "prod", other: "1" } };

  it.each(rows)("$reason refuses what acts", ({ expects, argument }) => {
    for (const wish of [
      { state: "stopped" },
      { state: "released" },
      { releaseTime: { kind: "at", at: minutesFromNow(60) } },
    ] as const) {
      const result = plan(desired({ ...wish, expect: expects }), present(machine), recorded(), nowMs);
      expect(result.refusals).toEqual([expect.stringMatching(argument)]);
      // What was found is shown; what is declared may be a secret.
      for (const secret of [expects.instanceName, ...Object.values(expects.tags ?? {})])
        if (secret !== undefined) expect(result.refusals[0]).not.toContain(`"${secret}"`);
    }
  });

  it.each(rows)("$reason does not refuse where nothing is to be done, and warns of it", ({ expects, argument }) => {
    const idle = plan(desired({ state: "running", expect: expects }), present(machine), recorded(), nowMs);
    expect(idle.refusals).toEqual([]);
    expect(idle.warnings).toEqual([expect.stringMatching(argument)]);
    expect(idle.warnings[0]).toMatch(/; correct the declaration, or every other change is refused$/);
    // A refusal says it once.
    expect(plan(desired({ state: "stopped", expect: expects }), present(machine), recorded(), nowMs).warnings).toEqual(
      [],
    );
  });

  it.each(rows)("$reason never holds back cancelling or postponing", ({ expects }) => {
    const observed = present({ ...machine, releaseTime: minutesFromNow(60) });
    for (const releaseTime of [
      { kind: "never" },
      { kind: "withdrawn" },
      { kind: "at", at: minutesFromNow(120) },
    ] as const) {
      const alone = plan(desired({ releaseTime, expect: expects }), observed, recorded(), nowMs);
      expect(alone.refusals).toEqual([]);
      expect(alone.steps).toHaveLength(1);
      // Beside a refused stop they still come first, so that they can be done before the refusal.
      const first = plan(desired({ state: "stopped", releaseTime, expect: expects }), observed, recorded(), nowMs);
      expect(first.refusals).toHaveLength(1);
      expect(first.steps[0] !== undefined && isProtective(first.steps[0])).toBe(true);
    }
  });

  it("is met by what it names; other tags are no matter", () => {
    const expects: Expectation = { instanceName: "worker", chargeType: "PostPaid", tags: { env: "prod" } };
    expect(plan(desired({ state: "stopped", expect: expects }), present(machine), recorded(), nowMs).refusals).toEqual(
      [],
    );
  });

  it("all that is not met is said at once", () => {
    const expects: Expectation = { instanceName: "db", chargeType: "PrePaid", tags: { env: "test", team: "a" } };
    expect(
      plan(desired({ state: "stopped", expect: expects }), present(machine), recorded(), nowMs).refusals,
    ).toHaveLength(4);
  });
});

describe("a first up that releases", () => {
  const stopped = present({ status: "stopped", tags: { env: "prod" } });
  it.each([
    { reason: "nothing expected", expects: {}, refused: true },
    { reason: "only a charge type expected", expects: { chargeType: "PostPaid" }, refused: true },
    { reason: "only an account expected", expects: { accountId: "1" }, refused: true },
    { reason: "no tag in tags", expects: { tags: {} }, refused: true },
    { reason: "a name", expects: { instanceName: "worker" }, refused: false },
    { reason: "a tag", expects: { tags: { env: "prod" } }, refused: false },
  ] as const)("$reason: refused $refused", ({ expects, refused }) => {
    for (const force of [false, true]) {
      const wish = desired({ state: "released", release: { force }, expect: expects });
      const first = plan(wish, stopped, undefined, nowMs);
      expect(topicsOf(first)).toEqual(refused ? ["unrecognised"] : []);
      if (refused) {
        expect(first.refusals[0]).toContain('instanceName: "worker"');
        expect(first.refusals[0]).toContain('"prod"');
      }
      expect(plan(wish, stopped, recorded(), nowMs).refusals, "later it is known").toEqual([]);
    }
  });

  it.each([
    ["the name alone", {}, 'expect: { instanceName: "worker" }'],
    [
      "name and tags, each as the program writes it",
      { tags: { env: "prod", 'odd "key"': "odd \\ value" } },
      'expect: { instanceName: "worker", tags: { "env": "prod", "odd \\"key\\"": "odd \\\\ value" } }',
    ],
  ])("prints what was observed, to paste: %s", (_reason, seen, toPaste) => {
    const wish = desired({ state: "released", expect: {} });
    const { refusals } = plan(wish, present({ status: "stopped", ...seen }), undefined, nowMs);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.endsWith(`add ${toPaste}`)).toBe(true);
  });

  it("asks nothing of a first up that stops, starts or sets a time", () => {
    for (const wish of [
      { state: "stopped" },
      { state: "running" },
      { releaseTime: { kind: "at", at: minutesFromNow(60) } },
    ] as const)
      expect(plan(desired({ ...wish, expect: {} }), present(), undefined, nowMs).refusals).toEqual([]);
  });
});

describe("an instance that is gone", () => {
  const passed = minutesFromNow(-60);
  const future = minutesFromNow(60);
  const outcomes: readonly {
    readonly outcome: string;
    readonly before: Recorded | undefined;
    readonly explained: boolean;
  }[] = [
    { outcome: "nothing recorded", before: undefined, explained: false },
    { outcome: "seen before", before: recorded(), explained: false },
    { outcome: "vanished", before: recorded({ releasedBy: "unknown" }), explained: false },
    {
      outcome: "released by declaration",
      before: recorded({ releasedBy: "declaration", releasedAt: "2026-05-01T00:00:00.000Z" }),
      explained: false,
    },
    { outcome: "released by a timer", before: recorded({ releasedBy: "timer" }), explained: true },
    { outcome: "a declared time has passed", before: recorded({ declaredReleaseTime: passed }), explained: true },
    { outcome: "a declared time is to come", before: recorded({ declaredReleaseTime: future }), explained: false },
  ];

  it.each(outcomes)("$outcome: released declared is final, whatever happened", ({ before }) => {
    expect(plan(desired({ state: "released" }), absent, before, nowMs)).toEqual({
      steps: [],
      refusals: [],
      impossible: [],
      warnings: [],
    });
  });

  it.each(outcomes)("$outcome: running or stopped is refused unless a declared time has passed", ({
    before,
    explained,
  }) => {
    for (const state of ["running", "stopped"] as const) {
      const result = plan(desired({ state }), absent, before, nowMs);
      expect(result.steps).toEqual([]);
      expect(topicsOf(result)).toEqual(explained ? [] : ["gone"]);
    }
  });

  it("the refusal says when it was last seen and what to do", () => {
    const { refusals } = plan(desired({ state: "running" }), absent, recorded(), nowMs);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain("last seen on 2026-05-31 (UTC)");
    expect(refusals[0]).toContain('state: "released"');
    expect(refusals[0]).toContain("take the resource out");
  });

  it.each([
    [
      "seen before",
      recorded(),
      "is gone from cn-hangzhou, last seen on 2026-05-31 (UTC), and nothing declared here released it",
    ],
    ["nothing recorded", undefined, "is gone from cn-hangzhou, and nothing declared here released it"],
    [
      "released by declaration",
      recorded({ releasedBy: "declaration", releasedAt: "2026-05-01T00:00:00.000Z" }),
      "was released by declaration at 2026-05-01T00:00:00.000Z and can't come back",
    ],
    [
      "a release that was accepted",
      recorded({ releaseAccepted: true }),
      "was released by declaration and can't come back",
    ],
  ])("the refusal says how it went as far as that is known: %s", (_reason, before, how) => {
    const { refusals } = plan(desired({ state: "stopped" }), absent, before, nowMs);
    expect(refusals).toEqual([expect.stringContaining(`state: stopped can't be met: ${instanceId} ${how}; `)]);
  });

  it("a passed time explains it only where an earlier run declared it, and not one that is declared now", () => {
    for (const state of ["running", "stopped"] as const) {
      const wish = desired({ state, releaseTime: { kind: "at", at: passed } });
      const before = recorded({ declaredReleaseTime: passed });
      expect(topicsOf(plan(wish, absent, before, nowMs))).toEqual([]);
      expect(topicsOf(plan(wish, absent, recorded(), nowMs))).toEqual(["gone"]);
      expect(topicsOf(plan(wish, absent, recorded({ declaredReleaseTime: future }), nowMs))).toEqual(["gone"]);
      // Seen in this run, which had declared it before it passed.
      expect(topicsOf(plan(wish, absent, undefined, nowMs))).toEqual([]);
    }
  });

  it("gone by a declared time that has passed is no diff whatever is declared now, a later time included", () => {
    const wish = desired({ releaseTime: { kind: "at", at: future } });
    expect(plan(wish, absent, recorded({ declaredReleaseTime: passed }), nowMs).refusals).toEqual([]);
    expect(plan(wish, absent, recorded({ releasedBy: "timer" }), nowMs).refusals).toEqual([]);
  });

  it("gone without a reason while only a release time is managed: recorded with one warning, not refused", () => {
    const wish = desired({ releaseTime: { kind: "at", at: future } });
    const result = plan(wish, absent, recorded({ declaredReleaseTime: future }), nowMs);
    expect(result.steps).toEqual([]);
    expect(result.refusals).toEqual([]);
    expect(result.warnings).toHaveLength(1);
  });
});

describe("after an accepted release", () => {
  const before = recorded({ releaseAccepted: true });
  it.each([
    { reason: "no start", wish: { state: "running" }, seen: { status: "stopped" } },
    { reason: "no stop", wish: { state: "stopped" }, seen: {} },
    { reason: "no new time", wish: { releaseTime: { kind: "at", at: minutesFromNow(60) } }, seen: {} },
  ] as const)("$reason goes to an instance that is still listed", ({ wish, seen }) => {
    expect(plan(desired(wish), present(seen), before, nowMs).refusals).toEqual([
      expect.stringMatching(new RegExp(`^state: .*accepted the release of ${instanceId} .*run again`)),
    ]);
  });

  it.each([
    { reason: "the release itself goes on", wish: { state: "released" }, seen: { status: "stopped" } },
    { reason: "nothing to be done is nothing to refuse", wish: { state: "running" }, seen: {} },
    {
      reason: "a wait calls nothing",
      wish: { state: "running" },
      seen: { status: "starting" },
    },
    {
      reason: "what protects goes on",
      wish: { releaseTime: { kind: "never" } },
      seen: { releaseTime: minutesFromNow(60) },
    },
  ] as const)("$reason", ({ wish, seen }) => {
    expect(plan(desired(wish), present(seen), before, nowMs).refusals).toEqual([]);
  });

  it("its absence is explained", () => {
    expect(plan(desired({ state: "released" }), absent, before, nowMs).refusals).toEqual([]);
    expect(plan(desired({ state: "running" }), absent, before, nowMs).refusals).toEqual([
      expect.stringContaining("by declaration"),
    ]);
  });
});

describe("purity", () => {
  it("changes nothing that it is given and answers the same twice", () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
      return value;
    };
    const wish = freeze(desired({ state: "released", releaseTime: { kind: "withdrawn" } }));
    const seen = freeze(present({ tags: { a: "b" }, locks: ["security"], releaseTime: minutesFromNow(60) }));
    const before = freeze(recorded());
    const first = plan(wish, seen, before, nowMs);
    expect(plan(wish, seen, before, nowMs)).toEqual(first);
    expect(first.steps.filter(isWrite).length).toBeGreaterThan(0);
  });
});
