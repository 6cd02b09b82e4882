import type { FoundInstance, FoundPlan } from "./found";
import { isIrrevocable } from "./plan-text";
import type { PlanRow } from "./report";
import { reversible } from "./reversible";
import type { DeclaredTime } from "./spans";

/** What is planned for one, as the renderers show it. Pure. */
export function planRow(planned: FoundPlan, { recorded, drift }: FoundInstance, time: DeclaredTime): PlanRow {
  const { op, quoted, warnings, details, unverified, untold } = planned;
  const steps = quoted?.steps ?? [];
  const isLeft = op === "delete";
  const isUntold = quoted === undefined && (unverified !== undefined || untold !== undefined);
  return {
    op,
    change: quoted?.change ?? changeUntold(planned) ?? changeWithoutPlan(op, recorded?.status, time),
    steps: steps.map(({ text }) => text),
    calls: steps.flatMap(({ call }) => (call === undefined ? [] : [call])),
    reversible: isUntold ? "not known" : isLeft ? "yes, by declaring it again" : reversible(steps),
    irrevocable: steps.some(isIrrevocable),
    warnings: [
      ...(unverified === undefined ? [] : [unverified]),
      ...(untold === undefined ? [] : [untold.text]),
      ...(drift === undefined || warnings.includes(drift) ? [] : [drift]),
      ...warnings,
    ],
    details,
  };
}

function changeUntold({ unverified, untold }: FoundPlan): string | undefined {
  if (unverified !== undefined) return "not verified";
  return untold === undefined ? undefined : "see preview";
}

function changeWithoutPlan(op: string, status: string | undefined, { words }: DeclaredTime): string {
  switch (op) {
    case "delete":
      return "forgotten, not released";
    case "refused":
      return "refused";
    case "create":
    case "replace":
      return "adopted, no calls said";
    default:
      return status === undefined ? "no change said" : `${status}, no calls said (declared: ${words})`;
  }
}
