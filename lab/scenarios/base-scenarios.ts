import type { InstanceFields } from "../../emulator/index";
import type { Properties } from "../evidence";
import { instanceId, type Prior, type Scenario } from "./scenario";

/** A release time of ours, far enough ahead for every story, and one of somebody else's. */
const declaredTime = "2026-06-03T04:00:00Z";
const otherDeclaredTime = "2026-06-02T20:00:00Z";
const foreignTime = "2026-06-02T08:00Z";

interface Remote {
  readonly name: string;
  readonly fields: InstanceFields | undefined;
}

const base = { InstanceId: instanceId, InstanceName: "worker" };

const remotes: readonly Remote[] = [
  { name: "running", fields: { ...base, Status: "Running" } },
  { name: "stopped", fields: { ...base, Status: "Stopped", StoppedMode: "KeepCharging" } },
  { name: "starting", fields: { ...base, Status: "Starting" } },
  { name: "stopping", fields: { ...base, Status: "Stopping" } },
  { name: "running with another's release time", fields: { ...base, Status: "Running", AutoReleaseTime: foreignTime } },
  { name: "gone", fields: undefined },
];

interface Desire {
  readonly name: string;
  readonly args: Properties;
  readonly fields?: Partial<InstanceFields>;
}

const expected = { expect: { instanceName: "worker" } };

const desires: readonly Desire[] = [
  { name: "running", args: { state: "running" } },
  { name: "stopped", args: { state: "stopped", stop: { forceAfter: "1m" } } },
  { name: "stopped, StopCharging", args: { state: "stopped", stop: { mode: "StopCharging" } } },
  { name: "released", args: { state: "released", ...expected } },
  { name: "released by force", args: { state: "released", release: { force: true }, ...expected } },
  { name: "released, saved", args: { state: "released", release: { snapshot: true }, ...expected } },
  {
    name: "released, protection lifted",
    args: { state: "released", release: { deletionProtection: "lift" }, ...expected },
    fields: { DeletionProtection: true },
  },
  { name: "release time", args: { autoReleaseAt: declaredTime } },
  { name: "running, never released", args: { state: "running", autoReleaseAt: "never" } },
  { name: "stopped, time to live", args: { state: "stopped", autoReleaseAfter: "2d" } },
];

const priors: readonly { readonly name: string; readonly of: (desire: Desire) => Prior }[] = [
  { name: "first up", of: () => ({ kind: "none" }) },
  { name: "declared before", of: ({ args }) => ({ kind: "applied", args: beforeRelease(args) }) },
  {
    name: "declared otherwise before",
    of: ({ args }) => ({
      kind: "applied",
      // A release time on a protected machine has to be understood as one.
      args: {
        state: "running",
        autoReleaseAt: otherDeclaredTime,
        ...(args.release === undefined ? {} : { release: { deletionProtection: "lift" } }),
      },
    }),
  },
  { name: "stopped half-way before", of: ({ args }) => ({ kind: "half", args }) },
];

/** What declares a release has to have been adopted with something milder, or nothing would be left to declare. */
function beforeRelease(args: Properties): Properties {
  return args.state === "released" ? { ...args, state: "stopped" } : args;
}

/** Every remote state × every desire × every prior: 240. */
export const baseScenarios: readonly Scenario[] = remotes.flatMap((remote) =>
  desires.flatMap((desire) =>
    priors.map(
      (prior): Scenario => ({
        name: `${remote.name} / ${desire.name} / ${prior.name}`,
        remote: remote.fields === undefined ? undefined : { ...remote.fields, ...desire.fields },
        before: { ...base, Status: "Running", ...desire.fields },
        args: { instanceId, ...desire.args },
        prior: withId(prior.of(desire)),
        settings: {},
      }),
    ),
  ),
);

function withId(prior: Prior): Prior {
  return prior.kind === "none" ? prior : { ...prior, args: { instanceId, ...prior.args } };
}
