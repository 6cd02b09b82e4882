import { describePlan } from "../../../provider/core/describe";
import { plan } from "../../../provider/core/plan";
import type { Engine } from "../../../provider/engine-client";
import { Members, writeRecord } from "../../../provider/methods/fleet-record";
import { FleetVoice } from "../../../provider/methods/fleet-voice";
import { desired, nowMs, present, recorded } from "../../support/builders";
import { type Json, outputsOf } from "./written";

/** Fleets as the provider records them and speaks of them, by its own code. */

export const fleetType = "pulumi-nodejs:dynamic/alicloud:FleetMembers";
const place = "urn:pulumi:dev::fleet::pulumi-alicloud-lifecycle:index:FleetLifecycle$";

export function fleetUrn(name: string): string {
  return `${place}${fleetType}::${name}`;
}

/** What an earlier version had for each member. */
export function childUrn(name: string): string {
  return `${place}pulumi-nodejs:dynamic/alicloud:InstanceLifecycle::${name}`;
}

export interface Member {
  readonly instanceId: string;
  /** What the last run recorded beside the declaration. Undefined: it has not been adopted yet. */
  readonly recorded?: Json;
  /** What it declared in that run, where that is not what the fleet declares. */
  readonly reached?: Json;
}

export interface FleetDeclared {
  readonly name: string;
  readonly args: Json;
  readonly members: readonly Member[];
  readonly goneIds?: readonly string[];
}

export function fleetInputs({ args, members, goneIds = [] }: FleetDeclared): Json {
  const instanceIds = members.map(({ instanceId }) => instanceId);
  return { __provider: "exports", __fleet: "members", regionId: "cn-hangzhou", ...args, instanceIds, goneIds };
}

export function fleetOutputs(fleet: FleetDeclared): Json {
  const { args, members, goneIds = [] } = fleet;
  const adopted = new Members();
  for (const { instanceId, recorded: facts, reached = args } of members) {
    if (facts === undefined) continue;
    adopted.set(instanceId, outputsOf({ name: "", args: { ...reached, instanceId }, recorded: facts }));
  }
  const instanceIds = members.map(({ instanceId }) => instanceId);
  return {
    ...fleetInputs(fleet),
    ...writeRecord(fleetInputs(fleet), { instanceIds, goneIds, members: adopted }),
  };
}

/** As it stands in a state. */
export function fleetResource(fleet: FleetDeclared): Json {
  const urn = fleetUrn(fleet.name);
  return {
    urn,
    custom: true,
    id: "members",
    type: fleetType,
    inputs: fleetInputs(fleet),
    outputs: fleetOutputs(fleet),
    parent: `urn:pulumi:dev::fleet::pulumi-alicloud-lifecycle:index:FleetLifecycle::${fleet.name}`,
  };
}

export interface SaidOfOne {
  readonly instanceId: string;
  readonly name?: string;
  readonly severity?: "info" | "warning";
  readonly text: string;
}

interface Words {
  readonly said: readonly SaidOfOne[];
  readonly refused?: readonly SaidOfOne[];
  readonly leaving?: number;
  readonly all: number;
  readonly showAll?: boolean;
}

/** The diagnostics with which the provider says this in a preview. */
export function fleetWords(fleet: string, { said, refused = [], leaving = 0, all, showAll = false }: Words): Json[] {
  const diagnostics: Json[] = [];
  const say: Engine["say"] = (severity, text) => {
    diagnostics.push({ urn: fleetUrn(fleet), severity, message: `${prefixed(severity, text)}\n` });
  };
  // The voice asks for nothing else.
  const engine = { say, progress: () => undefined } as unknown as Engine;
  const voice = new FleetVoice(engine, fleetUrn(fleet), showAll);
  for (const { instanceId, name = "", severity = "info", text } of said) voice.of(instanceId, name).say(severity, text);
  voice.tellAll();
  voice.tellPlan(
    all,
    leaving,
    refused.map(({ instanceId, name = "", text }) => ({ instanceId, name, text })),
  );
  return diagnostics;
}

function prefixed(severity: string, text: string): string {
  return severity === "warning" ? `warning: ${text}` : text;
}

/** The provider's plan for a running machine. */
export function planText(instanceId: string, instanceName: string, wish: object): string {
  const want = desired({ expect: instanceName === "" ? {} : { instanceName }, ...wish, instanceId });
  const observed = present({ status: "running", instanceId, instanceName });
  return describePlan(want, observed, plan(want, observed, recorded(), nowMs)) ?? "";
}

interface FleetPreview {
  readonly op: string;
  readonly before?: FleetDeclared | Json;
  readonly after?: FleetDeclared;
  readonly words?: readonly Json[];
  readonly others?: readonly Json[];
}

/** What `pulumi preview --json` writes of one fleet. */
export function fleetPreviewed({ op, before, after, words = [], others = [] }: FleetPreview): string {
  const { name = "dev" } = after ?? { name: typeof before?.name === "string" ? before.name : undefined };
  const step = {
    op,
    urn: fleetUrn(name),
    ...(before === undefined
      ? {}
      : { oldState: "members" in before ? fleetResource(before as FleetDeclared) : before }),
    ...(after === undefined ? {} : { newState: { urn: fleetUrn(name), type: fleetType, inputs: fleetInputs(after) } }),
  };
  return JSON.stringify({ steps: [step, ...others], diagnostics: words, duration: 1, changeSummary: {} });
}

/** `i-bp1n0`, `i-bp1n1`, … with the names `web-0`, `web-1`, …, as found running. */
export function someMembers(count: number, facts: Json = {}): readonly Member[] {
  return Array.from({ length: count }, (_, index) => ({
    instanceId: `i-bp1n${index}`,
    recorded: { instanceName: `web-${index}`, ...facts },
  }));
}
