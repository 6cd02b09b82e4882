import { isAnother } from "./is-another";
import type { Desired, Observed, Present, Recorded, ReleasedBy, UtcMinute } from "./model";
import { argumentNames, declaredReleaseTime } from "./normalize";

/** Version of the shape of the recorded outputs. State of a newer one is refused by name. */
export const schemaVersion = 1;

/** A step that was done in the last run. */
export interface DoneStep {
  /** The API call, as ECS and its logs spell it: `StopInstance`, `DeleteInstance`, … */
  readonly call: string;
  readonly because: string;
  /** The vendor's RequestId; absent when the answer was lost. */
  readonly requestId?: string;
}

export interface LastRun {
  /** RFC 3339, by the server's clock. */
  readonly time: string;
  readonly steps: readonly DoneStep[];
  /** How many runs in a row have undone what others had changed. */
  readonly corrections: number;
  /** How many runs in a row have moved the release time by about the time between them, or changed `renew`. Absent: none. */
  readonly moves?: number;
}

/** A difference made by others that is only reported. */
export interface ReportedDrift {
  readonly declared: { readonly state?: string; readonly autoReleaseAt?: string };
  readonly observed: { readonly state: string; readonly autoReleaseAt: string };
}

export type Properties = Readonly<Record<string, unknown>>;

export interface Reached {
  readonly observed: Observed;
  /** Where it is gone now: as it was last seen in this run, and when by the server's clock. */
  readonly lastSeen?: { readonly present: Present; readonly atMs: number } | undefined;
  /** The server's clock when `observed` was seen. */
  readonly atMs: number;
  readonly accountId: string | undefined;
  readonly releasedBy: ReleasedBy | undefined;
  readonly done: readonly DoneStep[];
  /** The release time that was wanted, if it was a time. */
  readonly wantedReleaseTime?: UtcMinute | undefined;
  /** The same, if it is the end of a declared time to live. */
  readonly fixedReleaseTime?: UtcMinute | undefined;
  /** The moment of the schedule that was applied. Undefined: none was in this run. */
  readonly scheduleAppliedAt?: UtcMinute | undefined;
  /** The snapshots that were made before the release. */
  readonly snapshotIds?: readonly string[] | undefined;
  readonly drift?: ReportedDrift | undefined;
  readonly corrections?: number | undefined;
  readonly moves?: number | undefined;
}

/** What was reached → the outputs that are recorded: what was observed and every declared argument verbatim, never a wish. Pure. */
export function toOutputs(
  declared: Properties,
  reached: Reached,
  recorded: Properties | undefined,
): Record<string, unknown> {
  const { observed } = reached;
  const time = new Date(reached.atMs).toISOString();
  const facts: Properties =
    observed.presence === "present" ? factsOf(observed, time) : factsWithout(reached, time, recorded);
  return toPlainJson({
    ...declaredOnly(declared),
    // Every output is always there: one that is missing in the state would be shown as unknown in every later preview.
    ...Object.fromEntries(factNames.map((name) => [name, facts[name] ?? null])),
    ...adoptedIdentity(observed, recorded),
    autoReleaseFixedAt:
      declared.autoReleaseAfter === undefined
        ? null
        : (reached.fixedReleaseTime ?? recorded?.autoReleaseFixedAt ?? null),
    ownReleaseTime: ownReleaseTime(reached, recorded) ?? null,
    scheduleAppliedAt:
      declared.schedule === undefined ? null : (reached.scheduleAppliedAt ?? recorded?.scheduleAppliedAt ?? null),
    snapshotIds: reached.snapshotIds ?? recorded?.snapshotIds ?? [],
    // Not `drift`: that is the argument, which stands among the outputs as it was written.
    observedDrift: reached.drift ?? null,
    accountId: reached.accountId ?? recorded?.accountId ?? null,
    schemaVersion,
    lastRun: {
      time,
      steps: reached.done,
      corrections: reached.corrections ?? 0,
      ...((reached.moves ?? 0) > 0 ? { moves: reached.moves } : {}),
    },
  });
}

/**
 * Another machine carries the id by now. The one that was adopted stays recorded, or the next run would take the other for
 * it and act on a machine that nobody has declared.
 */
function adoptedIdentity(observed: Observed, recorded: Properties | undefined): Properties {
  if (recorded === undefined || observed.presence === "absent" || !isAnother(observed, toRecorded(recorded))) return {};
  const { createdAt, serialNumber } = recorded;
  return { createdAt: createdAt ?? null, serialNumber: serialNumber ?? null };
}

/**
 * Of the time in force: is it ours? It is if it was wanted now, or was ours before and still is the same. What is declared
 * can't tell, after a run that failed half-way; and on it rests what the removal of the resource may cancel.
 */
function ownReleaseTime(
  { observed, wantedReleaseTime }: Reached,
  recorded: Properties | undefined,
): UtcMinute | undefined {
  const inForce = observed.presence === "present" ? observed.releaseTime : undefined;
  if (inForce === undefined) return undefined;
  const before = recorded === undefined ? undefined : toRecorded(recorded).ownReleaseTime;
  return inForce === wantedReleaseTime || inForce === before ? inForce : undefined;
}

const factNames = [
  "status",
  "stoppedMode",
  "chargeType",
  "instanceName",
  "autoReleaseTime",
  "deletionProtection",
  "releasedBy",
  "releasedAt",
  "lastSeenAt",
  "createdAt",
  "serialNumber",
] as const;

function factsOf(observed: Present, time: string): Properties {
  const { status, stoppedMode, chargeType, instanceName, releaseTime, deletionProtection, createdAt, serialNumber } =
    observed;
  const identity = { chargeType, instanceName, createdAt, serialNumber };
  return { ...identity, status, stoppedMode, autoReleaseTime: releaseTime, deletionProtection, lastSeenAt: time };
}

/** Gone: what it was stays recorded, and how it went. */
function factsWithout({ releasedBy, lastSeen }: Reached, time: string, recorded: Properties | undefined): Properties {
  const before =
    lastSeen === undefined ? (recorded ?? {}) : factsOf(lastSeen.present, new Date(lastSeen.atMs).toISOString());
  const { chargeType, instanceName, createdAt, serialNumber, lastSeenAt } = before;
  const last = { chargeType, instanceName, createdAt, serialNumber, lastSeenAt };
  const status = releasedBy === "declaration" || releasedBy === "timer" ? "released" : "absent";
  const releasedAt = releasedBy === undefined ? undefined : (recorded?.releasedAt ?? time);
  return { ...last, status, releasedBy, releasedAt };
}

/** The recorded outputs → what earlier runs know. Pure; throws an Error when the state was written by a newer version. */
export function toRecorded(outputs: Properties): Recorded {
  const version = outputs.schemaVersion;
  if (typeof version === "number" && version > schemaVersion) {
    const refusal = new Error(
      `the state of ${String(outputs.instanceId)} has schemaVersion ${version}, this version of pulumi-alicloud-lifecycle knows up to ${schemaVersion}; upgrade the package`,
    );
    // The host prints stacks, and where we live is of no use to anybody.
    refusal.stack = refusal.message;
    throw refusal;
  }
  const text = (name: string) => {
    const value = outputs[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const by = text("releasedBy");
  const fixed = outputs.autoReleaseAfter === undefined ? undefined : text("autoReleaseFixedAt");
  const declared = declaredReleaseTime(outputs.autoReleaseAt) ?? fixed;
  return {
    declared: declaredOnly(outputs),
    declaredReleaseTime: declared,
    ownReleaseTime: outputs.ownReleaseTime === undefined ? declared : text("ownReleaseTime"),
    fixedReleaseTime: fixed,
    scheduleAppliedAt: text("scheduleAppliedAt"),
    releasedBy: by === "declaration" || by === "timer" || by === "unknown" ? by : undefined,
    releasedAt: text("releasedAt"),
    lastSeenAt: text("lastSeenAt"),
    releaseAccepted: releaseAccepted(outputs.lastRun),
    corrections: countOf(outputs.lastRun, "corrections"),
    moves: countOf(outputs.lastRun, "moves"),
    lastRunAt: timeOf(outputs.lastRun),
    createdAt: text("createdAt"),
    serialNumber: text("serialNumber"),
  };
}

function countOf(lastRun: unknown, name: "corrections" | "moves"): number {
  const count = propertyOf(lastRun, name);
  return typeof count === "number" ? count : 0;
}

function timeOf(lastRun: unknown): string | undefined {
  const time = propertyOf(lastRun, "time");
  return typeof time === "string" ? time : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Properties)[name] : undefined;
}

function releaseAccepted(lastRun: unknown): boolean {
  const steps = propertyOf(lastRun, "steps");
  return (
    Array.isArray(steps) &&
    steps.some((step: Partial<DoneStep> | null) => step?.call === "DeleteInstance" && step.requestId !== undefined)
  );
}

/** The arguments among a set of properties, as they were written. */
export function declaredOnly(properties: Properties): Properties {
  return Object.fromEntries(
    argumentNames.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
  );
}

/** The properties without these. Pure. */
export function without(properties: Properties, ...names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/**
 * The one choke point for everything that is handed to Pulumi: undefined or a BigInt would fail there *after* our work
 * is done (pulumi/pulumi#7576), and a Date would silently turn into an empty object. Pure.
 */
export function toPlainJson(properties: Properties): Record<string, unknown> {
  return plainObject(Object.entries(properties));
}

function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return value.toString();
    case "object": {
      if (value === null) return null;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (Array.isArray(value)) return value.map((item) => plainValue(item) ?? null);
      return plainObject(value instanceof Map ? [...value] : Object.entries(value));
    }
    default:
      return undefined;
  }
}

function plainObject(entries: readonly (readonly [unknown, unknown])[]): Record<string, unknown> {
  const plain = entries.map(([key, item]): [string, unknown] => [String(key), plainValue(item)]);
  return Object.fromEntries(plain.filter(([, item]) => item !== undefined));
}

/** The inputs that a refresh hands back: what is there, but only for arguments that were declared. Pure. */
export function mirror(
  declared: Properties,
  desired: Desired,
  observed: Observed,
  fixed: UtcMinute | undefined,
): Properties {
  if (observed.presence === "absent") return declared;
  const mirrored: Record<string, unknown> = { ...declared };
  if (desired.state !== undefined) mirrored.state = mirrorState(desired.state, observed.status);
  const { releaseTime } = desired;
  if (releaseTime.kind === "unmanaged") return mirrored;
  const wanted = releaseTime.kind === "at" ? releaseTime.at : releaseTime.kind === "after" ? fixed : undefined;
  if (observed.releaseTime === wanted) return mirrored;
  // A time to live that others have changed reads as the time that is there: shown as a difference, and never applied as such.
  mirrored.autoReleaseAt = observed.releaseTime ?? "never";
  return mirrored;
}

function mirrorState(declared: string, status: string): string {
  // On its way to what is declared is no drift; it would be gone by the time somebody looks.
  const onItsWay: Record<string, string> = { starting: "running", pending: "running", stopping: "stopped" };
  const target = onItsWay[status] ?? status;
  return target === "running" || target === "stopped" ? target : declared;
}
