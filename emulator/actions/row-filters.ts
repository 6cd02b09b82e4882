import type { Parameters } from "../parameters";

export type Matches<Item> = (item: Item) => boolean;

/** Reads the value of the parameter with this name; the value isn't empty. */
export type ReadFilter<Item> = (value: string, name: string) => Matches<Item>;

/** A row must fit every parameter that is sent; one that is empty counts as left out. */
export function readRowFilters<Item>(
  params: Parameters,
  filters: Readonly<Record<string, ReadFilter<Item>>>,
): Matches<Item> {
  const tests = Object.entries(filters).flatMap(([name, read]) => {
    const value = params.text(name) ?? "";
    return value === "" ? [] : [read(value, name)];
  });
  return (item) => tests.every((matches) => matches(item));
}

export function isEqual<Item>(member: keyof Item): ReadFilter<Item> {
  return (value) => (item) => item[member] === value;
}

export function isFlag<Item>(params: Parameters, member: keyof Item): ReadFilter<Item> {
  return (_, name) => {
    const wanted = params.boolean(name, false);
    return (item) => item[member] === wanted;
  };
}

/** `true` chooses those that have it, `false` chooses nothing: all are shown. */
export function onlyThose<Item>(params: Parameters, has: Matches<Item>): ReadFilter<Item> {
  return (_, name) => (params.boolean(name, false) ? has : () => true);
}

/** For what nothing in this world has: whoever asks for it finds nothing. */
export function findsNothing<Item>(): ReadFilter<Item> {
  return () => () => false;
}
