import type { Weekday } from "./schedule";

/** In the order of ISO 8601, Monday first. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const satisfies readonly Weekday[];

const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** ISO number, Monday is 1. */
export function weekdayNumber(day: Weekday): number {
  return weekdays.indexOf(day) + 1;
}

export function weekdayName(number: number): string {
  return names[number - 1] ?? `day ${number}`;
}

/** Reads `mon`, `mon-fri`, `fri-mon` or `sat,sun` as ISO numbers; undefined when it is none of these. Pure. */
export function parseWeekdays(text: string): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [first, last, ...more] = part.trim().toLowerCase().split("-").map(oneWeekday);
    if (first === undefined || more.length > 0 || (part.includes("-") && last === undefined)) return undefined;
    const length = ((last ?? first) - first + 7) % 7;
    for (let step = 0; step <= length; step++) found.add(((first - 1 + step) % 7) + 1);
  }
  return [...found].sort((a, b) => a - b);
}

function oneWeekday(text: string): number | undefined {
  const index = (weekdays as readonly string[]).indexOf(text);
  return index < 0 ? undefined : index + 1;
}
