import type { Answer } from "../door";
import { classify, EcsError } from "../errors";
import { listOf } from "../instance";
import { isRecord } from "../pop-door";
import type { Outcomes, Receipt } from "../port";

type Entry = Readonly<Record<string, unknown>>;

/** 200 comes as a text and as a number; the words are what the vendor's client takes for it elsewhere. */
const acceptedCodes: readonly unknown[] = [200, "200", "OK", "Success", "success"];

/** The answer of StartInstances or StopInstances. Whoever it does not tell of, once and clearly, may have been done all the same. Pure. */
export function batchResults(action: string, answer: Answer): Outcomes {
  const told = listOf(answer.body.InstanceResponses, "InstanceResponse").filter(isRecord);
  return (id) => {
    const entries = told.filter(({ InstanceId }) => InstanceId === id);
    const [entry] = entries.length === 1 ? entries : [];
    return entry === undefined ? untold(action, id, answer) : outcomeOf(action, id, entry, answer);
  };
}

function outcomeOf(action: string, id: string, entry: Entry, answer: Answer): Receipt | EcsError {
  const { Code: code, Message: message } = entry;
  if (acceptedCodes.includes(code)) return { requestId: answer.requestId };
  if (typeof code !== "string" || code === "") return untold(action, id, answer);
  const sentence = typeof message === "string" ? message : "";
  const rule = classify(code, undefined, sentence);
  const quoted = answer.quote?.(sentence) ?? "";
  return new EcsError(action, code, rule.class, quoted, rule.advice, answer.requestId, undefined);
}

function untold(action: string, id: string, { requestId }: Answer): EcsError {
  const what = `the answer does not tell what became of ${id}`;
  return new EcsError(action, "NoOutcome", "unknownOutcome", what, undefined, requestId, undefined);
}
