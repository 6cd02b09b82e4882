import { UsageError } from "../usage-error";
import { type Diagnostic, diagnosticOf, wordsOf } from "./diagnostic";
import { countText } from "./figures";
import type { Found, FoundInstance } from "./found";
import { isObject, type Json, objectsIn, parseJson, textIn } from "./parse-json";
import { readPlanText } from "./plan-text";
import { driftIn, opOf, planOf } from "./planned";
import { readFleetPreview } from "./read-fleet-preview";
import { readResource } from "./read-resource";
import { withoutSecretIds } from "./secret-ids";
import { fleetType, instanceType, isForeign, nameOf, placeOf, stackOf, typeOf } from "./urn";

const remedy = "make it with `pulumi preview --json --show-sames > FILE`";

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
  const ownTypes = [instanceType, fleetType];
  const elsewhere = diagnostics.filter(({ urn }) => !ownTypes.includes(typeOf(urn)));
  const unverified = elsewhere.map(({ message }) => wordsOf(message)).find((words) => words.startsWith(notVerified));
  const about = (urn: string): About => ({
    urn,
    steps: steps.filter((step) => textIn(step, "urn") === urn),
    diagnostics: diagnostics.filter((diagnostic) => diagnostic.urn === urn),
    unverified,
  });
  const single = urns.filter((urn) => typeOf(urn) === instanceType).map((urn) => instanceOf(about(urn)));
  const fleets = urns
    .filter((urn) => typeOf(urn) === fleetType)
    .map((urn) => readFleetPreview({ ...about(urn), inherited: removedBeside(urn, steps) }));
  return {
    kind: "preview",
    stack: urns.map(stackOf).find((stack) => stack !== undefined),
    instances: withoutTakenOver(
      single,
      fleets.flatMap(({ instances }) => instances),
    ),
    ignored: new Set(steps.map((step) => textIn(step, "urn")).filter((urn) => isForeign(typeOf(urn)))).size,
    notes: [
      ...elsewhere
        .filter(({ severity, urn }) => severity === "warning" && !isForeign(typeOf(urn)))
        .map(({ message }) => wordsOf(message)),
      ...fleets.flatMap(({ notes }) => notes),
      ...samesLeftOut(preview, steps),
    ],
    errors: diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ urn, message }) => (urn === "" ? wordsOf(message) : `${nameOf(urn)}: ${wordsOf(message)}`)),
    hiddenFleets: fleets.filter(({ isHidden }) => isHidden).length,
  };
}

const notVerified = "plan not verified: ";

interface About {
  readonly urn: string;
  readonly steps: readonly Json[];
  readonly diagnostics: readonly Diagnostic[];
  readonly unverified: string | undefined;
}

function instanceOf({ urn, steps, diagnostics, unverified }: About): FoundInstance {
  const isRefused = steps.length === 0 && diagnostics.some(({ severity }) => severity === "error");
  const op = isRefused ? "refused" : opOf(steps);
  const before = steps.map((step) => step.oldState).find(isObject);
  const after = op === "delete" ? undefined : steps.map((step) => step.newState).findLast(isObject);
  const outputs = before !== undefined && isObject(before.outputs) ? before.outputs : undefined;
  const inputs = after !== undefined && isObject(after.inputs) ? after.inputs : undefined;
  const isAnother = op === "replace";
  const machine = readResource({ urn, inputs, outputs: isAnother ? undefined : outputs });
  const quoted = diagnostics.map(({ message }) => readPlanText(message)).find((plan) => plan !== undefined);
  const said = diagnostics.filter(({ message }) => readPlanText(message) === undefined);
  const wordsWhere = (isError: boolean) =>
    said.filter(({ severity }) => (severity === "error") === isError).map(({ message }) => wordsOf(message));
  const planned = planOf({ op, quoted, refused: wordsWhere(true), others: wordsWhere(false), outputs, unverified });
  return {
    ...machine,
    instanceId: machine.instanceId === "unknown" ? (planned.quoted?.instanceId ?? "unknown") : machine.instanceId,
    instanceName: planned.quoted?.instanceName ?? machine.instanceName,
    planned,
    drift: isAnother || op === "delete" ? undefined : driftIn(planned, inputs, outputs),
  };
}

/** A fleet takes over what an earlier version had recorded as resources beside it, which are removed in the same update. */
function removedBeside(fleetUrn: string, steps: readonly Json[]): ReadonlyMap<string, Json> {
  const removed = steps.filter((step) => textIn(step, "op") === "delete" && isBeside(fleetUrn, textIn(step, "urn")));
  const outputs = removed.flatMap(({ oldState }) =>
    isObject(oldState) && isObject(oldState.outputs) ? [oldState.outputs] : [],
  );
  return new Map(outputs.map((one) => [textIn(one, "instanceId"), one]));
}

function isBeside(fleetUrn: string, urn: string): boolean {
  return typeOf(urn) === instanceType && placeOf(urn) === placeOf(fleetUrn);
}

/** What is taken over is removed as a resource, and stays managed. */
function withoutTakenOver(
  single: readonly FoundInstance[],
  members: readonly FoundInstance[],
): readonly FoundInstance[] {
  const staying = members.filter(({ planned }) => planned?.op !== "delete");
  const isTakenOver = ({ urn, instanceId, planned }: FoundInstance) =>
    planned?.op === "delete" && staying.some((one) => one.instanceId === instanceId && isBeside(one.urn, urn));
  return [...single.filter((one) => !isTakenOver(one)), ...members];
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
