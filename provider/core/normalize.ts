import * as v from "valibot";
import { declaredObject, instanceIdThat, notA, partOf, readable, text, textThat } from "./argument-schemas";
import { durationFault, parseDurationMs } from "./duration";
import type { Desired, DesiredReleaseTime, DesiredSnapshot, Expectation, UtcMinute } from "./model";
import { unknownValue } from "./model";
import { parseReleaseTime } from "./release-time";

export interface Declaration {
  /** Faults, each beginning with the argument's name. Empty: nothing is wrong with what is known. */
  readonly failures: readonly string[];
  /** Names of the arguments that are not known yet, e.g. `instanceId` or `stop.mode`. */
  readonly unknown: readonly string[];
  /** Undefined while something is wrong or not known. */
  readonly desired: Desired | undefined;
}

function oneOf<const T extends readonly string[]>(values: T) {
  return v.picklist(values, ({ input }) => {
    const wanted = `must be ${values.map((value) => `"${value}"`).join(" or ")}`;
    return typeof input === "string" ? `${wanted}, not "${input}"` : notA(wanted, input, "write one of them");
  });
}

const flag = v.boolean((issue) =>
  notA("must be true or false", issue.input).replace(/a text$/, "a text; write it without quotes"),
);

/** Not a schema of the library's: it would drop keys such as `constructor` in silence, and with them an expectation. */
const tags = v.pipe(
  v.custom<Record<string, string>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object of texts",
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [key, value] of Object.entries<unknown>(dataset.value)) {
      if (typeof value === "string") continue;
      addIssue({
        message: notA("must be a text", value),
        path: [{ type: "object", origin: "value", input: dataset.value, key, value }],
      });
    }
  }),
);

/** A duration between two bounds, both of which are said when it lies outside. */
function duration(from: string, to: string, example: string) {
  const fromMs = parseDurationMs(from) ?? 0;
  const toMs = parseDurationMs(to) ?? Number.POSITIVE_INFINITY;
  const wanted = `must be a duration from ${from} to ${to} such as "${example}" or ISO 8601`;
  return readable(
    (value) => {
      const ms = parseDurationMs(value);
      return ms !== undefined && ms >= fromMs && ms <= toMs;
    },
    wanted,
    durationFault,
  );
}

const timeout = duration("1s", "24h", "10m");

const releaseTime = v.pipe(
  textThat('must be "never" or a time such as "2026-12-24T18:00:00+08:00" (RFC 3339)'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value === "never") return;
    const parsed = parseReleaseTime(dataset.value);
    if ("wrong" in parsed) addIssue({ message: parsed.wrong });
  }),
);

/** What is in it is for the program to read (`normalize-timed.ts`), which makes `state` of it. */
const declaredSchedule = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be an object with a zone, and with running, cron or life",
);
const override = textThat('must be a time such as "2026-12-24T18:00:00+08:00" (RFC 3339)');

/** What a snapshot may be called: ECS keeps names that begin with `auto` for itself. CreateSnapshot, SnapshotName. */
const snapshotName = v.pipe(
  textThat("must be a text"),
  v.regex(
    /^(?!auto|https?:)\p{L}[\p{L}\p{N}_.:-]{1,127}$/u,
    "must have 2 to 128 characters, begin with a letter, and not with auto",
  ),
);
const days = "must be a whole number of days from 1 to 65536";

const snapshot = v.lazy((input) =>
  typeof input === "object" && input !== null && !Array.isArray(input)
    ? snapshotOptions
    : v.boolean("must be true, false or an object with retentionDays, name, tags"),
);

const snapshotOptions = declaredObject("release.snapshot", {
  retentionDays: v.optional(v.pipe(v.number(days), v.integer(days), v.minValue(1, days), v.maxValue(65_536, days))),
  name: v.optional(snapshotName),
  tags: v.optional(
    v.pipe(
      tags,
      // ECS takes 20, and one is ours.
      v.check((value) => Object.keys(value).length <= 19, "must be 19 tags at most, for one more is set besides them"),
    ),
  ),
});

/** Every argument name there is, so that a typo is told apart from a choice. */
const schema = declaredObject("", {
  instanceId: instanceIdThat('must be an instance id: "i-" followed by lower-case letters and digits'),
  regionId: v.optional(
    v.pipe(
      textThat("must be a region id such as cn-hangzhou"),
      v.regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "must be a region id such as cn-hangzhou"),
    ),
  ),
  state: v.optional(oneOf(["running", "stopped", "released"])),
  schedule: v.optional(declaredSchedule),
  keepRunningUntil: v.optional(override),
  holdUntil: v.optional(override),
  autoReleaseAt: v.optional(releaseTime),
  // ECS takes 30 minutes to 3 years; the end is a whole minute, and has to lie within when the call arrives.
  autoReleaseAfter: v.optional(duration("31m", "1094d", "8h")),
  renew: v.optional(textThat("must be a text")),
  stop: v.optional(
    declaredObject("stop", {
      mode: v.optional(oneOf(["KeepCharging", "StopCharging"])),
      force: v.optional(flag),
      forceAfter: v.optional(duration("1s", "24h", "5m")),
      hibernate: v.optional(flag),
      applyModeNow: v.optional(flag),
    }),
  ),
  release: v.optional(
    declaredObject("release", {
      snapshot: v.optional(snapshot),
      force: v.optional(flag),
      deletionProtection: v.optional(oneOf(["respect", "lift"])),
      ownedHere: v.optional(flag),
    }),
  ),
  expect: v.optional(
    declaredObject("expect", {
      instanceName: v.optional(text),
      tags: v.optional(tags),
      chargeType: v.optional(oneOf(["PostPaid", "PrePaid"])),
      accountId: v.optional(
        v.pipe(
          textThat("must be a text of digits", "put it in quotes, or set it with `pulumi config set --type string`"),
          v.regex(/^\d+$/, "must be a text of digits"),
        ),
      ),
    }),
  ),
  drift: v.optional(oneOf(["correct", "report"])),
  onDelete: v.optional(oneOf(["retain", "retainTimer", "stop"])),
  timeouts: v.optional(
    declaredObject("timeouts", {
      start: v.optional(timeout),
      stop: v.optional(timeout),
      release: v.optional(timeout),
      snapshot: v.optional(duration("1m", "48h", "2h")),
    }),
  ),
});

/** The arguments of which `state` is made. */
export const timedNames: readonly string[] = ["schedule", "keepRunningUntil", "holdUntil"];

/** Those of them that are declared. Pure. */
export function timedArguments(args: Raw): Raw {
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => timedNames.includes(name) && value !== undefined),
  );
}

/** The names of all arguments, as users write them. */
export const argumentNames: readonly string[] = Object.keys(schema.entries);

/** What is said of each name that is no argument's, at any depth. Pure. */
export function misspeltArguments(args: unknown): readonly string[] {
  const issues = v.safeParse(schema, args).issues ?? [];
  // Of a key that has to be there and isn't, the check speaks.
  return issues.flatMap((issue) => {
    const isUnknown = issue.path?.at(-1)?.origin === "key" && issue.received !== "undefined";
    return isUnknown ? [`${v.getDotPath(issue)}: ${issue.message}`] : [];
  });
}

/**
 * Args → desired, or every fault at once. Pure, and the same in the program and in the provider.
 * `defaultRegionId` is what the configuration says where the argument is left out.
 */
export function normalize(args: unknown, defaultRegionId?: string): Declaration {
  const unknown: string[] = [];
  const known = withoutUnknown(args, "", unknown);
  // With what is not known in it: a name that is none is wrong whatever its value turns out to be.
  const result = v.safeParse(schema, withoutUndefined(args), { abortPipeEarly: true });
  const failures: string[] = [];
  for (const issue of result.issues ?? []) {
    const name = v.getDotPath(issue) ?? "arguments";
    const isUnknown = unknown.some((path) => name === path || path === "" || path.startsWith(`${name}.`));
    if (isUnknown && issue.path?.at(-1)?.origin !== "key") continue;
    failures.push(`${name}: ${missing(issue) ?? issue.message}`);
  }
  const value = result.success ? result.output : undefined;
  const raw: Record<string, unknown> = typeof known === "object" && known !== null ? { ...known } : {};
  failures.push(...contradictions(raw, unknown));
  const regionId = value?.regionId ?? defaultRegionId;
  if (raw.regionId === undefined && defaultRegionId === undefined && !unknown.includes("regionId")) {
    failures.push(
      "regionId: no region is set; write it here, run `pulumi config set alicloud:region cn-hangzhou`, or set ALICLOUD_REGION",
    );
  }
  if (failures.length > 0 || unknown.length > 0 || value === undefined || regionId === undefined) {
    return { failures, unknown, desired: undefined };
  }
  return { failures, unknown, desired: toDesired(value, regionId) };
}

type Raw = Readonly<Record<string, unknown>>;

/** What can't stand together, told from what is known, so that other faults don't hide it. */
function contradictions(args: Raw, unknown: readonly string[]): readonly string[] {
  const isUnknown = (name: string) => unknown.some((path) => path === name || name.startsWith(`${path}.`));
  const [stop, release, timeouts] = [partOf(args.stop), partOf(args.release), partOf(args.timeouts)];
  const forceAfterMs = durationMs(stop.forceAfter);
  const stopMs = durationMs(timeouts.stop, defaultTimeoutsMs.stop);
  const rules: readonly [boolean, string][] = [
    [
      args.state === "released" && args.autoReleaseAt !== undefined,
      'autoReleaseAt: can\'t be combined with state "released"; declare one of the two',
    ],
    [
      args.state === "released" && args.autoReleaseAfter !== undefined,
      'autoReleaseAfter: can\'t be combined with state "released"; declare one of the two',
    ],
    [
      args.autoReleaseAt !== undefined && args.autoReleaseAfter !== undefined,
      "autoReleaseAfter: can't be combined with autoReleaseAt; declare one of the two",
    ],
    [
      typeof args.renew === "string" && args.autoReleaseAfter === undefined && !isUnknown("autoReleaseAfter"),
      "renew: counts autoReleaseAfter again, which is not declared; declare it, or take renew out",
    ],
    [
      stop.force === true && stop.forceAfter !== undefined,
      "stop.forceAfter: can't be combined with stop.force, which forces at once; declare one of the two",
    ],
    [
      forceAfterMs !== undefined && stopMs !== undefined && forceAfterMs >= stopMs && !isUnknown("timeouts.stop"),
      "stop.forceAfter: must be shorter than timeouts.stop (10m by default), or nothing would ever be forced",
    ],
    [
      stop.hibernate === true && (stop.force === true || stop.forceAfter !== undefined),
      "stop.hibernate: can't be combined with force or forceAfter, which lose what hibernating keeps; declare one of the two",
    ],
    [
      release.force === true && release.snapshot !== undefined && release.snapshot !== false,
      "release.snapshot: can't be combined with release.force; a snapshot is made of a stopped instance",
    ],
  ];
  return rules.flatMap(([applies, text]) => (applies ? [text] : []));
}

/** The declared release time of a set of arguments, if it is a time. */
export function declaredReleaseTime(autoReleaseAt: unknown): UtcMinute | undefined {
  if (typeof autoReleaseAt !== "string" || autoReleaseAt === "never") return undefined;
  const parsed = parseReleaseTime(autoReleaseAt);
  return "minute" in parsed ? parsed.minute : undefined;
}

function toDesired(args: v.InferOutput<typeof schema>, regionId: string): Desired {
  const { stop, release, timeouts } = args;
  return {
    instanceId: args.instanceId,
    regionId,
    state: args.state,
    releaseTime: desiredReleaseTime(args.autoReleaseAt, args.autoReleaseAfter, args.renew),
    stop: {
      mode: stop?.mode ?? "KeepCharging",
      force: stop?.force ?? false,
      forceAfterMs: durationMs(stop?.forceAfter),
      hibernate: stop?.hibernate ?? false,
      applyModeNow: stop?.applyModeNow ?? false,
    },
    release: {
      force: release?.force ?? false,
      snapshot: desiredSnapshot(release?.snapshot),
      liftProtection: release?.deletionProtection === "lift",
      ownedHere: release?.ownedHere ?? false,
    },
    expect: definedOnly(args.expect ?? {}),
    drift: args.drift ?? "correct",
    onDelete: args.onDelete ?? "retain",
    timeouts: {
      startMs: timeoutMs("start", timeouts),
      stopMs: timeoutMs("stop", timeouts),
      releaseMs: timeoutMs("release", timeouts),
      snapshotMs: timeoutMs("snapshot", timeouts),
    },
    ...timedOf(args),
  };
}

function timedOf(args: v.InferOutput<typeof schema>): Pick<Desired, "timed"> {
  const timed = timedArguments(args);
  return Object.keys(timed).length === 0 ? {} : { timed };
}

function desiredReleaseTime(
  at: string | undefined,
  after: string | undefined,
  renew: string | undefined,
): DesiredReleaseTime {
  const afterMs = durationMs(after);
  if (afterMs !== undefined) return { kind: "after", afterMs, renew };
  if (at === undefined) return { kind: "unmanaged" };
  const minute = declaredReleaseTime(at);
  return minute === undefined ? { kind: "never" } : { kind: "at", at: minute };
}

type SnapshotArgs = boolean | { [K in keyof DesiredSnapshot]?: DesiredSnapshot[K] | undefined };

function desiredSnapshot(declared: SnapshotArgs | undefined): DesiredSnapshot | undefined {
  if (declared === undefined || declared === false) return undefined;
  const { retentionDays, name, tags: own }: Exclude<SnapshotArgs, boolean> = declared === true ? {} : declared;
  return { retentionDays, name, tags: own ?? {} };
}

const defaultTimeoutsMs = { start: 600_000, stop: 600_000, release: 600_000, snapshot: 7_200_000 };

type Timeouts = { [K in keyof typeof defaultTimeoutsMs]?: string | undefined };

function timeoutMs(name: keyof Timeouts, declared: Timeouts = {}): number {
  return durationMs(declared[name]) ?? defaultTimeoutsMs[name];
}

/** Of what is not written as a text, the default. */
function durationMs(declared: unknown, byDefault?: number): number | undefined {
  return typeof declared === "string" ? parseDurationMs(declared) : byDefault;
}

function definedOnly(expect: { [K in keyof Expectation]?: Expectation[K] | undefined }): Expectation {
  return Object.fromEntries(Object.entries(expect).filter(([, value]) => value !== undefined));
}

function missing(issue: v.BaseIssue<unknown>): string | undefined {
  return issue.type === "object" && issue.received === "undefined" && v.getDotPath(issue) === "instanceId"
    ? "is required: the id of an existing ECS instance, such as i-bp67acfmxazb4p"
    : undefined;
}

/** As if nothing had been written there. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const written = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(written.map(([key, item]) => [key, withoutUndefined(item)]));
}

function withoutUnknown(value: unknown, path: string, unknown: string[]): unknown {
  if (value === unknownValue) {
    unknown.push(path);
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item, index) => withoutUnknown(item, `${path}.${index}`, unknown));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const known = withoutUnknown(item, path === "" ? key : `${path}.${key}`, unknown);
    return known === undefined ? [] : [[key, known] as const];
  });
  return Object.fromEntries(entries);
}
