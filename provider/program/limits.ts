export type Limit = { readonly count: number } | { readonly wrong: string };

const flag = "readOnly";
/** The settings that only ever forbid something. */
export const limitNames: readonly string[] = ["maxReleases", "maxReleaseTimes", "maxStops", flag];

/** A number, or a percentage of what the program declares; rounded down, for the stricter reading. Pure. */
export function parseLimit(key: string, setting: string | undefined, byDefault: number, declared: number): Limit {
  if (setting === undefined) return { count: byDefault };
  const percent = /^(\d{1,3})\s*%$/.exec(setting.trim());
  if (percent !== null && Number(percent[1]) <= 100)
    return { count: Math.floor((declared * Number(percent[1])) / 100) };
  if (/^\d{1,9}$/.test(setting.trim())) return { count: Number(setting) };
  return { wrong: `${key}: must be a whole number such as 3 or a percentage such as 10%` };
}

/** What is wrong with the value of one of these settings, as soon as it is read. Without the value, which may be a secret. Pure. */
export function limitFault(key: string, name: string, setting: string): string | undefined {
  if (name === flag) return ["true", "false"].includes(setting) ? undefined : `${key}: must be true or false`;
  const limit = parseLimit(key, setting, 0, 0);
  return "wrong" in limit ? limit.wrong : undefined;
}

export function isPercentage(setting: string | undefined): boolean {
  return setting?.trim().endsWith("%") ?? false;
}
