import { SourceFailure } from "./source-failure";

/** How long a role's session lasts, within what STS takes. Throws SourceFailure. */
export function sessionSeconds(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200) return seconds;
  throw new SourceFailure(`${name} has to be 900 to 43200 seconds`);
}
