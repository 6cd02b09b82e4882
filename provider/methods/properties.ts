import type { Desired, Observed, Recorded } from "../core/model";
import type { Properties } from "../core/outputs";
import { hiddenInputs } from "../run-info";

/** Every key that is not ours is an argument, so that a misspelt one is reported and not lost. */
export function argumentsOf(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).filter(([name, value]) => !hiddenInputs.includes(name) && value !== undefined),
  );
}

/** A release time that was declared and no longer is: that is a wish too. */
export function withWithdrawal(desired: Desired, recorded: Recorded | undefined): Desired {
  // Of a time to live the check may not know when it ends, and still that it was declared.
  const before = recorded?.declaredReleaseTime ?? recorded?.ownReleaseTime ?? recorded?.declared.autoReleaseAfter;
  const withdrawn = desired.releaseTime.kind === "unmanaged" && before !== undefined;
  return withdrawn ? { ...desired, releaseTime: { kind: "withdrawn" } } : desired;
}

/** The instance as it was when it was recorded: the only facts there are in a refresh and without a look. */
export function observedFromOutputs(outputs: Properties): Observed {
  if (outputs.status === "released" || outputs.status === "absent") return { presence: "absent" };
  const text = (name: string) => (typeof outputs[name] === "string" ? outputs[name] : "");
  const time = text("autoReleaseTime");
  return {
    presence: "present",
    instanceId: text("instanceId"),
    regionId: text("regionId"),
    status: text("status"),
    stoppedMode: text("stoppedMode"),
    chargeType: text("chargeType"),
    instanceName: text("instanceName"),
    instanceType: "",
    networkType: "",
    releaseTime: time === "" ? undefined : time,
    deletionProtection: outputs.deletionProtection === true,
    locks: [],
    tags: {},
    createdAt: text("createdAt"),
    serialNumber: text("serialNumber"),
    startedAt: "",
    publicIps: [],
    elasticIp: undefined,
    disks: undefined,
    snapshots: undefined,
  };
}
