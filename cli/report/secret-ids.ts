import type { Diagnostic } from "./diagnostic";
import { hiddenIn } from "./hidden-value";
import { isObject, type Json, textIn } from "./parse-json";

/** Looks like an id, so that the plan is still read as one. */
const secretId = "i-secret";
const idInText = /\bi-[a-z0-9]{3,60}\b/g;

/** The engine keeps a secret out of properties; in the provider's own words the id of a secret one stands in clear. Pure. */
export function withoutSecretIds(diagnostics: readonly Diagnostic[], steps: readonly Json[]): readonly Diagnostic[] {
  const secret = steps.filter((step) => statesOf(step).some(hidesIds));
  const secretUrns = new Set(secret.map((step) => textIn(step, "urn")));
  const told = diagnostics
    .filter(({ urn }) => secretUrns.has(urn))
    .flatMap(({ message }) => [...message.matchAll(idInText)].map(([id]) => id));
  const recorded = secret.flatMap((step) => statesOf(step).flatMap(idsRecordedIn));
  const ids = [...new Set([...told, ...recorded])].sort((a, b) => b.length - a.length);
  return diagnostics.map((one) => ({
    ...one,
    message: ids.reduce((message, id) => message.replaceAll(id, secretId), one.message),
  }));
}

function statesOf({ newState, oldState }: Json): readonly Json[] {
  return [newState, oldState].filter(isObject);
}

function hidesIds({ inputs }: Json): boolean {
  const { instanceId, instanceIds } = isObject(inputs) ? inputs : {};
  return [instanceId, instanceIds].some((value) => hiddenIn(value) === "secret");
}

/** Of one instance the resource's own id; of a fleet those by which its members are recorded. */
function idsRecordedIn(state: Json): readonly string[] {
  const { members } = isObject(state.outputs) ? state.outputs : {};
  // A fleet's own id is no instance's.
  return isObject(members) ? Object.keys(members) : [textIn(state, "id")].filter((id) => id.startsWith("i-"));
}
