import { declarationChanged } from "../../provider/core/diff";
import { normalize } from "../../provider/core/normalize";
import { declaredOnly, toRecorded } from "../../provider/core/outputs";
import type { FoundPlan, Untold } from "./found";
import { hiddenIn, shown } from "./hidden-value";
import { type Json, textIn } from "./parse-json";
import type { QuotedPlan } from "./plan-text";
import { printable } from "./printable";

/** What a preview says of one machine. */
export interface Said {
  /** As Pulumi says it. */
  readonly op: string;
  readonly quoted: QuotedPlan | undefined;
  /** Why nothing of it is done. */
  readonly refused: readonly string[];
  /** What else is said, in one line each. */
  readonly others: readonly string[];
  /** What the last run recorded. */
  readonly outputs: Json | undefined;
  readonly unverified: string | undefined;
  readonly untold?: Untold | undefined;
}

/** Several steps of one resource are one replacement. Pure. */
export function opOf(steps: readonly Json[]): string {
  const ops = steps.map((step) => printable(textIn(step, "op")));
  if (ops.some((op) => /replace/.test(op))) return "replace";
  return ops.find((op) => op !== "refresh") ?? ops[0] ?? "same";
}

/** Pure. */
export function planOf({ op, quoted, refused, others, outputs, unverified, untold }: Said): FoundPlan {
  const { details, cancelsReleaseTime, stopsAtRemoval } = removal(op, outputs);
  return {
    op,
    quoted,
    cancelsReleaseTime,
    stopsAtRemoval,
    warnings: [...[...refused, ...(quoted?.refused ?? [])].map((text) => `refused: ${text}`), ...others].filter(
      (text) => text !== "refused: " && text !== "",
    ),
    details: [...(quoted?.details ?? []), ...details],
    unverified: quoted === undefined && op !== "delete" && op !== "refused" ? unverified : undefined,
    untold,
  };
}

type Removal = Pick<FoundPlan, "details" | "cancelsReleaseTime" | "stopsAtRemoval">;

/** A preview says no calls of a removal; what `onDelete` means is documented. */
function removal(op: string, outputs: Json | undefined): Removal {
  if (op !== "delete" && op !== "replace") return { details: [], cancelsReleaseTime: false, stopsAtRemoval: false };
  const { instanceId, onDelete, ownReleaseTime } = outputs ?? {};
  const who = op === "replace" ? `the old instance ${shown(instanceId) ?? "unknown"}` : "the instance";
  const time = typeof ownReleaseTime === "string" ? printable(ownReleaseTime) : undefined;
  const stays = `${who} is only forgotten, not released`;
  if (hiddenIn(onDelete) !== undefined) {
    return {
      details: [`${stays}; what onDelete does to it is secret`],
      cancelsReleaseTime: false,
      stopsAtRemoval: true,
    };
  }
  const stopsAtRemoval = onDelete === "stop";
  const stopped = stopsAtRemoval ? "; it is stopped (onDelete: stop)" : "";
  if (time === undefined) return { details: [`${stays}${stopped}`], cancelsReleaseTime: false, stopsAtRemoval };
  return onDelete === "retainTimer"
    ? {
        details: [`${stays}; the release time ${time} stays and releases it then (onDelete: retainTimer)`],
        cancelsReleaseTime: false,
        stopsAtRemoval,
      }
    : {
        details: [`${stays}; the release time ${time} that was set here is cancelled${stopped}`],
        cancelsReleaseTime: true,
        stopsAtRemoval,
      };
}

/** Whether the provider says that an argument is only known during the update, and with it what is done. Pure. */
export function isNotKnownYet(text: string): boolean {
  return text.startsWith("not known yet: ");
}

/** By the provider's word, or because the same declaration needs calls again. Pure. */
export function driftIn(planned: FoundPlan, inputs: Json | undefined, outputs: Json | undefined): string | undefined {
  const { op, quoted, warnings } = planned;
  const told = warnings.find((text) => text.startsWith("drift: "));
  if (told !== undefined) return told;
  if (op !== "update" || quoted === undefined || inputs === undefined || outputs === undefined) return undefined;
  const declared = declaredOnly(inputs);
  const before = declaredOnly(outputs);
  if (hiddenIn(declared) !== undefined || hiddenIn(before) !== undefined) {
    return `${quoted.instanceId}: ${quoted.change}; whether others have changed it can't be told, because arguments are hidden`;
  }
  const { desired } = normalize(declared);
  if (desired === undefined || declarationChanged(desired, toRecorded(outputs))) return undefined;
  return `${quoted.instanceId}: ${quoted.change}; its declaration has not changed, so others have changed it`;
}
