import type { LedgerEntry } from "../../emulator/index";
import type { StateResource } from "../evidence";
import { oneByOne } from "../judge/one-by-one";
import { isEffective, isWrite } from "../judge/rows";
import type { Plan } from "./plan";

/** What one command has done for one machine, in words that are the same wherever it was done. */
export interface Told {
  readonly exit: "ok" | "failed";
  readonly writes: readonly string[];
  /** Every value that is recorded, each with its name: inputs, outputs, errors. */
  readonly recorded: readonly string[];
}

const drawn = /^(Action|AccessKeyId|ClientToken|Format|Signature.*|Timestamp|Version)$/;

/** Writes about this machine or one of its disks, in their order. */
export function writesOf(rows: readonly LedgerEntry[], plan: Plan, disks: readonly string[]): readonly string[] {
  return oneByOne(rows)
    .filter((row) => isWrite(row) && isAbout(row, [plan.id, ...disks]))
    .map(({ action, params, code, effect, ...row }) => {
      const told = Object.entries(params)
        .filter(([name]) => !drawn.test(name))
        .map(([name, value]) => `${name}=${value}`)
        .sort();
      const outcome = code ?? (isEffective({ action, params, code, effect, ...row }) ? "effective" : "without effect");
      return timeless(`${action} ${told.join(" ")}: ${outcome}`, plan);
    });
}

function isAbout({ params }: LedgerEntry, ids: readonly string[]): boolean {
  return Object.entries(params).some(
    ([name, value]) => /^(InstanceId|DiskId|ResourceId)/.test(name) && ids.includes(value),
  );
}

export function recordedOf(resource: StateResource | undefined, plan: Plan): readonly string[] {
  if (resource === undefined) return [];
  const { inputs, outputs, initErrors } = resource;
  return valuesOf({ inputs, outputs, initErrors }, "").map((text) => timeless(text, plan));
}

/** The order of properties is nobody's promise. */
function valuesOf(value: unknown, name: string): readonly string[] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`];
  }
  return Object.entries(value)
    .flatMap(([key, one]) => valuesOf(one, name === "" ? key : `${name}.${key}`))
    .sort();
}

/** Without what differs from run to run: times that nobody has declared, and what is drawn by chance. */
function timeless(text: string, { scenario }: Plan): string {
  const declared = JSON.stringify(scenario);
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (time) => (isDeclared(declared, time) ? time : "<time>"))
    .replace(/\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/gi, "<request>")
    .replace(/\b([sd])-[a-z0-9]{10,}\b/g, "<$1>");
}

function isDeclared(declared: string, time: string): boolean {
  return (
    declared.includes(time) ||
    declared.includes(`${time.slice(0, 16)}Z`) ||
    declared.includes(`${time.slice(0, 16)}:00Z`)
  );
}
