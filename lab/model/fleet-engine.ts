import { normalizeFleet } from "../../provider/core/normalize-fleet";
import { without } from "../../provider/core/outputs";
import { type FleetRun, inCommon, writeFleetRun } from "../../provider/fleet-run";
import { Lifecycle } from "../../provider/lifecycle";
import { readRecord } from "../../provider/methods/fleet-record";
import { DeclaredMachines } from "../../provider/program/declared-machines";
import type { RunInfo } from "../../provider/run-info";
import type { Declaration, Operation, Properties, Span, StateResource } from "../evidence";
import type { Cloud } from "./cloud";
import type { Methods } from "./methods";
import { type EngineOptions, MiniEngine, region, type Run } from "./mini-engine";
import type { VirtualTime } from "./virtual-time";

/**
 * The same engine, with one resource for all machines of which a program declares the same: a fleet. What a judge gets to see
 * is still a resource for each machine, so every promise for one is a promise for each member.
 */
export class FleetEngine extends MiniEngine {
  /** By the fleet's name. */
  private readonly members = new Map<string, readonly Declaration[]>();

  constructor(
    cloud: Cloud,
    time: VirtualTime,
    settings: Readonly<Record<string, string>> = {},
    options?: EngineOptions,
    /** A fleet that loses its first member keeps its name. */
    private readonly keepsNames = false,
  ) {
    super(cloud, time, settings, (outside) => methodsOf(new Lifecycle(outside)), options);
  }

  override async preview(program: readonly Declaration[]): Promise<Operation> {
    const fleets = this.fleetsOf(program);
    return this.asSingles(await super.preview(fleets), fleets);
  }

  override async up(program: readonly Declaration[]): Promise<Operation> {
    const fleets = this.fleetsOf(program);
    return this.asSingles(await super.up(fleets), fleets);
  }

  override async refresh(): Promise<Operation> {
    return this.asSingles(await super.refresh(), []);
  }

  override async destroy(): Promise<Operation> {
    return this.asSingles(await super.destroy(), []);
  }

  /** One resource for each machine, by its id, under the name of its fleet and its own. */
  private asSingles(operation: Operation, fleets: readonly Declaration[]): Operation {
    const declarations = fleets.flatMap(({ name: fleet }) =>
      (this.members.get(fleet) ?? []).map((one) => ({ ...one, name: `${fleet}/${String(one.args.instanceId)}` })),
    );
    const declared = new Set(declarations.map(({ args }) => String(args.instanceId)));
    const stateBefore = operation.stateBefore.flatMap(singlesOf);
    const stateAfter = operation.stateAfter.flatMap(singlesOf);
    const ids = [...new Set([...declared, ...[...stateBefore, ...stateAfter].map(({ id }) => id)])];
    const spans = operation.spans?.flatMap((span): readonly Span[] =>
      span.method === "program" ? [span] : ids.map((id) => ({ ...span, id, method: methodFor(id, span, declared) })),
    );
    return { ...operation, declarations, stateBefore, stateAfter, spans };
  }

  protected override async observe(
    run: Run,
    fleets: readonly Declaration[],
    dryRun: boolean,
  ): Promise<readonly RunInfo[] | undefined> {
    const members = fleets.map(({ name }) => this.members.get(name) ?? []);
    const infos = await super.observe(run, members.flat(), dryRun);
    if (infos === undefined) return undefined;
    const left = [...infos];
    const all = fleets.map((fleet, index) => {
      const own = new Map((members[index] ?? []).map(({ args }) => [String(args.instanceId), left.shift() as RunInfo]));
      const instanceIds = [...own.keys()];
      const refused = normalizeFleet({ ...without(fleet.args, "__fleet"), instanceIds }, region).failures;
      return { fleet, own, instanceIds, refused };
    });
    const machines = new DeclaredMachines();
    for (const { fleet, instanceIds, refused } of all) {
      for (const instanceId of instanceIds)
        machines.add(this, fleet.name, { ...fleet.args, instanceId }, region, refused.length === 0);
    }
    return all.map(({ fleet, own, instanceIds, refused }): FleetInfo => {
      const [first] = own.values();
      const found: FleetRun = {
        urn: fleet.name,
        dryRun,
        by: "ids",
        regionId: region,
        instanceIds,
        exclude: [],
        order: "parallel",
        refused,
        said: [],
        unknown: [],
        elsewhere: machines.but(new Set(instanceIds), region),
        inherited: { members: {} },
        ...inCommon(own),
      };
      return { ...(first as RunInfo), found };
    });
  }

  /** Those of which the same is declared, in the order of the first of them, by whose name a fleet is known. */
  private fleetsOf(program: readonly Declaration[]): readonly Declaration[] {
    const groups = new Map<string, Declaration[]>();
    for (const declaration of program) {
      const key = JSON.stringify(sharedOf(declaration));
      groups.set(key, [...(groups.get(key) ?? []), declaration]);
    }
    const names = this.keepsNames ? namesOf([...groups.values()], this.state) : new Map<unknown, string>();
    return [...groups.values()].map((members): Declaration => {
      const [first] = members as [Declaration];
      const name = names.get(members) ?? `fleet of ${first.name}`;
      this.members.set(name, members);
      return { name, args: { ...sharedOf(first), __fleet: "members" } };
    });
  }

  protected override handedOver(_declaration: Declaration, info: RunInfo): string {
    return writeFleetRun((info as FleetInfo).found);
  }
}

/** What its members declare. */
function sharedOf({ args }: Declaration): Properties {
  return without(args, "instanceId");
}

interface FleetInfo extends RunInfo {
  readonly found: FleetRun;
}

function methodsOf({ fleet }: Lifecycle): Methods {
  return {
    check: (olds, news) => fleet.check(olds, news),
    diff: (olds, news) => fleet.diff(olds, news),
    create: (inputs) => fleet.create(inputs),
    update: (olds, news) => fleet.update(olds, news),
    read: (id, props) => fleet.read(id, props),
    delete: (_id, props) => fleet.delete(props),
  };
}

/** What is declared no more leaves in the update of its fleet, which is its delete. */
function methodFor(id: string, { method }: Span, declared: ReadonlySet<string>): Span["method"] {
  return method === "update" && !declared.has(id) ? "delete" : method;
}

function singlesOf(fleet: StateResource): readonly StateResource[] {
  const members = readRecord(fleet.outputs)?.members;
  const ids = members?.ids() ?? [];
  return ids.map((id) => {
    const outputs = members?.get(id) ?? {};
    return { ...fleet, name: `${fleet.name}/${id}`, id, inputs: { ...fleet.inputs, instanceId: id }, outputs };
  });
}

/** Each fleet has the name of the recorded one with which it has most members in common; others get one that is free. */
function namesOf(
  groups: readonly (readonly Declaration[])[],
  state: readonly StateResource[],
): ReadonlyMap<unknown, string> {
  const pairs = groups.flatMap((group) =>
    state.map(({ name, outputs }) => {
      const recorded = new Set(readRecord(outputs)?.members.ids());
      return { group, name, common: group.filter(({ args }) => recorded.has(String(args.instanceId))).length };
    }),
  );
  const names = new Map<unknown, string>();
  for (const { group, name, common } of pairs.sort((one, other) => other.common - one.common)) {
    if (common > 0 && !names.has(group) && ![...names.values()].includes(name)) names.set(group, name);
  }
  const taken = new Set([...names.values(), ...state.map(({ name }) => name)]);
  for (const group of groups.filter((one) => !names.has(one))) {
    let name = `fleet of ${group[0]?.name}`;
    while (taken.has(name)) name += "'";
    taken.add(name);
    names.set(group, name);
  }
  return names;
}
