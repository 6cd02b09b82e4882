import type { Said } from "../core/groups";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { toOutputs, toPlainJson, toRecorded } from "../core/outputs";
import { explainAbsence } from "../core/plan";
import type { FleetRun } from "../fleet-run";
import { fleetMark } from "../fleet-run";
import { plainError } from "../plain-error";
import { runInput } from "../run-info";
import { create as createOne, InitFailed, update as updateOne } from "./apply";
import { sharedArguments } from "./fleet-properties";
import type { FleetRecord, Members } from "./fleet-record";
import { textsOf, writeRecord } from "./fleet-record";
import { leavingIds, recordedHere, type Verdicts } from "./fleet-verdicts";
import type { FleetVoice } from "./fleet-voice";
import { FleetWork } from "./fleet-work";
import { remove as removeOne } from "./remove";
import type { Session } from "./session";

/**
 * Creates and updates members, and takes those out that leave. `before` becomes what is reached. Throws when some failed, with
 * the record of all others where anything was reached.
 */
export async function applyToMembers(
  session: Session,
  before: FleetRecord,
  news: Properties,
  run: FleetRun,
  verdicts: Verdicts,
  voice: FleetVoice,
): Promise<Record<string, unknown>> {
  const { members } = before;
  const goneIds = textsOf(news.goneIds);
  let hasReached = noteGone(session, goneIds, members);
  const reached = (id: string, outputs: Properties) => {
    members.set(id, outputs);
    hasReached = true;
  };
  const shared = sharedArguments(news);
  const reach = async (id: string, own: Session): Promise<void> => {
    const refusals = verdicts.get(id)?.refusals ?? [];
    if (refusals.length > 0) throw plainError(refusals.join("\n"));
    const recorded = recordedHere(members, id, news);
    const member = { ...shared, instanceId: id };
    try {
      const { outs } = await (recorded === undefined ? createOne(own, member) : updateOne(own, recorded, member));
      reached(id, outs);
    } catch (error) {
      if (error instanceof InitFailed) reached(id, error.properties);
      throw error;
    }
  };
  const work = new FleetWork(session, voice, (id) => members.nameOf(id));
  const due = [...verdicts].flatMap(([id, { changes }]) => (changes ? [id] : []));
  const { order } = run;
  const failed: Said[] = [
    ...(order === "parallel"
      ? await work.sideBySide(due, "done", reach)
      : await work.inOrder(order === "backward" ? [...due].reverse() : due, "done", reach)),
  ];
  const leaving = leavingIds(session, members, news);
  for (const id of leaving) {
    const elsewhere = run.elsewhere[id];
    if (elsewhere !== undefined) session.declareElsewhere(id, String(members.get(id)?.regionId), elsewhere);
  }
  const takenOut = (id: string) => {
    members.delete(id);
    hasReached = true;
  };
  failed.push(...(await takeOut(work, leaving, members, takenOut)));
  voice.tellAll();
  const outs = writeRecord(news, { instanceIds: textsOf(news.instanceIds), goneIds, members });
  if (failed.length === 0) return toPlainJson(outs);
  const reasons = voice.refusalsOf(failed);
  // Nothing was reached that is not recorded already: the state stays as it was.
  if (!hasReached) throw plainError(reasons.join("\n"));
  throw new InitFailed(fleetMark, toPlainJson({ ...news, ...outs, [runInput]: undefined }), [...reasons]);
}

/** Each as the resource of one instance is taken out. Returns why some are not. */
export function takeOut(
  work: FleetWork,
  ids: readonly string[],
  members: Members,
  done: (id: string) => void = () => undefined,
): Promise<readonly Said[]> {
  return work.sideBySide(ids, "taken out", async (id, session) => {
    await removeOne(session, id, members.get(id) ?? {});
    done(id);
  });
}

/** A selection had found them once, and the check has proven that they are gone. */
function noteGone({ outside }: Session, ids: readonly string[], members: Members): boolean {
  const noted = ids.filter((id) => typeof members.get(id)?.releasedBy !== "string");
  for (const id of noted) {
    const outputs = members.get(id) ?? { instanceId: id };
    const recorded = toRecorded(outputs);
    const { desired } = normalize(recorded.declared);
    const atMs = outside.clock.nowMs();
    const releasedBy = (desired && explainAbsence(desired, recorded, atMs)) ?? "unknown";
    const gone = { observed: { presence: "absent" }, atMs, accountId: undefined, releasedBy, done: [] } as const;
    members.set(id, toOutputs(recorded.declared, gone, outputs));
  }
  return noted.length > 0;
}
