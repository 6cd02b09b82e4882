import type { InstanceFields } from "../../emulator/index";
import type { Properties } from "../evidence";
import type { MachineKind, Wish } from "./sequence";

const minuteMs = 60_000;

/** A machine as it is when a sequence begins. */
export function fieldsOf(kind: MachineKind): Omit<InstanceFields, "InstanceId"> {
  const Tags = { role: "worker" };
  switch (kind) {
    case "running":
      return { Tags };
    case "stopped":
      return { Tags, Status: "Stopped", StoppedMode: "KeepCharging" };
    case "starting":
      return { Tags, Status: "Starting" };
    case "stopping":
      return { Tags, Status: "Stopping" };
    case "protected":
      return { Tags, DeletionProtection: true };
    case "subscription":
      return { Tags, InstanceChargeType: "PrePaid", ExpiredTime: "2027-06-01T00:00:00Z" };
    case "spot":
      return { Tags, SpotStrategy: "SpotAsPriceGo" };
    case "classic":
      return { Tags, InstanceNetworkType: "classic" };
    case "scaled":
      return { Tags: { ...Tags, "acs:autoscaling:scalingGroupId": "asg-1" } };
    case "locked":
      return { Tags, OperationLocks: ["security"] };
    case "unpaid":
      return { Tags, OperationLocks: ["financial"] };
    case "timed":
      return { Tags, AutoReleaseTime: "2026-06-02T08:00:00Z" };
  }
}

/** A wish in the words of a program, at this time. */
export function argsOf(wish: Wish, instanceId: string, instanceName: string, nowMs: number): Properties {
  const { time, expect, ...rest } = wish;
  const expected = {
    name: { instanceName },
    tag: { tags: { role: "worker" } },
    other: { instanceName: "somebody-else" },
  };
  return {
    instanceId,
    ...rest,
    ...(expect === undefined ? {} : { expect: expected[expect] }),
    ...(time === undefined ? {} : timeOf(time, nowMs)),
  };
}

function timeOf(time: NonNullable<Wish["time"]>, nowMs: number): Properties {
  if (time === "never") return { autoReleaseAt: time };
  if (typeof time === "object") return { autoReleaseAfter: time.after };
  return { autoReleaseAt: minutesAfter(nowMs, time) };
}

export function minutesAfter(nowMs: number, minutes: number): string {
  return `${new Date(nowMs + minutes * minuteMs).toISOString().slice(0, 16)}:00Z`;
}
