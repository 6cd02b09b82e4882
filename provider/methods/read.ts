import { isSettled } from "../core/diff";
import { driftOf } from "../core/drift";
import { inForce } from "../core/in-force";
import { isAnother } from "../core/is-another";
import type { Desired, Observed, Recorded } from "../core/model";
import { normalize } from "../core/normalize";
import type { Properties, ReportedDrift } from "../core/outputs";
import { declaredOnly, mirror, toOutputs, toPlainJson, toRecorded } from "../core/outputs";
import { explainAbsence, plan } from "../core/plan";
import { messageOf } from "../core/message-of";
import { plainError } from "../plain-error";
import { memoryInput, memoryOf, writeMemory } from "./memory";
import { mayNotSee, type Session } from "./session";

export interface ReadAnswer {
  readonly id: string;
  readonly props: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
}

/** Mirrors what is there into inputs and outputs. Throws only when it could not look at all. */
export async function read(session: Session, id: string, props: Properties): Promise<ReadAnswer> {
  const recorded = toRecorded(props);
  const declared = declaredOnly(props);
  const { desired } = normalize(declared);
  const asRecorded = () => answer(id, declared, toPlainJson(props), recorded);
  // Recorded by a version with other rules, or as gone for good: nothing to ask for.
  if (desired === undefined || isSettled(desired, recorded)) return asRecorded();
  if (recorded.releasedBy === "declaration" || recorded.releasedBy === "timer") return asRecorded();
  try {
    const { observed, atMs } = await session.lookSurely(id, session.connect(desired));
    if (observed === undefined) {
      session.engine.say("warning", `${id} ${mayNotSee(desired)}; what was recorded is kept`);
      return asRecorded();
    }
    const releasedBy =
      observed.presence === "present" ? undefined : (explainAbsence(desired, recorded, atMs) ?? "unknown");
    const wantedReleaseTime = recorded.declaredReleaseTime;
    const { desired: wanted } = inForce(desired, recorded, undefined);
    const drift = desired.drift === "report" ? drifted(wanted, observed, recorded, atMs) : undefined;
    const outs = toOutputs(
      declared,
      { observed, atMs, accountId: undefined, releasedBy, done: [], drift, wantedReleaseTime },
      props,
    );
    if (observed.presence === "present" && isAnother(observed, recorded)) {
      session.engine.say(
        "warning",
        `${id} is another machine than the one that was recorded; nothing will be written to it, take the resource out and declare it anew`,
      );
    }
    const refreshed = toPlainJson({ ...outs, lastRun: props.lastRun });
    return answer(id, mirror(declared, wanted, observed, recorded.fixedReleaseTime), refreshed, toRecorded(refreshed));
  } catch (error) {
    throw plainError(
      `could not look at ${id}: ${messageOf(error)}. A refresh uses the configuration that the last up recorded: with --run-program it uses today's, and with --refresh=false it is left out`,
    );
  }
}

function drifted(desired: Desired, observed: Observed, recorded: Recorded, atMs: number): ReportedDrift | undefined {
  if (observed.presence === "absent") return undefined;
  return driftOf(desired, observed, plan(desired, observed, recorded, atMs));
}

function answer(id: string, declared: Properties, props: Record<string, unknown>, recorded: Recorded): ReadAnswer {
  return { id, props, inputs: toPlainJson({ ...declared, [memoryInput]: writeMemory(memoryOf(recorded)) }) };
}
