export type Limit = { readonly count: number } | { readonly wrong: string };

/** A number, or a percentage of what the program declares; rounded down, for the stricter reading. Pure. */
export function parseLimit(key: string, setting: string | undefined, byDefault: number, declared: number): Limit {
  if (setting === undefined) return { count: byDefault };
  const percent = /^(\d{1,3})\s*%$/.exec(setting.trim());
  if (percent !== null && Number(percent[1]) <= 100)
    return { count: Math.floor((declared * Number(percent[1])) / 100) };
  if (/^\d{1,9}$/.test(setting.trim())) return { count: Number(setting) };
  return { wrong: `${key}: must be a number such as 3 or a percentage such as 10%, not "${setting}"` };
}

export function isPercentage(setting: string | undefined): boolean {
  return setting?.trim().endsWith("%") ?? false;
}
