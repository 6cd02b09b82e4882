import type { Said } from "../core/groups";
import { anotherText } from "../core/is-another";
import type { Properties } from "../core/outputs";
import { declaredOnly, toRecorded } from "../core/outputs";
import { noEngine } from "../engine-client";
import type { FleetRun } from "../fleet-run";
import { memberRun } from "../fleet-run";
import type { CheckAnswer } from "./check";
import { check as checkOne } from "./check";
import { diff as diffOne } from "./diff";
import { sharedArguments } from "./fleet-properties";
import type { FleetRecord, Members } from "./fleet-record";
import { textsOf } from "./fleet-record";
import type { FleetVoice } from "./fleet-voice";
import { memoryInput, memoryOf, writeMemory } from "./memory";
import { foretold } from "./remove";
import type { Session } from "./session";

/** What is to be done with a member. */
export interface Verdict {
  readonly isNew: boolean;
  readonly changes: boolean;
  /** Why nothing of it is done. */
  readonly refusals: readonly string[];
}

export type Verdicts = ReadonlyMap<string, Verdict>;

/** Each member by the check and diff of the resource of one instance. */
export function verdictsOf(
  session: Session,
  { members }: FleetRecord,
  news: Properties,
  run: FleetRun | undefined,
  voice: FleetVoice,
): Verdicts {
  const shared = sharedArguments(news);
  const regionId = String(news.regionId);
  const verdicts = activeIds(session, news).map((id): [string, Verdict] => {
    const member = { ...shared, instanceId: id };
    const recorded = recordedHere(members, id, news);
    const info = run === undefined ? undefined : memberRun(run, id);
    const seen = info?.seen;
    const name = seen?.presence === "present" ? seen.instanceName : members.nameOf(id);
    const own = session.ofMember(voice.of(id, name));
    own.rememberAs(id, regionId, info);
    // In a refresh no program has spoken, and nothing is about to be done.
    const { failures } =
      run === undefined ? nothingWrong : checkOne(own, recorded === undefined ? {} : asInputs(recorded), member);
    const another =
      recorded === undefined || seen?.presence !== "present" ? undefined : anotherText(seen, toRecorded(recorded));
    // What is refused has no plan to be said.
    const heard = another === undefined ? own : session.ofMember(noEngine);
    const changes = recorded === undefined || failures.length > 0 || diffOne(heard, recorded, member).changes;
    const reasons = failures.map(({ reason }) => reason);
    const refusals = changes && another !== undefined ? [...reasons, another] : reasons;
    return [id, { isNew: recorded === undefined, changes, refusals }];
  });
  return new Map(verdicts);
}

/** What is said of all members in a preview. `refused`: why nothing at all is done. */
export function told(
  session: Session,
  before: FleetRecord,
  news: Properties,
  run: FleetRun | undefined,
  voice: FleetVoice,
): { readonly changes: boolean; readonly refused: readonly string[] } {
  const verdicts = verdictsOf(session, before, news, run, voice);
  const leaving = leavingIds(session, before.members, news);
  const changing = [...verdicts].filter(([, { changes, refusals }]) => changes && refusals.length === 0);
  const refused = saidOf(verdicts, voice);
  const added = [...verdicts].flatMap(([id, { isNew }]) => (isNew ? [id] : []));
  const together = run === undefined ? [] : heldTogether(added, run, true);
  if (together.length > 0) return { changes: true, refused: together };
  const isAnyDone = changing.length + leaving.length > 0;
  if (refused.length > 0 && !isAnyDone) return { changes: true, refused: voice.refusalsOf(refused) };
  if (run?.dryRun === true) foretell(session, leaving, before.members, run, voice);
  voice.tellAll();
  if (run?.dryRun === true) voice.tellPlan(verdicts.size, leaving.length, refused);
  return { changes: isAnyDone, refused: [] };
}

/** What is taken out has no plan, and what is called for it is in the preview all the same. */
function foretell(
  session: Session,
  leaving: readonly string[],
  members: Members,
  run: FleetRun,
  voice: FleetVoice,
): void {
  const nowMs = session.outside.clock.nowMs();
  for (const id of leaving) {
    const text = foretold(id, members.get(id) ?? {}, run.elsewhere[id], nowMs);
    voice.of(id, members.nameOf(id)).say("info", text);
  }
}

/** Limits hold for all that they count, or for none: over one of them nothing of the fleet is done, but what protects. */
export function heldTogether(ids: readonly string[], run: FleetRun, areNew: boolean): readonly string[] {
  const infos = ids.flatMap((id) => memberRun(run, id) ?? []);
  // What cancels or postpones must not be held back with the rest: then each member is judged by itself.
  const mayProtect = infos.some(({ seen }) => seen?.presence === "present" && seen.releaseTime !== undefined);
  if (mayProtect) return [];
  const reasons = infos.flatMap(({ together = [], togetherIfNew = [] }) =>
    areNew ? [...together, ...togetherIfNew] : together,
  );
  return [...new Set(reasons)];
}

/** Recorded, and no member any more. */
export function leavingIds(session: Session, members: Members, news: Properties): readonly string[] {
  const ids = new Set(textsOf(news.instanceIds));
  return members.ids().filter((id) => !ids.has(id) && !session.leavesAlone(id));
}

/** Those that this run may act on, and whose power state is managed: all but those that are gone. */
export function activeIds(session: Session, news: Properties): readonly string[] {
  const gone = new Set(textsOf(news.goneIds));
  return textsOf(news.instanceIds).filter((id) => !gone.has(id) && !session.leavesAlone(id));
}

/** In another region it is another machine. */
export function recordedHere(members: Members, id: string, news: Properties): Properties | undefined {
  const outputs = members.get(id);
  return outputs?.regionId === news.regionId ? outputs : undefined;
}

const nothingWrong: Pick<CheckAnswer, "failures"> = { failures: [] };

/** The inputs that the check of one resource would have recorded: what it may know of earlier runs. */
function asInputs(outputs: Properties): Properties {
  return { ...declaredOnly(outputs), [memoryInput]: writeMemory(memoryOf(toRecorded(outputs))) };
}

function saidOf(verdicts: Verdicts, voice: FleetVoice): readonly Said[] {
  return [...verdicts].flatMap(([instanceId, { refusals }]) =>
    refusals.map((text) => ({ instanceId, name: voice.nameOf(instanceId), text })),
  );
}
