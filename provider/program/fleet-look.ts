import * as pulumi from "@pulumi/pulumi";
import type { Candidate, DesiredFleet } from "../core/fleet";
import { membersOf } from "../core/fleet-members";
import { messageOf } from "../core/message-of";
import { unknownValue } from "../core/model";
import { timedArguments, timedNames } from "../core/normalize";
import { normalizeFleet } from "../core/normalize-fleet";
import { isUnknownRegion } from "../ecs/errors";
import type { FleetRun } from "../fleet-run";
import { inCommon } from "../fleet-run";
import { digestsOf } from "../judged-arguments";
import type { RunInfo, Scheduled } from "../run-info";
import { spokenWait } from "../spoken-wait";
import { noSuchRegion } from "./look";
import { isMocked } from "./mocks";
import { instanceNames, isKnown, resourcesBehind } from "./output-facts";
import type { FleetSurroundings } from "./program";
import { programOf, valueOf } from "./program";

/** What a fleet's instances are, before anything of it is registered. */
export interface FleetLook {
  readonly run: Omit<FleetRun, "urn" | "inherited">;
  /** What the members' schedule declares now. */
  readonly scheduled: Scheduled | undefined;
  /** The resources that the members' ids come from. */
  readonly behind: readonly pulumi.Resource[];
}

export type FleetInputs = Readonly<Record<string, pulumi.Input<unknown>>>;

/** These say which instances are meant; all others are each instance's own. */
const membersArguments = ["instanceIds", "select", "exclude", "minMatches", "maxMatches", "order"];

/** Where a unit test looks that names no region: nothing is asked there. */
const anyRegion = "cn-hangzhou";

/** What each member declares, as it was written. */
export function sharedArguments<T extends object>(args: T): Partial<T> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !membersArguments.includes(name))) as Partial<T>;
}

/** Looks for a fleet's instances. Never rejects: why it can't be the fleet is part of what it finds, and the check refuses it. */
export async function lookForFleet(
  name: string,
  args: FleetInputs,
  provider: pulumi.ProviderResource | undefined,
): Promise<FleetLook> {
  const program = programOf(provider);
  try {
    const values = await valuesOf(args);
    const behind = await behindOf(args.instanceIds);
    if (!(await program.settingsAreKnown())) return nothing(args, [], ["the settings of its provider"]);
    return await program.lookForFleet((surroundings) => look(name, values, behind, surroundings));
  } catch (error) {
    return nothing(args, [`instanceIds: the members can't be told, so nothing is changed: ${messageOf(error)}`], []);
  }
}

async function look(
  name: string,
  args: Readonly<Record<string, unknown>>,
  behind: ReadonlyMap<string, readonly pulumi.Resource[]>,
  { connect, defaultRegionId, announce, declare, elsewhere, scheduledNow }: FleetSurroundings,
): Promise<() => Promise<FleetLook>> {
  const { failures, unknown, fleet, forbidden } = normalizeFleet(
    args,
    defaultRegionId ?? (isMocked() ? anyRegion : undefined),
  );
  const announceAll = (ids: readonly string[], regionId: unknown) =>
    announce(ids.map((instanceId) => ({ name: `${name}/${instanceId}`, args: { instanceId, regionId } })));
  if (fleet === undefined) {
    const excluded = textsOf(args.exclude);
    const instanceIds = textsOf(args.instanceIds).filter((id) => !excluded.includes(id));
    const regionId = typeof args.regionId === "string" ? args.regionId : defaultRegionId;
    announceAll(instanceIds, regionId);
    const { run, ...rest } = nothing(args, failures, unknown);
    return () => Promise.resolve({ ...rest, run: { ...run, instanceIds, regionId: regionId ?? "" } });
  }
  const candidates = await spokenWait(
    (seconds) => sayWaiting(`${name}: listing what it selects in ${fleet.regionId}, ${seconds} s …`),
    () => candidatesOf(fleet, connect),
  );
  if ("failed" in candidates) {
    return () => Promise.resolve(nothing(args, [...forbidden, candidates.failed], []));
  }
  const { instanceIds, refused, said } = membersOf(fleet, candidates.found, forbidden);
  const { regionId, exclude, order, members } = fleet;
  const found = { ...nothing(args, refused, []).run, regionId, instanceIds, exclude, order, said };
  const all = [...new Set([...behind.values()].flat())];
  // What is not known yet decides nothing, and nobody needs a look for it.
  if (refused.length > 0 || unknown.length > 0 || isMocked()) {
    announceAll(instanceIds, regionId);
    const isScheduled = !timedNames.some((argument) => unknown.includes(argument));
    const scheduled = refused.length === 0 && isScheduled ? scheduledNow(timedArguments(args)) : undefined;
    return () => Promise.resolve({ run: found, scheduled, behind: all });
  }
  const infos = instanceIds.map(async (id): Promise<[string, RunInfo]> => {
    const declaration = {
      name: `${name}/${id}`,
      urn: "",
      args: memberArguments(args, id, { by: members.by, regionId }),
      instancesBehind: instanceNames(behind.get(id) ?? []),
    };
    return [id, await declare(declaration)];
  });
  return async () => {
    const known = new Map(await Promise.all(infos));
    const [first] = known.values();
    const scheduled = first?.scheduled;
    const state = scheduled === undefined ? {} : { state: scheduled.state };
    const judged = digestsOf({ ...sharedArguments(args), ...state });
    const others = elsewhere(new Set(instanceIds), regionId);
    const run = { ...found, ...inCommon(known), judged, elsewhere: others };
    return { run: first?.account === undefined ? run : { ...run, account: first.account }, scheduled, behind: all };
  };
}

/**
 * What one member declares. What a selection found was found in one region, which is written down with it.
 */
function memberArguments<T extends object>(
  args: T,
  instanceId: string,
  { by, regionId }: Pick<FleetRun, "by" | "regionId">,
): Partial<T> & { readonly instanceId: string } {
  return { ...sharedArguments(args), instanceId, ...(by === "selection" ? { regionId } : {}) };
}

function textsOf(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === "string" && one !== unknownValue) : [];
  return [...new Set(texts as string[])];
}

async function candidatesOf(
  { members, regionId }: DesiredFleet,
  connect: FleetSurroundings["connect"],
): Promise<{ readonly found: readonly Candidate[] } | { readonly failed: string }> {
  if (members.by === "ids" || isMocked()) return { found: [] };
  try {
    const ecs = connect(regionId);
    const found = await ecs.list(members.criteria);
    // To an identity without the right, ECS may answer as if there was nothing.
    const maySee = found.length > 0 || (await ecs.mayObserve());
    return maySee
      ? { found }
      : { failed: notListed("this identity is not allowed to list instances; grant ecs:DescribeInstances") };
  } catch (error) {
    return { failed: isUnknownRegion(error) ? noSuchRegion(regionId) : notListed(messageOf(error)) };
  }
}

function sayWaiting(text: string): void {
  void pulumi.log.info(text, undefined, undefined, true);
}

function notListed(why: string): string {
  return `select: what it finds can't be listed, so nothing is changed: ${why}`;
}

function nothing(args: object, refused: readonly string[], unknown: readonly string[]): FleetLook {
  const run = {
    by: "select" in args && args.select !== undefined ? ("selection" as const) : ("ids" as const),
    dryRun: pulumi.runtime.isDryRun(),
    regionId: "",
    instanceIds: [],
    exclude: [],
    order: "parallel" as const,
    refused,
    said: [],
    unknown,
    alike: [],
    members: {},
    elsewhere: {},
  };
  return { run, scheduled: undefined, behind: [] };
}

/** Each argument by itself, so that one which is not known yet hides no other. */
async function valuesOf(args: FleetInputs): Promise<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(args).map(async ([name, input]) => {
    const output = pulumi.output(input);
    return [name, (await isKnown(output)) ? await valueOf(output) : unknownValue] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** An id may come from a resource of this program, which then is one to depend on, and may own the machine. */
async function behindOf(instanceIds: pulumi.Input<unknown>): Promise<ReadonlyMap<string, readonly pulumi.Resource[]>> {
  const list = pulumi.output(instanceIds);
  if (!(await isKnown(list))) return new Map();
  const ids = await valueOf(list);
  if (!Array.isArray(ids)) return new Map();
  const resources = (input: unknown) => resourcesBehind(input);
  // In a list that is itself a result, nobody can tell which id comes from what.
  const each = Array.isArray(instanceIds) ? instanceIds.map(resources) : ids.map(() => resources(instanceIds));
  const found = await Promise.all(each);
  return new Map(ids.map((id, index) => [String(id), found[index] ?? []]));
}
