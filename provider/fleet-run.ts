import type { Order } from "./core/fleet";
import type { Properties } from "./core/outputs";
import type { DeclaredTime } from "./peers";
import type { Digests } from "./judged-arguments";
import type { RunInfo } from "./run-info";
import { parseHidden } from "./run-info";

/** The outputs that an earlier version has recorded of a fleet's members, by id; or why that can't be read. */
export type Inherited = { readonly members: Readonly<Record<string, Properties>> } | { readonly failed: string };

/** What the program's side found for a fleet, as JSON text in the hidden input `__run` of the resource that holds its members. */
export interface FleetRun {
  readonly urn: string;
  readonly dryRun: boolean;
  /** A selection is compared with that of the last run; a list of ids is what somebody wrote. */
  readonly by: "ids" | "selection";
  readonly regionId: string;
  /** The members, in their order. */
  readonly instanceIds: readonly string[];
  readonly exclude: readonly string[];
  readonly order: Order;
  /** Why this can't be the fleet; then nothing else here counts. */
  readonly refused: readonly string[];
  /** What is worth a word. */
  readonly said: readonly string[];
  /** Names of the arguments that are not known yet, so that nobody knows the members. */
  readonly unknown: readonly string[];
  /** The arguments that plan, limits and guards were judged by, but for the ids. Undefined: nothing was judged. */
  readonly judged?: Digests;
  readonly account?: Digests;
  /** What the program knows of each member: what all have in common, and by id what is its own. */
  readonly common: Partial<RunInfo>;
  readonly members: Readonly<Record<string, Partial<RunInfo>>>;
  /** Machines of this region that other resources of the program declare: one of them that leaves the fleet is theirs. */
  readonly elsewhere: Readonly<Record<string, DeclaredTime>>;
  /** What an earlier version has recorded of each member, by id; or why that can't be read. */
  readonly inherited: Inherited;
}

/** By this hidden property the resource of a fleet is told apart from an instance's. */
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
    ...run,
    urn: run.urn ?? "",
    dryRun: run.dryRun ?? false,
    by: run.by ?? "selection",
    regionId: run.regionId ?? "",
    instanceIds: run.instanceIds ?? [],
    exclude: run.exclude ?? [],
    order: run.order ?? "parallel",
    refused: run.refused ?? [],
    said: run.said ?? [],
    unknown: run.unknown ?? [],
    common: run.common ?? {},
    members: run.members ?? {},
    elsewhere: run.elsewhere ?? {},
    inherited: run.inherited ?? { members: {} },
  };
}

/** Said of the fleet as a whole, or known by the place where it is written. */
const saidElsewhere: readonly string[] = ["urn", "dryRun", "instanceId", "judged", "account"];

/** What is the same for all members is written once: a thousand times the same would be a megabyte. Pure. */
export function inCommon(infos: ReadonlyMap<string, RunInfo>): Pick<FleetRun, "common" | "members"> {
  const [first, ...others] = Array.from(infos.values(), (info): Facts => ({ ...info }));
  const shared = Object.entries(first ?? {}).filter(([name, value]) => {
    if (saidElsewhere.includes(name)) return false;
    const text = JSON.stringify(value);
    return others.every((info) => JSON.stringify(info[name]) === text);
  });
  const common = Object.fromEntries(shared);
  const members = Array.from(infos, ([id, info]): [string, Facts] => [
    id,
    Object.fromEntries(
      Object.entries(info).filter(([name]) => !saidElsewhere.includes(name) && !Object.hasOwn(common, name)),
    ),
  ]);
  return { common, members: Object.fromEntries(members) };
}

type Facts = Readonly<Record<string, unknown>>;

/** What the program knows of one member. Undefined: it has not looked at it. Pure. */
export function memberRun(run: FleetRun, instanceId: string): RunInfo | undefined {
  const own = run.members[instanceId];
  if (own === undefined) return undefined;
  const base = { refused: [], held: [], heldIfNew: [] };
  return { ...base, ...run.common, ...own, urn: run.urn, dryRun: run.dryRun, instanceId };
}
