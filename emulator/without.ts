/** The object without these members. Pure. A member that is deleted would leave an object that is slow to copy. */
export function without<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  ...names: readonly Name[]
): Omit<Whole, Name> {
  const dropped: readonly PropertyKey[] = names;
  const rest: Partial<Whole> = {};
  for (const name of Object.keys(whole) as (keyof Whole)[]) {
    if (!dropped.includes(name)) rest[name] = whole[name];
  }
  return rest as Omit<Whole, Name>;
}
