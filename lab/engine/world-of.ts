import type { WorldFile } from "../../emulator/index";
import { bystanderId } from "../scenarios/scenario";
import type { Modelled } from "./modelled";

/** One world in which all of these plans can begin at once. */
export function worldOf(plans: readonly Modelled[]): WorldFile {
  const all = plans.map(({ world }) => world);
  const own = all.flatMap(({ instances }) => instances.filter(({ InstanceId }) => InstanceId !== bystanderId));
  const [bystander] = all.flatMap(({ instances }) => instances.filter(({ InstanceId }) => InstanceId === bystanderId));
  return {
    instances: [...(bystander === undefined ? [] : [bystander]), ...own],
    disks: all.flatMap(({ disks }) => disks),
    snapshots: all.flatMap(({ snapshots }) => snapshots),
    timings: all[0]?.timings ?? {},
    now: new Date(Math.max(...plans.map(({ atMs }) => atMs))).toISOString(),
  };
}
