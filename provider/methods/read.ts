import { isSettled } from "../core/diff";
import type { Recorded } from "../core/model";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { declaredOnly, mirror, toOutputs, toPlainJson, toRecorded } from "../core/outputs";
import { explainAbsence } from "../core/plan";
import { messageOf, plainError } from "../plain-error";
import type { Memory } from "./memory";
import { memoryInput, writeMemory } from "./memory";
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
  const asRecorded = answer(id, declared, toPlainJson(props), recorded);
  // Recorded by a version with other rules, or as gone for good: nothing to ask for.
  if (desired === undefined || isSettled(desired, recorded)) return asRecorded;
  if (recorded.releasedBy === "declaration" || recorded.releasedBy === "timer") return asRecorded;
  try {
    const { observed, atMs } = await session.lookSurely(id, session.connect(desired));
    if (observed === undefined) {
      session.outside.engine.say("warning", `${id} ${mayNotSee(desired)}; what was recorded is kept`);
      return asRecorded;
    }
    const releasedBy =
      observed.presence === "present" ? undefined : (explainAbsence(desired, recorded, atMs) ?? "unknown");
    const outs = toOutputs(declared, { observed, atMs, accountId: undefined, releasedBy, done: [] }, props);
    const refreshed = toPlainJson({ ...outs, lastRun: props.lastRun });
    return answer(id, mirror(declared, desired, observed), refreshed, toRecorded(refreshed));
  } catch (error) {
    throw plainError(
      `could not look at ${id}: ${messageOf(error)}. A refresh uses the recorded configuration; to go on without a look, run again with --refresh=false, or set the keys and the endpoint in the environment`,
    );
  }
}

function answer(id: string, declared: Properties, props: Record<string, unknown>, recorded: Recorded): ReadAnswer {
  const memory: Memory = {
    ...(recorded.lastSeenAt === undefined ? {} : { seenAt: recorded.lastSeenAt }),
    ...(recorded.releasedBy === undefined ? {} : { releasedBy: recorded.releasedBy }),
  };
  return { id, props, inputs: toPlainJson({ ...declared, [memoryInput]: writeMemory(memory) }) };
}
