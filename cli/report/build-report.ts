import { declaredReleaseTime } from "../../provider/core/normalize";
import type { FoundInstance, FoundTogether } from "./found";
import { hiddenIn } from "./hidden-value";
import { hoursOf, totalsOf } from "./hours";
import { daysLater } from "./local-calendar";
import { isIrrevocable, plannedReleaseTime, releasesNow } from "./plan-text";
import { moneyOf, type Prices, sumOfMoney } from "./prices";
import { printable } from "./printable";
import { plannedChanges } from "./planned-changes";
import type { InstanceReport, Release, Report, Span } from "./report";
import { planRow } from "./plan-row";
import { stackReports } from "./stack-reports";
import { cutAtRelease, declaredTime, type DeclaredTime } from "./spans";

export interface Wanted {
  /** Where it was read, as a person names it. */
  readonly from: string;
  /** In the zone of the schedules, which is known only now. */
  readonly fromMs: (zone: string) => number;
  readonly days: number;
  readonly nowMs: number;
  readonly prices: Prices | undefined;
}

/** What was read → everything that is shown. Pure. */
export function buildReport(found: FoundTogether, wanted: Wanted): Report {
  const timeOf = rememberingTimes();
  const read = found.instances.map((instance) => ({ instance, time: timeOf(instance.declared ?? {}) }));
  const zone = mainZone(read.map(({ time }) => time));
  const fromMs = wanted.fromMs(zone);
  const toMs = daysLater(fromMs, wanted.days, zone);
  const window = { fromMs, toMs, nowMs: wanted.nowMs };
  const instances = read
    .map(({ instance, time }) => instanceReport(instance, time, zone, window))
    .map((one) => ({ ...one, money: wanted.prices === undefined ? undefined : moneyOf(one, wanted.prices) }));
  const zones = [...new Set([zone, ...instances.map((one) => one.zone)])];
  const ordered = zones.flatMap((one) => instances.filter((instance) => instance.zone === one));
  return {
    kind: found.kind,
    from: printable(wanted.from),
    nowMs: wanted.nowMs,
    fromMs,
    toMs,
    days: wanted.days,
    zone,
    instances: ordered,
    ignored: found.ignored,
    notes: [...new Set(found.notes)],
    errors: [...new Set(found.errors)],
    totals: totalsOf(ordered),
    money: wanted.prices === undefined ? undefined : sumOfMoney(ordered, wanted.prices),
    planned: found.kind === "state" ? undefined : plannedChanges(found),
    stacks: stackReports(found, ordered),
  };
}

/** A fleet's members declare the same, and a thousand weeks of the same schedule would be reckoned a thousand times. */
function rememberingTimes(): (declared: Declared) => DeclaredTime {
  const times = new Map<string, DeclaredTime>();
  return (args) => {
    // Which machine it is declared for says nothing of when.
    const declared = { ...args, instanceId: undefined };
    const key = JSON.stringify(declared);
    const time = times.get(key) ?? rememberingSpans(declaredTime(declared));
    times.set(key, time);
    return time;
  };
}

type Declared = NonNullable<FoundInstance["declared"]>;

function rememberingSpans(time: DeclaredTime): DeclaredTime {
  const spans = new Map<string, readonly Span[]>();
  return {
    ...time,
    spansBetween: (fromMs, toMs) => {
      const key = `${fromMs} ${toMs}`;
      const between = spans.get(key) ?? time.spansBetween(fromMs, toMs);
      spans.set(key, between);
      return between;
    },
  };
}

/** That of most schedules; of as many, the first. */
function mainZone(times: readonly DeclaredTime[]): string {
  const counts = new Map<string, number>();
  for (const { schedule } of times)
    if (schedule !== undefined) counts.set(schedule.zone, (counts.get(schedule.zone) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ["UTC", 0] as [string, number])[0];
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

function instanceReport(
  instance: FoundInstance,
  time: DeclaredTime,
  zone: string,
  window: Window,
): Omit<InstanceReport, "money"> {
  const { part: stack, name, fleet, instanceId, instanceName, regionId, recorded, planned, declared } = instance;
  const gone = recorded?.status === "released" || recorded?.status === "absent";
  const isForgotten = planned?.op === "delete";
  const release =
    gone || planned?.untold?.mayChangeRelease === true ? undefined : releaseOf(instance, time, window.nowMs);
  const spans = gone
    ? [{ fromMs: window.fromMs, toMs: window.toMs, power: "released" as const, because: "it is gone" }]
    : spansOf(instance, time, release, window);
  const isOnlyId = name === instanceId && instanceName !== undefined;
  return {
    urn: printable(instance.urn),
    stack,
    name,
    fleet,
    instanceId,
    instanceName,
    label: `${stack === undefined ? "" : `${stack}/`}${isOnlyId ? instanceName : name}`,
    regionId,
    status: recorded?.status,
    stoppedMode: recorded?.stoppedMode,
    chargeType: recorded?.chargeType,
    lastSeenAt: recorded?.lastSeenAt,
    declared: isForgotten ? "not declared any more" : declared === undefined ? "not told" : time.words,
    stopMode: stopModeOf(declared),
    zone: time.schedule?.zone ?? zone,
    spans,
    release,
    gone,
    hours: hoursOf(spans),
    plan: planned === undefined ? undefined : planRow(planned, instance, time),
    drift: instance.drift,
    notes: time.notesBetween(window.fromMs, window.toMs),
  };
}

function spansOf(
  { planned, declared, recorded }: FoundInstance,
  time: DeclaredTime,
  release: Release | undefined,
  { fromMs, toMs }: Window,
): readonly Span[] {
  const whole = (power: Span["power"], because: string): readonly Span[] => [{ fromMs, toMs, power, because }];
  const isToGo = release !== undefined && declared?.state === "released" && declared.schedule === undefined;
  const spans =
    planned?.untold?.mayChangeRelease === true
      ? whole("unknown", "the preview doesn't tell whether its release time changes")
      : planned?.op === "delete"
        ? whole("unmanaged", "it is not declared any more")
        : declared === undefined
          ? whole("unknown", "the preview doesn't tell what is declared")
          : isToGo
            ? // Until it goes it is what it was found to be.
              whole(powerNow(recorded?.status), "as it was last recorded")
            : time.spansBetween(fromMs, toMs);
  return release === undefined || release.atMs >= toMs
    ? spans
    : cutAtRelease(spans, release.atMs, toMs, release.because);
}

function powerNow(status: string | undefined): Span["power"] {
  return status === "running" || status === "stopped" ? status : "unmanaged";
}

/** The first of: by the update, by a release time, by the schedule's last stage. */
function releaseOf(instance: FoundInstance, time: DeclaredTime, nowMs: number): Release | undefined {
  const { planned, declared, recorded } = instance;
  const quoted = planned?.quoted;
  const found: Release[] = [];
  if (releasesNow(quoted)) found.push({ atMs: nowMs, because: "the update releases it", planned: true });
  else if (
    declared?.state === "released" &&
    declared.schedule === undefined &&
    hiddenIn(declared.state) === undefined
  ) {
    found.push({ atMs: nowMs, because: "declared released, and not done yet", planned: false });
  }
  const set = plannedReleaseTime(quoted);
  const irrevocable = (quoted?.steps ?? []).some(
    (step) => step.call === "ModifyInstanceAutoReleaseTime" && isIrrevocable(step),
  );
  const inForce =
    set ?? (planned?.op === "delete" ? keptTime(instance) : (recorded?.releaseTime ?? declaredTimeOf(instance)));
  if (inForce !== undefined && inForce !== "none") {
    found.push({
      atMs: Date.parse(inForce),
      because: "ECS releases it at its release time",
      planned: irrevocable,
    });
  }
  if (time.releaseAtMs !== undefined) {
    found.push({
      atMs: time.releaseAtMs,
      because: "schedule.life.releaseAfter: the first update from then on releases it",
      planned: false,
    });
  }
  return found.sort((a, b) => a.atMs - b.atMs)[0];
}

/** Taken out of the program: only what is not cancelled is still in force. */
function keptTime({ recorded, planned }: FoundInstance): string | undefined {
  return planned?.cancelsReleaseTime === true && recorded?.releaseTime === recorded?.ownReleaseTime
    ? undefined
    : recorded?.releaseTime;
}

/** Nothing was recorded and nothing has to be called: then the declared time is in force already. */
function declaredTimeOf({ declared, recorded }: FoundInstance): string | undefined {
  const at = declared?.autoReleaseAt;
  return recorded === undefined && hiddenIn(at) === undefined ? declaredReleaseTime(at) : undefined;
}

function stopModeOf(declared: FoundInstance["declared"]): InstanceReport["stopMode"] {
  if (declared === undefined || hiddenIn(declared.stop) !== undefined) return undefined;
  const { stop } = declared;
  const mode: unknown = typeof stop === "object" && stop !== null && "mode" in stop ? stop.mode : "KeepCharging";
  return mode === "KeepCharging" || mode === "StopCharging" ? mode : undefined;
}
