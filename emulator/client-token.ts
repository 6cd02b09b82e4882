import type { Call } from "./call";
import { checkPermission } from "./permission";
import { clientTokenMalformed, clientTokenUsed } from "./wire-error";
import { accountOf } from "./world";

type Answer = Record<string, unknown>;

export interface Token {
  /** What the same call was answered before. */
  readonly earlier: Answer | undefined;
  /** Remembers what is answered now. */
  keep(answer: Answer): Answer;
}

/** The call's ClientToken: the same call again changes nothing, another call with it is a mismatch. */
export function readClientToken(call: Call, mismatchStatus: 400 | 403): Token {
  const { world, params, action } = call;
  const token = params.text("ClientToken") ?? "";
  if (token === "") return { earlier: undefined, keep: (answer) => answer };
  if (token.length > 64 || [...token].some((character) => character > "\u007f")) throw clientTokenMalformed();
  const key = `${accountOf(call.credential)} ${action} ${token}`;
  const fingerprint = params.fingerprint();
  const before = world.clientTokens.get(key);
  if (before !== undefined) {
    checkPermission(call, "some");
    if (before.fingerprint !== fingerprint) throw clientTokenUsed(mismatchStatus);
  }
  return {
    earlier: before?.answer,
    keep: (answer) => {
      world.clientTokens.set(key, fingerprint, answer);
      return answer;
    },
  };
}
