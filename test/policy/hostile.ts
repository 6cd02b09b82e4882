/** What stands where something else was expected: people write it, and other programs do. */
export const hostile: readonly unknown[] = [
  undefined,
  null,
  "",
  "  ",
  "text\nwith a second line",
  0,
  Number.NaN,
  true,
  [],
  [null],
  [["state", "released"]],
  {},
  Object.create(null),
  { __proto__: { tags: { env: "prod" } } },
  { constructor: null, toString: 1 },
  { tags: "env=prod", life: "30d", mode: 1 },
];
