import type { InstanceReport } from "../../../cli/report/report";
import { type FleetDeclared, fleetPreviewed, fleetWords, type Member, planText, type SaidOfOne } from "./fleets";
import { previewReport } from "./reported";
import type { Json } from "./written";

/** Previews of one fleet, and how its members read in them. */

export const dev = (state: string, members: readonly Member[], args: Json = {}): FleetDeclared => ({
  name: "dev",
  args: { state, ...args },
  members,
});
export const stopOf = ({ instanceId, recorded }: Member): SaidOfOne => {
  const name = typeof recorded?.instanceName === "string" ? recorded.instanceName : "";
  return { instanceId, name, text: planText(instanceId, name, { state: "stopped" }) };
};
export const planOf = ({ plan }: InstanceReport) => [plan?.op, plan?.change, plan?.calls.join()];
export const counts = (instances: readonly InstanceReport[]) => {
  const changes = new Map<string, number>();
  for (const instance of instances)
    changes.set(planOf(instance).join(" "), (changes.get(planOf(instance).join(" ")) ?? 0) + 1);
  return Object.fromEntries(changes);
};
export const stopped = (members: readonly Member[], said: readonly SaidOfOne[], showAll = false) =>
  previewReport(
    fleetPreviewed({
      op: "update",
      before: dev("running", members),
      after: dev("stopped", members),
      words: fleetWords("dev", { said, all: members.length, showAll }),
    }),
  );
