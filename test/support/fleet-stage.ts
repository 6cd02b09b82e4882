import type { Present } from "../../provider/core/model";
import { type FleetRun, inCommon, writeFleetRun } from "../../provider/fleet-run";
import { Lifecycle } from "../../provider/lifecycle";
import { noPeers } from "../../provider/peers";
import type { RunInfo } from "../../provider/run-info";
import { runInput } from "../../provider/run-info";
import { nowMs, present, regionId } from "./builders";
import { FakeClock } from "./fake-clock";
import { FakeEcs, type FakeEcsOptions } from "./fake-ecs";

export type Properties = Record<string, unknown>;

export interface FleetStageOptions extends FakeEcsOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** What an earlier version has recorded of each, or why that can't be read. */
  readonly inherited?: Readonly<Record<string, Properties>> | Error;
}

/** A running machine of a fleet. */
export function machine(instanceId: string, different: Partial<Present> = {}): Present {
  return present({ instanceId, instanceName: `web-${instanceId.slice(2)}`, serialNumber: instanceId, ...different });
}

/** One provider process with a fleet's machines in memory, and what the engine's display shows. */
export function fleetStage(instances: readonly Present[], options: FleetStageOptions = {}) {
  const clock = new FakeClock();
  return runOf(instances, options, clock, new FakeEcs(clock, instances, options));
}

function runOf(instances: readonly Present[], options: FleetStageOptions, clock: FakeClock, ecs: FakeEcs) {
  const { inherited = {} } = options;
  const said: string[] = [];
  const waited: string[] = [];
  const settings: Readonly<Record<string, string>> = { "alicloud:region": regionId, ...options.settings };
  const { fleet } = new Lifecycle({
    settings: (key) => settings[key],
    env: {},
    connect: () => ecs,
    clock,
    engine: {
      say: (severity, text) => void said.push(`${severity}: ${text}`),
      progress: (text) => void waited.push(text),
      heard: () => Promise.resolve(),
      isThere: () => Promise.resolve(true),
    },
    peers: noPeers,
  });
  /** As the program looks: everything that it declares, right before the check. */
  const news = (
    args: Properties,
    run: Partial<FleetRun> = {},
    own: Readonly<Record<string, Partial<RunInfo>>> = {},
  ) => {
    const instanceIds = run.instanceIds ?? instances.map(({ instanceId }) => instanceId);
    const infos = instanceIds.map((id): [string, RunInfo] => {
      const seen = ecs.get(id) ?? ({ presence: "absent" } as const);
      const nothing = { refused: [], held: [], heldIfNew: [] };
      return [
        id,
        { urn: "", dryRun: run.dryRun ?? false, regionId, atMs: clock.nowMs(), seen, ...nothing, ...own[id] },
      ];
    });
    const whole: FleetRun = {
      urn: "urn:pulumi:dev::p::F$pulumi-nodejs:dynamic/alicloud:FleetMembers::night",
      dryRun: false,
      by: "ids",
      regionId,
      instanceIds,
      exclude: [],
      order: "parallel",
      refused: [],
      said: [],
      unknown: [],
      elsewhere: {},
      inherited: inherited instanceof Error ? { failed: inherited.message } : { members: inherited },
      ...inCommon(new Map(infos)),
      ...run,
    };
    return { ...args, __fleet: "members", __provider: "provider text", [runInput]: writeFleetRun(whole) };
  };
  /** The next run of the engine: another process, the same machines. */
  const next = (more: FleetStageOptions = {}) => runOf(instances, { ...options, ...more }, clock, ecs);
  return { fleet, ecs, clock, said, waited, news, next };
}

export { nowMs, regionId };
