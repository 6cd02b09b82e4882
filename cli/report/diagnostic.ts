import { type Json, textIn } from "./parse-json";
import { printable } from "./printable";

/** What a preview says, of a resource or of nothing in particular. */
export interface Diagnostic {
  readonly urn: string;
  readonly severity: string;
  readonly message: string;
}

export function diagnosticOf(diagnostic: Json): Diagnostic {
  return {
    urn: textIn(diagnostic, "urn"),
    severity: textIn(diagnostic, "severity"),
    message: textIn(diagnostic, "message"),
  };
}

/** What stands before the words in a diagnostic is the engine's, and the report says it in its own way. Pure. */
export function withoutEnginesWords(message: string): string {
  return message.replace(/^(warning|error|info): /, "").replace(/^\S+ resource '.*?' has a problem: /, "");
}

/** The same in one line. Pure. */
export function wordsOf(message: string): string {
  return withoutEnginesWords(printable(message));
}
