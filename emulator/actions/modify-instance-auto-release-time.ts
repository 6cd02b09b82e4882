import type { Action } from "../call";
import type { Switches } from "../switches";
import { cutToMinute, parseInstant } from "../time-format";
import { autoReleaseTimeMalformed, chargeTypeViolation, instanceIdNull, noSuchResource } from "../wire-error";
import { findInstance } from "./find-instance";

export const modifyInstanceAutoReleaseTime: Action = (call) => {
  const { world, params } = call;
  const instanceId = params.text("InstanceId");
  if (instanceId === undefined || instanceId === "") throw instanceIdNull();
  const atMs = readReleaseTime(params.text("AutoReleaseTime"), world.now(), world.switches);

  const held = findInstance(call, instanceId, noSuchResource);
  if (held.instance.InstanceChargeType === "PrePaid") throw chargeTypeViolation();
  if (held.released) {
    if (world.switches.releasedButListed === "accepted") return {};
    throw noSuchResource();
  }
  // No status and no lock stands against this call.
  const effect = world.compute.setAutoRelease(held, atMs);
  if (effect !== "none") call.effects.push(effect);
  return {};
};

/** The minute that is meant, or undefined to cancel. Bad syntax and a time out of range have the same code. Pure. */
export function readReleaseTime(text: string | undefined, nowMs: number, switches: Switches): number | undefined {
  if (text === undefined) return undefined;
  if (text === "" && switches.emptyAutoReleaseTime === "cancel") return undefined;
  const sentMs = parseInstant(text);
  if (sentMs === undefined) throw autoReleaseTimeMalformed();
  const minuteMs = cutToMinute(sentMs);
  const judged = {
    strict: [sentMs, minuteMs],
    "before-cutting": [sentMs],
    "after-cutting": [minuteMs],
  }[switches.autoReleaseWindow];
  const earliestMs = nowMs + 30 * 60_000;
  const latestMs = threeYearsAfter(nowMs);
  if (judged.some((ms) => ms < earliestMs || ms > latestMs)) throw autoReleaseTimeMalformed();
  return minuteMs;
}

function threeYearsAfter(nowMs: number): number {
  const date = new Date(nowMs);
  return date.setUTCFullYear(date.getUTCFullYear() + 3);
}
