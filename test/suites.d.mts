/** What is run: a command, or the tests of some folders. */
export interface Suite {
  readonly name: string;
  readonly command?: readonly [file: string, args: readonly string[]];
  readonly tests?: readonly string[];
  readonly part?: Part;
}

/** `npm test`, or what only `npm run test:all` has. */
export type Part = "test" | "rest";

export const suites: readonly Suite[];
export const testFiles: readonly string[];
export const named: readonly string[];
export function partOf(file: string): Part;
export function suiteOf(file: string): Suite | undefined;
