const instant = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;

/** `2020-07-18T03:48:23Z`: what DescribeInstanceAttribute answers and what ECS takes. */
export function withSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2020-07-18T03:48Z`: what DescribeInstances answers. Takes the form with seconds; an empty string stays empty. */
export function toMinuteForm(time: string): string {
  return time === "" ? "" : `${time.slice(0, 16)}Z`;
}

export function cutToMinute(ms: number): number {
  return ms - (ms % 60_000);
}

/** `yyyy-MM-ddTHH:mm:ssZ` and a day that exists, or undefined. */
export function parseInstant(text: string): number | undefined {
  if (!instant.test(text)) return undefined;
  const ms = Date.parse(text);
  // Date.parse takes 24:00:00; the round trip finds it out.
  return Number.isNaN(ms) || withSeconds(ms) !== text ? undefined : ms;
}
