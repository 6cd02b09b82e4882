import { parseHidden } from "./run-info";

/** What the program's side found for a fleet, as JSON text in the hidden input `__run` of its list of members. */
export interface FleetRun {
  readonly urn: string;
  readonly dryRun: boolean;
  /** A selection is compared with that of the last run; a list of ids is what somebody wrote. */
  readonly by: "ids" | "selection";
  readonly regionId: string;
  /** The members, in their order. */
  readonly instanceIds: readonly string[];
  readonly exclude: readonly string[];
  /** Why this can't be the fleet; then nothing else here counts. */
  readonly refused: readonly string[];
  /** What is worth a word. */
  readonly said: readonly string[];
  /** Names of the arguments that are not known yet, so that nobody knows the members. */
  readonly unknown: readonly string[];
}

/** By this hidden property a fleet's list of members is told apart from an instance's resource. */
export const fleetInput = "__fleet";
export const fleetMark = "members";

export function isFleet(properties: Readonly<Record<string, unknown>>): boolean {
  return properties[fleetInput] !== undefined;
}

export function writeFleetRun(run: FleetRun): string {
  return JSON.stringify(run);
}

/** Undefined when it is missing or another program's text stands there. */
export function readFleetRun(text: unknown): FleetRun | undefined {
  const run = parseHidden<FleetRun>(text);
  const isWhole = Array.isArray(run?.instanceIds) && Array.isArray(run.refused) && typeof run.regionId === "string";
  if (run === undefined || !isWhole) return undefined;
  return {
    urn: run.urn ?? "",
    dryRun: run.dryRun ?? false,
    by: run.by ?? "selection",
    regionId: run.regionId ?? "",
    instanceIds: run.instanceIds ?? [],
    exclude: run.exclude ?? [],
    refused: run.refused ?? [],
    said: run.said ?? [],
    unknown: run.unknown ?? [],
  };
}
