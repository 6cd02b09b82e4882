import type { Hours, InstanceReport, Power, Span, Totals } from "./report";

const hourMs = 3_600_000;
const powers: readonly Power[] = ["running", "stopped", "released", "unmanaged", "unknown"];

export function hoursOf(spans: readonly Span[]): Hours {
  const of = (power: Power) =>
    spans.filter((span) => span.power === power).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / hourMs;
  const [running, stopped, released, unmanaged, unknown] = powers.map(of);
  return {
    running: running ?? 0,
    stopped: stopped ?? 0,
    released: released ?? 0,
    unmanaged: unmanaged ?? 0,
    unknown: unknown ?? 0,
  };
}

/** What is declared off, against always on. Time of which nobody knows what is declared is in neither. Pure. */
export function totalsOf(instances: readonly InstanceReport[]): Totals {
  const counted = instances.filter(isCounted);
  const sum = (of: (one: InstanceReport) => number) => counted.reduce((total, one) => total + of(one), 0);
  return {
    counted: counted.length,
    alwaysOnHours: sum(({ hours }) => hours.running + hours.stopped + hours.released + hours.unmanaged),
    onHours: sum(({ hours }) => hours.running),
    unmanagedHours: sum(({ hours }) => hours.unmanaged),
    savedHours: sum(savedHours),
    billedOnHours: sum((one) => (isBilledOn(one) ? one.hours.stopped : 0)),
  };
}

export function isCounted({ gone, hours }: InstanceReport): boolean {
  return !gone && hours.unknown === 0;
}

export function savedHours({ hours }: InstanceReport): number {
  return hours.stopped + hours.released;
}

/** Stopped, and the bill goes on. */
export function isBilledOn({ stopMode, chargeType }: InstanceReport): boolean {
  return stopMode === "KeepCharging" || chargeType === "PrePaid";
}
