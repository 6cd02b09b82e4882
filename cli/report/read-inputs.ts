import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { UsageError } from "../usage-error";
import { exportStack } from "./export-stack";
import type { Found, FoundTogether } from "./found";
import { printable } from "./printable";
import { readPreview } from "./read-preview";
import { readState } from "./read-state";
import { type Read, readTogether } from "./read-together";

/** What the command was told to read: names and files of one kind. */
export interface Inputs {
  readonly stack?: readonly string[];
  readonly state?: readonly string[];
  readonly preview?: readonly string[];
}

/** All of it as one, and what a person calls it. Throws UsageError. */
export async function readInputs(inputs: Inputs): Promise<{ readonly found: FoundTogether; readonly from: string }> {
  const { option, names } = given(inputs);
  const read: Read[] = [];
  // One after the other: an export is a process, and there may be a hundred of them.
  for (const name of names) read.push(await readers[option](name));
  const [first] = read;
  const from = read.length === 1 && first !== undefined ? first.from : `${read.length} stacks`;
  return { found: readTogether(read, option), from };
}

const readers = {
  "--stack": async (name: string): Promise<Read> => ({
    found: readState(await exportStack(name), "--stack", `stack ${printable(name)}`),
    from: `stack ${name}`,
  }),
  "--state": (file: string) => readText(file, "--state", readState),
  "--preview": (file: string) => readText(file, "--preview", readPreview),
} as const;

function given({ stack = [], state = [], preview = [] }: Inputs) {
  const all = [
    { option: "--stack", names: stack },
    { option: "--state", names: state },
    { option: "--preview", names: preview },
  ] as const;
  const [one, ...others] = all.filter(({ names }) => names.length > 0);
  if (one === undefined || others.length > 0) {
    throw new UsageError(
      `${one === undefined ? "nothing to read" : "only inputs of one kind can be read"}: pass one of --stack NAME, --state FILE, --preview FILE`,
    );
  }
  if (one.names.filter((name) => name === "-").length > 1) {
    throw new UsageError(`${one.option}: standard input can be read once; pass - once`);
  }
  return one;
}

async function readText(
  file: string,
  option: string,
  reader: (text: string, option: string, from: string) => Found,
): Promise<Read> {
  const from = file === "-" ? "standard input" : basename(file);
  const text = file === "-" ? await textOf(process.stdin) : readFile(file, option);
  return { found: reader(text, option, printable(from)), from };
}

/** The text of a file that an option names. Throws UsageError. */
export function readFile(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option}: ${printable(file)} can't be read (${codeOf(error)}); check the path`);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
