/** The same Date, but `new Date()` asks `Date.now` like everybody else, so that whoever replaces that one moves both. */
export function virtualDate(real: DateConstructor): DateConstructor {
  return new Proxy(real, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget) as Date,
  });
}
