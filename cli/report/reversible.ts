import type { QuotedStep } from "./plan-text";

/** The README's table, worst first: what a person wants to know before saying yes. Pure. */
export function reversible(steps: readonly QuotedStep[]): string {
  const rules: readonly [(step: QuotedStep) => boolean, string][] = [
    [({ call }) => call === "DeleteInstance", "no, destroys data"],
    [
      ({ call, text }) => call === "ModifyInstanceAutoReleaseTime" && text.includes("CAN'T BE UNDONE"),
      "until the release time has come, then no",
    ],
    [
      ({ call, text }) => call === "StopInstance" && text.includes("StopCharging"),
      "mostly: the public address may change, a start may find no stock",
    ],
    [({ call }) => call === "CreateSnapshot", "the snapshot costs until it is deleted"],
    [({ call }) => call !== undefined, "yes"],
  ];
  return rules.find(([applies]) => steps.some(applies))?.[1] ?? "nothing to undo";
}
