import type { Session } from "./session";
import { SourceFailure } from "./source-failure";

/** A source that is complete as far as can be told without asking anybody. */
export interface Choice {
  /** Which source it is, for people: `profile ci of ~/.aliyun/config.json`. */
  readonly text: string;
  /** Asks it. Rejects with SourceFailure. */
  readonly open: () => Promise<Session>;
}

/** What one source says: `passed` lets the next one speak, `stopped` does not, or another identity than the one meant would act. */
export type Look =
  | { readonly kind: "found"; readonly choice: Choice }
  | { readonly kind: "passed"; readonly source: string; readonly reason: string }
  | { readonly kind: "stopped"; readonly source: string; readonly reason: string };

export function passed(source: string, reason = "not set"): Look {
  return { kind: "passed", source, reason };
}

/** A look that stops where `look` fails. */
export function lookOrStop(source: string, look: () => Look): Look {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    return { kind: "stopped", source, reason: error.reason };
  }
}
