import type { Observed } from "../../provider/core/model";
import type { Declared } from "../../provider/program/judge";
import { desired, minutesFromNow, nowMs, present, type Wish } from "./builders";

/** A release time that comes in two hours. */
export const soon = minutesFromNow(120);

/** One declaration of the program; what is not said is a running instance of which nothing is managed. */
export function declared(
  id: string,
  different: Partial<Omit<Declared, "desired">> & {
    readonly wish?: Wish;
    readonly seen?: Observed | undefined;
  } = {},
): Declared {
  const { wish, seen, ...rest } = different;
  return {
    name: `resource-${id}`,
    desired: desired({ instanceId: id, ...wish }),
    observed: "seen" in different ? seen : present({ instanceId: id, regionId: wish?.regionId ?? "cn-hangzhou" }),
    atMs: nowMs,
    accountId: undefined,
    instancesBehind: [],
    ...rest,
  };
}

export function settingsOf(
  settings: Readonly<Record<string, string | undefined>>,
): (key: string) => string | undefined {
  return (key) => settings[key];
}

export const many = (prefix: string, count: number, wish: Wish = {}) =>
  Array.from({ length: count }, (_, index) => declared(`i-${prefix}${index}`, { wish }));
