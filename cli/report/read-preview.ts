import { declarationChanged } from "../../provider/core/diff";
import { normalize } from "../../provider/core/normalize";
import { declaredOnly, toRecorded } from "../../provider/core/outputs";
import type { Found, FoundInstance, FoundPlan } from "./found";
import { countText } from "./figures";
import { hiddenIn, shown } from "./hidden-value";
import { UsageError } from "../usage-error";
import { isObject, type Json, objectsIn, parseJson, textIn } from "./parse-json";
import { readPlanText } from "./plan-text";
import { printable } from "./printable";
import { readResource } from "./read-resource";
import { instanceType, isForeign, nameOf, typeOf } from "./urn";

const remedy = "make it with `pulumi preview --json --show-sames > FILE`";

interface Diagnostic {
  readonly urn: string;
  readonly severity: string;
  readonly message: string;
}

/** The text of a `pulumi preview --json` → what is declared, and what it says that an update would do. Pure. */
export function readPreview(text: string, option: string, from: string): Found {
  const preview = parseJson(text, option, from, remedy);
  if (isObject(preview.deployment)) {
    throw new UsageError(`${option}: ${from} is an export of a stack; pass it with --state`);
  }
  if (!Array.isArray(preview.steps) && !Array.isArray(preview.diagnostics)) {
    throw new UsageError(`${option}: ${from} is no preview; ${remedy}`);
  }
  const steps = objectsIn(preview.steps);
  const diagnostics = withoutSecretIds(objectsIn(preview.diagnostics).map(diagnosticOf), steps);
  // A warning can be all that a preview says of a resource that stays the same.
  const urns = [...new Set([...steps.map((step) => textIn(step, "urn")), ...diagnostics.map(({ urn }) => urn)])];
  const elsewhere = diagnostics.filter(({ urn }) => typeOf(urn) !== instanceType);
  const unverified = elsewhere.map(({ message }) => wordsOf(message)).find((words) => words.startsWith(notVerified));
  const instances = urns
    .filter((urn) => typeOf(urn) === instanceType)
    .map((urn) =>
      instanceOf(
        urn,
        steps.filter((step) => textIn(step, "urn") === urn),
        diagnostics.filter((diagnostic) => diagnostic.urn === urn),
        unverified,
      ),
    );
  return {
    kind: "preview",
    instances,
    ignored: new Set(steps.map((step) => textIn(step, "urn")).filter((urn) => isForeign(typeOf(urn)))).size,
    notes: [
      ...elsewhere
        .filter(({ severity, urn }) => severity === "warning" && !isForeign(typeOf(urn)))
        .map(({ message }) => wordsOf(message)),
      ...samesLeftOut(preview, steps),
    ],
    errors: diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ urn, message }) => (urn === "" ? wordsOf(message) : `${nameOf(urn)}: ${wordsOf(message)}`)),
  };
}

const notVerified = "plan not verified: ";

function diagnosticOf(diagnostic: Json): Diagnostic {
  return {
    urn: textIn(diagnostic, "urn"),
    severity: textIn(diagnostic, "severity"),
    message: textIn(diagnostic, "message"),
  };
}

/** The engine keeps a secret out of properties; in the provider's own words the id of a secret one stands in clear. */
function withoutSecretIds(diagnostics: readonly Diagnostic[], steps: readonly Json[]): readonly Diagnostic[] {
  const secretUrns = new Set(
    steps
      .filter((step) => [step.newState, step.oldState].some((state) => hiddenIn(partIn(state).instanceId) === "secret"))
      .map((step) => textIn(step, "urn")),
  );
  const told = diagnostics
    .filter(({ urn }) => secretUrns.has(urn))
    .flatMap(({ message }) => [...message.matchAll(/\bi-[a-z0-9]{3,60}\b/g)].map(([id]) => id));
  const recorded = steps
    .filter((step) => secretUrns.has(textIn(step, "urn")))
    .flatMap((step) => [step.newState, step.oldState].map((state) => (isObject(state) ? textIn(state, "id") : "")));
  const ids = [...new Set([...told, ...recorded])].filter((id) => id !== "").sort((a, b) => b.length - a.length);
  return diagnostics.map((one) => ({
    ...one,
    message: ids.reduce((message, id) => message.replaceAll(id, secretId), one.message),
  }));
}

/** Looks like an id, so that the plan is still read as one. */
const secretId = "i-secret";

function partIn(state: unknown): Json {
  return isObject(state) && isObject(state.inputs) ? state.inputs : {};
}

function instanceOf(
  urn: string,
  steps: readonly Json[],
  diagnostics: readonly Diagnostic[],
  unverified: string | undefined,
): FoundInstance {
  const isRefused = steps.length === 0 && diagnostics.some(({ severity }) => severity === "error");
  const op = isRefused ? "refused" : opOf(steps);
  const before = steps.map((step) => step.oldState).find(isObject);
  const after = op === "delete" ? undefined : steps.map((step) => step.newState).findLast(isObject);
  const outputs = before !== undefined && isObject(before.outputs) ? before.outputs : undefined;
  const inputs = after !== undefined && isObject(after.inputs) ? after.inputs : undefined;
  const isAnother = op === "replace";
  const machine = readResource({ urn, inputs, outputs: isAnother ? undefined : outputs });
  const planned = planOf(op, diagnostics, outputs, unverified);
  return {
    ...machine,
    instanceId: machine.instanceId === "unknown" ? (planned.quoted?.instanceId ?? "unknown") : machine.instanceId,
    instanceName: planned.quoted?.instanceName ?? machine.instanceName,
    planned,
    drift: isAnother || op === "delete" ? undefined : driftIn(op, planned, inputs, outputs),
  };
}

/** Several steps of one resource are one replacement. */
function opOf(steps: readonly Json[]): string {
  const ops = steps.map((step) => printable(textIn(step, "op")));
  if (ops.some((op) => /replace/.test(op))) return "replace";
  return ops.find((op) => op !== "refresh") ?? ops[0] ?? "same";
}

function planOf(
  op: string,
  diagnostics: readonly Diagnostic[],
  outputs: Json | undefined,
  unverified: string | undefined,
): FoundPlan {
  const quoted = diagnostics.map(({ message }) => readPlanText(message)).find((plan) => plan !== undefined);
  const others = diagnostics.filter(({ message }) => readPlanText(message) === undefined);
  const errors = others.filter(({ severity }) => severity === "error").map(({ message }) => wordsOf(message));
  const { details, cancelsReleaseTime } = removal(op, outputs);
  return {
    op,
    quoted,
    cancelsReleaseTime,
    warnings: [
      ...errors.map((text) => `refused: ${text}`),
      ...(quoted?.refused ?? []).map((text) => `refused: ${text}`),
      ...others.filter(({ severity }) => severity !== "error").map(({ message }) => wordsOf(message)),
    ].filter((text) => text !== "refused: " && text !== ""),
    details: [...(quoted?.details ?? []), ...details],
    unverified: quoted === undefined && op !== "delete" && op !== "refused" ? unverified : undefined,
  };
}

/** What stands before the words in a diagnostic is the engine's, and the report says it in its own way. */
function wordsOf(message: string): string {
  return printable(message)
    .replace(/^(warning|error|info): /, "")
    .replace(/^\S+ resource '.*?' has a problem: /, "");
}

/** A preview says no calls of a removal; what `onDelete` means is documented. */
function removal(op: string, outputs: Json | undefined): Pick<FoundPlan, "details" | "cancelsReleaseTime"> {
  if (op !== "delete" && op !== "replace") return { details: [], cancelsReleaseTime: false };
  const { instanceId, onDelete, ownReleaseTime } = outputs ?? {};
  const who = op === "replace" ? `the old instance ${shown(instanceId) ?? "unknown"}` : "the instance";
  const time = typeof ownReleaseTime === "string" ? printable(ownReleaseTime) : undefined;
  const stays = `${who} is only forgotten, not released`;
  if (hiddenIn(onDelete) !== undefined) {
    return { details: [`${stays}; what onDelete does to it is secret`], cancelsReleaseTime: false };
  }
  const stopped = onDelete === "stop" ? "; it is stopped (onDelete: stop)" : "";
  if (time === undefined) return { details: [`${stays}${stopped}`], cancelsReleaseTime: false };
  return onDelete === "retainTimer"
    ? {
        details: [`${stays}; the release time ${time} stays and releases it then (onDelete: retainTimer)`],
        cancelsReleaseTime: false,
      }
    : {
        details: [`${stays}; the release time ${time} that was set here is cancelled${stopped}`],
        cancelsReleaseTime: true,
      };
}

/** By the provider's word, or because the same declaration needs calls again. */
function driftIn(
  op: string,
  planned: FoundPlan,
  inputs: Json | undefined,
  outputs: Json | undefined,
): string | undefined {
  const told = planned.warnings.find((text) => text.startsWith("drift: "));
  if (told !== undefined) return told;
  if (op !== "update" || planned.quoted === undefined || inputs === undefined || outputs === undefined)
    return undefined;
  const declared = declaredOnly(inputs);
  const before = declaredOnly(outputs);
  if (hiddenIn(declared) !== undefined || hiddenIn(before) !== undefined) {
    return `${planned.quoted.instanceId}: ${planned.quoted.change}; whether others have changed it can't be told, because arguments are hidden`;
  }
  const { desired } = normalize(declared);
  if (desired === undefined || declarationChanged(desired, toRecorded(outputs))) return undefined;
  return `${planned.quoted.instanceId}: ${planned.quoted.change}; its declaration has not changed, so others have changed it`;
}

/** Without `--show-sames` the engine leaves out what doesn't change, and a week without it would look like the whole. */
function samesLeftOut(preview: Json, steps: readonly Json[]): readonly string[] {
  const counted = isObject(preview.changeSummary) ? preview.changeSummary.same : undefined;
  const listed = steps.filter((step) => textIn(step, "op") === "same").length;
  if (typeof counted !== "number" || counted <= listed) return [];
  return [
    `${countText(counted - listed, "resource")} without a change not in this preview, so missing here; make it with \`pulumi preview --json --show-sames\``,
  ];
}
