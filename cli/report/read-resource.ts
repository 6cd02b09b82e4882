import { describeDrift } from "../../provider/core/drift";
import { declaredOnly, schemaVersion } from "../../provider/core/outputs";
import type { ReportedDrift } from "../../provider/core/outputs";
import type { FoundInstance, RecordedFacts } from "./found";
import { hiddenIn, shown } from "./hidden-value";
import { UsageError } from "../usage-error";
import { isObject, type Json } from "./parse-json";
import { printable } from "./printable";
import { nameOf } from "./urn";

/** A resource as states and previews write it. */
export interface Written {
  readonly urn: string;
  /** What is declared now. */
  readonly inputs: Json | undefined;
  /** What the last run recorded. */
  readonly outputs: Json | undefined;
}

export type Machine = Pick<
  FoundInstance,
  "urn" | "name" | "fleet" | "instanceId" | "instanceName" | "regionId" | "recorded" | "declared"
>;

/** What inputs and outputs tell of one instance. Throws an UsageError for a state that a newer version has written. */
export function readResource({ urn, inputs, outputs }: Written): Machine {
  refuseNewer(urn, outputs);
  const either = (name: string) => shown(inputs?.[name]) ?? shown(outputs?.[name]);
  return {
    urn,
    name: nameOf(urn),
    fleet: undefined,
    instanceId: either("instanceId") ?? "unknown",
    instanceName: shown(outputs?.instanceName),
    regionId: either("regionId"),
    recorded: outputs === undefined ? undefined : recordedFacts(outputs),
    declared: inputs === undefined ? undefined : declaredOnly(inputs),
  };
}

/** Throws an UsageError for outputs that a newer version has written. */
export function refuseNewer(urn: string, outputs: Json | undefined): void {
  const version = outputs?.schemaVersion;
  if (typeof version !== "number" || version <= schemaVersion) return;
  throw new UsageError(
    `${nameOf(urn)}: was recorded by a newer pulumi-alicloud-lifecycle (schemaVersion ${version}, known is ${schemaVersion}); upgrade the package`,
  );
}

function recordedFacts(outputs: Json): RecordedFacts {
  return {
    status: shown(outputs.status),
    stoppedMode: shown(outputs.stoppedMode),
    chargeType: shown(outputs.chargeType),
    releaseTime: momentOf(outputs.autoReleaseTime),
    ownReleaseTime: momentOf(outputs.ownReleaseTime),
    lastSeenAt: momentOf(outputs.lastSeenAt),
  };
}

function momentOf(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

/** `observedDrift` in the provider's words. */
export function recordedDrift(outputs: Json | undefined, instanceId: string): string | undefined {
  const drift = outputs?.observedDrift;
  if (drift === undefined || drift === null) return undefined;
  if (hiddenIn(drift) !== undefined || !isDrift(drift)) return `drift: ${instanceId}: what differs is not told`;
  return printable(describeDrift(instanceId, drift));
}

function isDrift(value: unknown): value is ReportedDrift {
  return isObject(value) && isObject(value.declared) && isObject(value.observed);
}
