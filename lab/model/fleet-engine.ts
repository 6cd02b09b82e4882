import { type FleetRun, inCommon, writeFleetRun } from "../../provider/fleet-run";
import { Lifecycle } from "../../provider/lifecycle";
import { readRecord } from "../../provider/methods/fleet-record";
import type { RunInfo } from "../../provider/run-info";
import type { Declaration, Operation, Properties, Span, StateResource } from "../evidence";
import type { Cloud } from "./cloud";
import type { Methods } from "./methods";
import { MiniEngine, region, type Run } from "./mini-engine";
import type { VirtualTime } from "./virtual-time";

/**
 * The same engine, with one resource for all machines of which a program declares the same: a fleet. What a judge gets to see
 * is still a resource for each machine, so every promise for one is a promise for each member.
 */
export class FleetEngine extends MiniEngine {
  /** By the fleet's name. */
  private readonly members = new Map<string, readonly Declaration[]>();

  constructor(cloud: Cloud, time: VirtualTime, settings: Readonly<Record<string, string>> = {}) {
    super(cloud, time, settings, (outside) => methodsOf(new Lifecycle(outside)));
  }

  override async preview(program: readonly Declaration[]): Promise<Operation> {
    return asSingles(await super.preview(this.fleetsOf(program)), program);
  }

  override async up(program: readonly Declaration[]): Promise<Operation> {
    return asSingles(await super.up(this.fleetsOf(program)), program);
  }

  override async refresh(): Promise<Operation> {
    return asSingles(await super.refresh(), []);
  }

  override async destroy(): Promise<Operation> {
    return asSingles(await super.destroy(), []);
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
    const all = members.flat().map(({ args }) => String(args.instanceId));
    return fleets.map((fleet, index): FleetInfo => {
      const ids = (members[index] ?? []).map(({ args }) => String(args.instanceId));
      const own = new Map(ids.map((id) => [id, left.shift() as RunInfo]));
      const [first] = own.values();
      const elsewhere = all.filter((id) => !ids.includes(id)).map((id) => [id, "unreadable"] as const);
      const found: FleetRun = {
        urn: fleet.name,
        dryRun,
        by: "ids",
        regionId: region,
        instanceIds: ids,
        exclude: [],
        order: "parallel",
        refused: [],
        said: [],
        unknown: [],
        elsewhere: Object.fromEntries(elsewhere),
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
    return [...groups.values()].map((members): Declaration => {
      const [first] = members as [Declaration];
      const name = `fleet of ${first.name}`;
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
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== "instanceId"));
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

/** One resource for each machine, by its id. */
function asSingles(operation: Operation, program: readonly Declaration[]): Operation {
  const named = new Map(program.map(({ name, args }) => [String(args.instanceId), name]));
  const singles = (state: readonly StateResource[]) => state.flatMap((fleet) => singlesOf(fleet, named));
  const stateBefore = singles(operation.stateBefore);
  const stateAfter = singles(operation.stateAfter);
  const ids = [...new Set([...named.keys(), ...[...stateBefore, ...stateAfter].map(({ id }) => id)])];
  const spans = operation.spans?.flatMap((span): readonly Span[] =>
    span.method === "program" ? [span] : ids.map((id) => ({ ...span, id, method: methodFor(id, span, named) })),
  );
  return { ...operation, declarations: program, stateBefore, stateAfter, spans };
}

/** What is declared no more leaves in the update of its fleet, which is its delete. */
function methodFor(id: string, { method }: Span, named: ReadonlyMap<string, string>): Span["method"] {
  return method === "update" && !named.has(id) ? "delete" : method;
}

function singlesOf(fleet: StateResource, named: ReadonlyMap<string, string>): readonly StateResource[] {
  const members = readRecord(fleet.outputs)?.members;
  const ids = members?.ids() ?? [];
  return ids.map((id) => {
    const outputs = members?.get(id) ?? {};
    return { ...fleet, name: named.get(id) ?? id, id, inputs: { ...fleet.inputs, instanceId: id }, outputs };
  });
}
