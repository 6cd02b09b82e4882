import * as v from "valibot";
import { parseDurationMs } from "./duration";
import type { Desired, DesiredReleaseTime, Expectation, UtcMinute } from "./model";
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

const minTimeoutMs = 1_000;
const maxTimeoutMs = 24 * 60 * 60_000;

function oneOf<const T extends readonly string[]>(values: T) {
  return v.picklist(
    values,
    (issue) => `must be ${values.map((value) => `"${value}"`).join(" or ")}${echo(issue.input)}`,
  );
}

function echo(input: unknown): string {
  return typeof input === "string" ? `, not "${input}"` : "";
}

const flag = v.boolean("must be true or false");

const text = v.pipe(v.string("must be a text"), v.nonEmpty("must not be empty; leave it out instead"));

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
        message: "must be a text",
        path: [{ type: "object", origin: "value", input: dataset.value, key, value }],
      });
    }
  }),
);

const timeout = v.pipe(
  v.string('must be a duration such as "10m" or "PT10M"'),
  v.check(
    (value) => {
      const ms = parseDurationMs(value);
      return ms !== undefined && ms >= minTimeoutMs && ms <= maxTimeoutMs;
    },
    (issue) => `must be a duration from 1s to 24h such as "10m" or "PT10M"${echo(issue.input)}`,
  ),
);

const releaseTime = v.pipe(
  v.string('must be "never" or a time such as 2026-12-24T18:00:00+08:00 (RFC 3339)'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value === "never") return;
    const parsed = parseReleaseTime(dataset.value);
    if ("wrong" in parsed) addIssue({ message: parsed.wrong });
  }),
);

/** Every argument name there is, so that a typo is told apart from a choice. */
const schema = object("", {
  instanceId: v.pipe(
    v.string("is required: the id of an existing ECS instance, such as i-bp67acfmxazb4p"),
    v.regex(/^i-[a-z0-9]{1,60}$/, 'must be an instance id: "i-" followed by lower-case letters and digits'),
  ),
  regionId: v.optional(
    v.pipe(
      v.string("must be a region id such as cn-hangzhou"),
      v.regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "must be a region id such as cn-hangzhou"),
    ),
  ),
  state: v.optional(oneOf(["running", "stopped", "released"])),
  autoReleaseAt: v.optional(releaseTime),
  stop: v.optional(
    object("stop", { mode: v.optional(oneOf(["KeepCharging", "StopCharging"])), force: v.optional(flag) }),
  ),
  release: v.optional(object("release", { force: v.optional(flag) })),
  expect: v.optional(
    object("expect", {
      instanceName: v.optional(text),
      tags: v.optional(tags),
      chargeType: v.optional(oneOf(["PostPaid", "PrePaid"])),
      accountId: v.optional(
        v.pipe(v.string("must be a text of digits, in quotes"), v.regex(/^\d+$/, "must be a text of digits")),
      ),
    }),
  ),
  onDelete: v.optional(oneOf(["retain", "retainTimer", "stop"])),
  timeouts: v.optional(
    object("timeouts", {
      start: v.optional(timeout),
      stop: v.optional(timeout),
      release: v.optional(timeout),
    }),
  ),
});

/** The names of all arguments, as users write them. */
export const argumentNames: readonly string[] = Object.keys(schema.entries);

function object<const T extends v.ObjectEntries>(name: string, entries: T) {
  const known = Object.keys(entries).join(", ");
  return v.strictObject(entries, (issue) =>
    issue.expected === "never"
      ? `is not an argument${name === "" ? "" : ` of ${name}`}; there are: ${known}`
      : `must be an object with ${known}`,
  );
}

/**
 * Args → desired, or every fault at once. Pure, and the same in the program and in the provider.
 * `defaultRegionId` is what the configuration says where the argument is left out.
 */
export function normalize(args: unknown, defaultRegionId?: string): Declaration {
  const unknown: string[] = [];
  const known = withoutUnknown(args, "", unknown);
  const result = v.safeParse(schema, known, { abortPipeEarly: true });
  const failures: string[] = [];
  for (const issue of result.issues ?? []) {
    const name = v.getDotPath(issue) ?? "arguments";
    if (unknown.some((path) => name === path || path === "" || path.startsWith(`${name}.`))) continue;
    failures.push(`${name}: ${missing(issue) ?? issue.message}`);
  }
  const value = result.success ? result.output : undefined;
  const raw: Record<string, unknown> = typeof known === "object" && known !== null ? { ...known } : {};
  if (raw.state === "released" && raw.autoReleaseAt !== undefined) {
    failures.push('autoReleaseAt: can\'t be combined with state "released"; declare one of the two');
  }
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

/** The declared release time of a set of arguments, if it is a time. */
export function declaredReleaseTime(autoReleaseAt: unknown): UtcMinute | undefined {
  if (typeof autoReleaseAt !== "string" || autoReleaseAt === "never") return undefined;
  const parsed = parseReleaseTime(autoReleaseAt);
  return "minute" in parsed ? parsed.minute : undefined;
}

function toDesired(args: v.InferOutput<typeof schema>, regionId: string): Desired {
  return {
    instanceId: args.instanceId,
    regionId,
    state: args.state,
    releaseTime: desiredReleaseTime(args.autoReleaseAt),
    stop: { mode: args.stop?.mode ?? "KeepCharging", force: args.stop?.force ?? false },
    release: { force: args.release?.force ?? false },
    expect: definedOnly(args.expect ?? {}),
    onDelete: args.onDelete ?? "retain",
    timeouts: {
      startMs: timeoutMs(args.timeouts?.start),
      stopMs: timeoutMs(args.timeouts?.stop),
      releaseMs: timeoutMs(args.timeouts?.release),
    },
  };
}

function desiredReleaseTime(autoReleaseAt: string | undefined): DesiredReleaseTime {
  if (autoReleaseAt === undefined) return { kind: "unmanaged" };
  const at = declaredReleaseTime(autoReleaseAt);
  return at === undefined ? { kind: "never" } : { kind: "at", at };
}

function timeoutMs(declared: string | undefined): number {
  return parseDurationMs(declared ?? "10m") ?? 600_000;
}

function definedOnly(expect: { [K in keyof Expectation]?: Expectation[K] | undefined }): Expectation {
  return Object.fromEntries(Object.entries(expect).filter(([, value]) => value !== undefined));
}

function missing(issue: v.BaseIssue<unknown>): string | undefined {
  return issue.type === "strict_object" && issue.received === "undefined" && v.getDotPath(issue) === "instanceId"
    ? "is required: the id of an existing ECS instance, such as i-bp67acfmxazb4p"
    : undefined;
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
