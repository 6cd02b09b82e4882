import { countText } from "./figures";
import type { PlannedChanges, Report } from "./report";

/** As in `lifecycle:maxStops` and the other limits of one stack. */
export const limited = ["releases", "releaseTimes", "stops"] as const;
type Limited = (typeof limited)[number];

/** One limit for all that was read. */
export interface AtMost {
  readonly what: Limited;
  readonly count: number;
}

const words: Readonly<Record<Limited, string>> = {
  releases: "releases",
  releaseTimes: "new or earlier release times",
  stops: "stops",
};

/** `stops=500`; undefined: it is no limit. Pure. */
export function readAtMost(text: string): AtMost | undefined {
  const [, name, count] = /^([A-Za-z]+)=(\d{1,9})$/.exec(text) ?? [];
  const what = limited.find((one) => one === name);
  return what === undefined ? undefined : { what, count: Number(count) };
}

/** Why the previews must not be applied, one line each. What isn't told may be anything, so it is one of the reasons. Pure. */
export function overLines({ planned, stacks, errors }: Report, limits: readonly AtMost[]): readonly string[] {
  if (limits.length === 0 || planned === undefined) return [];
  const untold =
    planned.notTold === 0
      ? []
      : [
          `what is done is not told of ${countText(planned.notTold, "machine or fleet", "machines or fleets")} (${sharesOf(stacks, "notTold")}); where machines are only counted, \`pulumi config set lifecycle:showAll true\` names them`,
        ];
  const broken =
    errors.length === 0 ? [] : [`${countText(errors.length, "error")}, so what is planned is not known: ${errors[0]}`];
  return [
    ...limits
      .filter(({ what, count }) => planned[what] > count)
      .map(
        ({ what, count }) =>
          `${planned[what]} ${words[what]} are planned, and ${what} may be ${count}: ${sharesOf(stacks, what)}`,
      ),
    ...untold,
    ...broken,
  ];
}

const mostNamed = 20;

/** `web 40, batch 20`, the largest first. */
function sharesOf(stacks: Report["stacks"], what: keyof PlannedChanges): string {
  const shares = stacks
    .map(({ stack, planned }) => ({ stack, count: planned?.[what] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const rest = shares.length - mostNamed;
  const named = shares.slice(0, mostNamed).map(({ stack, count }) => `${stack} ${count}`);
  return `${named.join(", ")}${rest > 0 ? ` and ${countText(rest, "more stack")}` : ""}`;
}
