import type { LedgerEntry } from "../../emulator/index";
import type { Preview } from "./project";

/** A write as both sides can be written: the call, and what of it matters, e.g. `StopInstance KeepCharging force`. */
export type WriteText = string;

/** The writes that a preview announces for a resource, in order; a conditional one stands behind its condition. */
export interface Announced {
  readonly always: readonly WriteText[];
  /** All of the above with the conditional ones in their places. */
  readonly atMost: readonly WriteText[];
}

/** What a preview says about one resource. */
export function saidOf({ diagnostics }: Preview, name: string): string {
  return diagnostics
    .filter(({ urn }) => urn?.endsWith(`::${name}`))
    .map(({ message }) => message)
    .join("\n");
}

export function announced(text: string): Announced {
  const lines = text.split("\n").flatMap((line) => /^ {2}\d+\. ([A-Z]\w+)(?: \((.*?)\))?: /.exec(line) ?? []);
  const always: WriteText[] = [];
  const atMost: WriteText[] = [];
  for (let index = 0; index < lines.length; index += 3) {
    const call = lines[index + 1] ?? "";
    const [options = "", branch] = (lines[index + 2] ?? "").split("; if not ");
    const write = [call, ...optionsOf(options)].join(" ");
    always.push(write);
    atMost.push(write);
    const conditional = branch === undefined ? undefined : /: (\w+) by force/.exec(branch)?.[1];
    if (conditional !== undefined) atMost.push([conditional, ...optionsOf(options), "force"].join(" "));
  }
  return { always, atMost };
}

function optionsOf(options: string): readonly string[] {
  const found = [
    /KeepCharging|StopCharging/.exec(options)?.[0],
    /by force/.test(options) ? "force" : undefined,
    /release at (\S+?),/.exec(options)?.[1],
    /^d-\w+/.exec(options)?.[0],
  ];
  return found.filter((part) => part !== undefined);
}

/** What the ledger says of a write, in the same words. */
export function writeText({ action, params }: LedgerEntry): WriteText {
  const force = params.ForceStop === "true" || params.Force === "true" ? "force" : undefined;
  const parts = [action, params.StoppedMode, force, params.AutoReleaseTime, params.DiskId];
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

export function isWriteCall({ action }: LedgerEntry): boolean {
  return !/^(Describe|GetCallerIdentity$|AssumeRole)/.test(action);
}
