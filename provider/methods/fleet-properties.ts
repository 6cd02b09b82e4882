import { unknownValue } from "../core/model";
import type { Properties } from "../core/outputs";
import { toPlainJson, without } from "../core/outputs";
import { fleetInput, fleetMark } from "../fleet-run";
import type { CheckAnswer } from "./check";
import { textsOf } from "./fleet-record";
import { argumentsOf } from "./properties";

const ofTheFleet = ["instanceIds", "goneIds", "declarations", "alike", "members", "schemaVersion"];

/** What all members declare. Pure. */
export function sharedArguments(properties: Properties): Properties {
  return argumentsOf(without(properties, ...ofTheFleet));
}

/** Who the members are. Pure. */
export function rosterOf({ instanceIds, goneIds }: Properties): Record<string, unknown> {
  return toPlainJson({ instanceIds, goneIds, [fleetInput]: fleetMark });
}

export function hasSameRoster(one: Properties, other: Properties): boolean {
  const textOf = ({ instanceIds, goneIds }: Properties) => JSON.stringify([textsOf(instanceIds), textsOf(goneIds)]);
  return textOf(one) === textOf(other);
}

/** By this a check's words are found again in what follows it. Pure. */
export function keyOf({ instanceIds, goneIds, regionId }: Properties): string {
  return JSON.stringify([regionId, instanceIds, goneIds]);
}

export function hasUnknown(properties: Properties): boolean {
  return JSON.stringify(properties).includes(unknownValue);
}

/** A check that ends the run, and keeps what is recorded. */
export function refuse(olds: Properties, reasons: readonly string[]): CheckAnswer {
  return { inputs: rosterOf(olds), failures: reasons.map((reason) => ({ property: "", reason })) };
}
