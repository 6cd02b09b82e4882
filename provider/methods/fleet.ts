import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { toPlainJson } from "../core/outputs";
import { noEngine } from "../engine-client";
import type { FleetRun } from "../fleet-run";
import { fleetInput, fleetMark, readFleetRun } from "../fleet-run";
import { plainError } from "../plain-error";
import { runInput } from "../run-info";
import { changedOnTheWay } from "./changed-on-the-way";
import type { CheckAnswer } from "./check";
import type { DiffAnswer } from "./diff";
import { applyToMembers, takeOut } from "./fleet-apply";
import { hasSameRoster, hasUnknown, keyOf, refuse, rosterOf, sharedArguments } from "./fleet-properties";
import type { FleetRecord } from "./fleet-record";
import { isWhole, Members, readRecord, textsOf, writeRecord } from "./fleet-record";
import { rosterNotKnown, rosterNow } from "./fleet-roster";
import { activeIds, heldTogether, told, verdictsOf } from "./fleet-verdicts";
import { FleetVoice } from "./fleet-voice";
import { FleetWork } from "./fleet-work";
import type { ReadAnswer } from "./read";
import { read as readOne } from "./read";
import type { Session } from "./session";

/** Stands for the ids, so that what all declare is judged by the rules of one resource. */
const anyInstance = "i-any";
const nobody = (): FleetRecord => ({ instanceIds: [], goneIds: [], members: new Members() });

/**
 * All instances of a fleet in one resource. Each member is treated as the resource of one instance is, by the same code, so
 * what is promised for one holds for each. Here is only what concerns them together.
 */
export class Fleet {
  /** What the program has said in this run, by the members that it has said it of. */
  private readonly runs = new Map<string, FleetRun>();

  constructor(private readonly session: Session) {}

  async check(olds: Properties, news: Properties): Promise<CheckAnswer> {
    const { session } = this;
    const run = readFleetRun(news[runInput]) ?? this.runOf(news);
    if (run === undefined) return refuse(olds, ["instanceIds: nothing is known of the members of this fleet"]);
    const answer = await this.checked(olds, news, run);
    if (answer.failures.length > 0) {
      // It still says whose machines these are, so that nothing else takes them for taken out.
      for (const id of run.instanceIds) session.declareElsewhere(id, run.regionId, "unreadable");
    }
    return answer;
  }

  private async checked(olds: Properties, news: Properties, run: FleetRun): Promise<CheckAnswer> {
    const { session } = this;
    const declared = sharedArguments(news);
    for (const text of run.said) session.sayOnce("info", text, run.urn);
    if (run.refused.length > 0) return refuse(olds, run.refused);
    const before = readRecord(olds);
    const isNew = before === undefined;
    if (run.unknown.length > 0) return rosterNotKnown(session, olds, declared, run, isNew);
    const changed = changedOnTheWay({ ...run, held: [], heldIfNew: [] }, declared, olds, session.account);
    if (changed.length > 0) return refuse(olds, changed);
    const roster = await rosterNow(session, before, run);
    if ("refused" in roster) return refuse(olds, [roster.refused]);
    const inputs = toPlainJson({ ...declared, regionId: run.regionId, ...roster, [fleetInput]: fleetMark });
    this.runs.set(keyOf(inputs), run);
    const { failures, unknown } = normalize({ ...declared, instanceId: anyInstance }, run.regionId);
    if (failures.length > 0) return refuse(olds, failures);
    if (unknown.length > 0) {
      session.sayOnce("info", `not known yet: ${unknown.join(", ")}; what is done is decided when it is`, run.urn);
      return { inputs, failures: [] };
    }
    if (!isNew && !isWhole(olds) && "failed" in run.inherited) return refuse(olds, [unreadable(run.inherited.failed)]);
    const refused = isNew
      ? told(session, nobody(), inputs, run, this.voice(run)).refused
      : heldTogether(activeIds(session, inputs), run, false);
    return refused.length > 0 ? refuse(olds, refused) : { inputs, failures: [] };
  }

  /** Judged by the outputs, which no check sees: who is new, what was reached, what is due. */
  diff(olds: Properties, news: Properties): DiffAnswer {
    if (hasUnknown(news)) return { changes: true, replaces: [] };
    const run = this.runOf(news);
    const { changes, refused } = told(this.session, recordOf(olds, news, run), news, run, this.voice(run));
    if (refused.length > 0) throw plainError(refused.join("\n"));
    return { changes: changes || !hasSameRoster(olds, news) || !isWhole(olds), replaces: [] };
  }

  async create(inputs: Properties): Promise<{ id: string; outs: Record<string, unknown> }> {
    return { id: fleetMark, outs: await this.apply(nobody(), inputs) };
  }

  async update(olds: Properties, news: Properties): Promise<{ outs: Record<string, unknown> }> {
    return { outs: await this.apply(recordOf(olds, news, this.runOf(news)), news) };
  }

  async read(id: string, props: Properties): Promise<ReadAnswer> {
    const record = readRecord(props);
    // Of an earlier version, whose members are resources of their own.
    if (record === undefined || !isWhole(props)) return { id, props: toPlainJson(props), inputs: rosterOf(props) };
    const { members } = record;
    const voice = this.voice(undefined);
    const work = new FleetWork(this.session, voice, (instanceId) => members.nameOf(instanceId));
    const failed = await work.sideBySide(members.ids(), "looked at", async (instanceId, session) => {
      members.set(instanceId, (await readOne(session, instanceId, members.get(instanceId) ?? {})).props);
    });
    voice.tellAll();
    if (failed.length > 0) throw plainError(voice.refusalsOf(failed).join("\n"));
    const outs = writeRecord(props, record);
    return { id, props: toPlainJson(outs), inputs: toPlainJson({ ...sharedArguments(props), ...rosterOf(props) }) };
  }

  /** Each member is taken out as the resource of one instance is. What can't be keeps all of them recorded, for another try. */
  async delete(props: Properties): Promise<void> {
    const { members } = readRecord(props) ?? nobody();
    const voice = this.voice(undefined);
    const work = new FleetWork(this.session, voice, (instanceId) => members.nameOf(instanceId));
    const failed = await takeOut(work, members.ids(), members);
    voice.tellAll();
    if (failed.length > 0) throw plainError(voice.refusalsOf(failed).join("\n"));
  }

  private async apply(before: FleetRecord, news: Properties): Promise<Record<string, unknown>> {
    const run = this.runOf(news);
    if (run === undefined) throw plainError(nobodyLooked);
    const verdicts = verdictsOf(this.session, before, news, run, this.voice(run, true));
    return await applyToMembers(this.session, before, news, run, verdicts, this.voice(run));
  }

  private voice(run: FleetRun | undefined, isSilent = false): FleetVoice {
    const { engine, outside } = this.session;
    return new FleetVoice(isSilent ? noEngine : engine, run?.urn, outside.settings("lifecycle:showAll") === "true");
  }

  private runOf(news: Properties): FleetRun | undefined {
    return this.runs.get(keyOf(news));
  }
}

function recordOf(olds: Properties, news: Properties, run: FleetRun | undefined): FleetRecord {
  const record = readRecord(olds) ?? nobody();
  if (isWhole(olds) || run === undefined || "failed" in run.inherited) return record;
  // An earlier version had a resource for each of them. Those that leave in this run are left to those resources' own end.
  const [own, listed] = [new Set(record.instanceIds), new Set(textsOf(news.instanceIds))];
  const members = new Members();
  for (const [id, outputs] of Object.entries(run.inherited.members)) {
    if (own.has(id) && listed.has(id)) members.set(id, outputs);
  }
  return { ...record, members };
}

const nobodyLooked =
  "instanceIds: the program has not looked at the members in this run, so nothing is called; run `pulumi up` with the program that declares them";

function unreadable(why: string): string {
  return `instanceIds: what an earlier version has recorded of the members can't be read, so nothing is changed: ${why}; run again`;
}
