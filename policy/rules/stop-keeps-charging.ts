import { own, plainObject } from "./plain-object";

/** What is stopped is better not paid for. Not for a subscription, which is paid anyway, and refuses it. Pure. */
export function stopKeepsCharging(inputs: unknown): readonly string[] {
  const scheduled = Object.keys(plainObject(own(inputs, "schedule"))).length > 0;
  if (own(inputs, "state") !== "stopped" && !scheduled) return [];
  if (own(own(inputs, "expect"), "chargeType") === "PrePaid") return [];
  if (own(own(inputs, "stop"), "mode") === "StopCharging") return [];
  return [
    'stop.mode: not "StopCharging", so vCPU and memory are billed while it is stopped; declare it where a changed public address and a start that finds no stock can be borne',
  ];
}
