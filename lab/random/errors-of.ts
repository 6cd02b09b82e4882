import type { Operation } from "../evidence";

/** What a run has refused or failed, line by line; what a fleet says of several at once, once for each of them. Pure. */
export function errorsOf({ printed }: Operation): readonly string[] {
  return printed
    .filter((text) => text.startsWith("error: "))
    .flatMap((text) => oneByOne(text.slice("error: ".length).split("\n")));
}

/** `3 instances: ` with what is said of them in a line or more, then their names, in rows. */
function oneByOne(lines: readonly string[]): readonly string[] {
  const said: string[] = [];
  let together: readonly string[] = [];
  let isNaming = false;
  for (const line of lines) {
    const begun = /^\d+ instances: (.*)$/.exec(line)?.[1];
    const ids = together.length > 0 && /^ {2}i-/.test(line) ? (line.match(/\bi-[a-z0-9]+/g) ?? []) : [];
    if (begun !== undefined) together = [begun];
    else if (ids.length > 0) said.push(...ids.flatMap((id) => together.map((text) => `${text} (${id})`)));
    else if (together.length > 0 && !isNaming) together = [...together, line];
    else {
      together = [];
      said.push(line);
    }
    isNaming = ids.length > 0;
  }
  return said;
}
