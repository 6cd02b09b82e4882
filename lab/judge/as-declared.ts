import type { Instance } from "../../emulator/index";
import type { Operation, Properties } from "../evidence";
import { readDeclared } from "./declared";

const minuteMs = 60_000;

/** Whatever the time is, it declares running. */
export const alwaysOpen = { zone: "UTC", running: [{ from: "00:00", to: "24:00" }] };

/** In what way a machine is not as these arguments declare it, now that an `up` has ended well; empty when it is. Pure. */
export function notAsDeclared(operation: Operation, args: Properties): readonly string[] {
  const id = String(args["instanceId"]);
  const there = operation.worldAfter.instances.get(id);
  const { isReleased } = readDeclared(args);
  const state = args["state"] ?? (isAlwaysOpen(args["schedule"]) ? "running" : undefined);
  const isKnown = operation.stateBefore.some((resource) => resource.id === id);
  if (args["drift"] === "report" && isKnown) return [];
  if (there === undefined) return isReleased || mayHaveGone(operation, args) ? [] : [`${id} is gone`];
  const wrong: string[] = [];
  if (isReleased) wrong.push(`${id} is declared released, and it is there`);
  if (state === "running" && there.Status !== "Running") wrong.push(`${id} is ${there.Status}, declared is running`);
  if (state === "stopped" && there.Status !== "Stopped") wrong.push(`${id} is ${there.Status}, declared is stopped`);
  return [...wrong, ...wrongTime(there, args, operation.worldAfter.atMs)];
}

/** The one schedule that the stories have: nothing but a period that is every day's whole day. */
function isAlwaysOpen(schedule: unknown): boolean {
  return JSON.stringify(schedule) === JSON.stringify(alwaysOpen);
}

function wrongTime(there: Instance, args: Properties, nowMs: number): readonly string[] {
  const [at, after] = [args["autoReleaseAt"], args["autoReleaseAfter"]];
  const inForce = there.AutoReleaseTime;
  const says = (what: string) => [`the release time of ${there.InstanceId} is "${inForce}", ${what}`];
  if (at === "never") return inForce === "" ? [] : says("declared is never");
  if (typeof after === "string") return inForce === "" ? says("and a time to live is declared") : [];
  if (typeof at !== "string") return [];
  const wantedMs = Math.floor(Date.parse(at) / minuteMs) * minuteMs;
  if (wantedMs <= nowMs || Date.parse(inForce) === wantedMs) return [];
  return says(`declared is ${at}`);
}

/** A release time that was declared at any time explains that it is gone; so does that nothing is said of its power. */
function mayHaveGone(operation: Operation, args: Properties): boolean {
  if (args["state"] === undefined) return true;
  const outputs = operation.stateBefore.find((resource) => resource.id === args["instanceId"])?.outputs ?? {};
  return [args, outputs].some((one) => {
    const at = one["autoReleaseAt"] ?? one["autoReleaseFixedAt"] ?? one["ownReleaseTime"];
    return typeof at === "string" && Date.parse(at) <= operation.worldAfter.atMs;
  });
}
