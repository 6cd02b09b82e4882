import { Alike, atPlace } from "./core/alike";
import type { Order } from "./core/fleet";
import type { Present } from "./core/model";
import type { Properties } from "./core/outputs";
import { without } from "./core/outputs";
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
  /** What the program knows of the members: what several have in common, and by id what is each one's own. */
  readonly alike: readonly Partial<RunInfo>[];
  readonly members: Readonly<Record<string, MemberPart>>;
  /** Machines of this region that other resources of the program declare: one of them that leaves the fleet is theirs. */
  readonly elsewhere: Readonly<Record<string, DeclaredTime>>;
  /** What an earlier version has recorded of each member, by id; or why that can't be read. */
  readonly inherited: Inherited;
}

/** Of one member. */
interface MemberPart {
  /** Place of the rest in `alike`. */
  readonly like: number;
  /** Its own part of what was seen. */
  readonly seen?: Partial<Present>;
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
    alike: run.alike ?? [],
    members: run.members ?? {},
    elsewhere: run.elsewhere ?? {},
    inherited: run.inherited ?? { members: {} },
  };
}

/** Said of the fleet as a whole, or known by the place where it is written. */
const saidElsewhere: readonly string[] = ["urn", "dryRun", "instanceId", "judged", "account"];

/** What of a look is seldom the same for two machines. */
const ownSight: readonly string[] = [
  "instanceName",
  "tags",
  "createdAt",
  "serialNumber",
  "startedAt",
  "publicIps",
  "elasticIp",
];

/** What several members have in common is written once. Pure. */
export function inCommon(infos: ReadonlyMap<string, RunInfo>): Pick<FleetRun, "alike" | "members"> {
  const alike = new Alike();
  const members = Array.from(infos, ([id, { seen, ...info }]): [string, MemberPart] => {
    const shared = without(info, ...saidElsewhere);
    if (seen === undefined) return [id, { like: alike.placeOf(shared) }];
    const facts = Object.entries(seen);
    const isOwn = (name: string, value: unknown) => ownSight.includes(name) && !isEmpty(value);
    const own = facts.filter(([name, value]) => isOwn(name, value));
    const others = facts.filter(([name, value]) => name !== "instanceId" && !isOwn(name, value));
    const like = alike.placeOf({ ...shared, seen: Object.fromEntries(others) });
    return [id, { like, seen: Object.fromEntries(own) }];
  });
  return { alike: alike.all, members: Object.fromEntries(members) };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

/** What the program knows of one member. Undefined: it has not looked at it. Pure. */
export function memberRun(run: FleetRun, instanceId: string): RunInfo | undefined {
  const part = run.members[instanceId];
  if (part === undefined) return undefined;
  const info: Partial<RunInfo> = atPlace(run.alike, part.like);
  const { urn, dryRun } = run;
  const whole = { refused: [], held: [], heldIfNew: [], ...info, urn, dryRun, instanceId };
  return info.seen?.presence === "present" ? { ...whole, seen: { ...info.seen, ...part.seen, instanceId } } : whole;
}
