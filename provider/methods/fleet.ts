import { explainAbsence } from "../core/plan";
import type { Said } from "../core/groups";
import { lost } from "../core/fleet-members";
import { messageOf } from "../core/message-of";
import { unknownValue } from "../core/model";
import { normalize } from "../core/normalize";
import type { Properties } from "../core/outputs";
import { declaredOnly, toOutputs, toPlainJson, toRecorded, without } from "../core/outputs";
import { noEngine } from "../engine-client";
import type { FleetRun } from "../fleet-run";
import { fleetInput, fleetMark, memberRun, readFleetRun } from "../fleet-run";
import { plainError } from "../plain-error";
import { runInput } from "../run-info";
import { spokenWait } from "../spoken-wait";
import { create as createOne, InitFailed, update as updateOne } from "./apply";
import { changedOnTheWay } from "./changed-on-the-way";
import type { CheckAnswer } from "./check";
import { check as checkOne } from "./check";
import type { DiffAnswer } from "./diff";
import { diff as diffOne } from "./diff";
import type { FleetRecord } from "./fleet-record";
import { isWhole, readRecord, textsOf, writeRecord } from "./fleet-record";
import { FleetVoice } from "./fleet-voice";
import { memoryInput, memoryOf, writeMemory } from "./memory";
import { argumentsOf } from "./properties";
import type { ReadAnswer } from "./read";
import { read as readOne } from "./read";
import { remove as removeOne } from "./remove";
import type { Session } from "./session";

/** Stands for the ids, so that what all declare is judged by the rules of one resource. */
const anyInstance = "i-any";
const nobody: FleetRecord = { instanceIds: [], goneIds: [], members: new Map() };

/** What is to be done with a member. */
interface Verdict {
  readonly isNew: boolean;
  readonly changes: boolean;
  /** Why nothing of it is done. */
  readonly refusals: readonly string[];
}

type Verdicts = ReadonlyMap<string, Verdict>;

/**
 * All instances of a fleet in one resource. Each member is treated as the resource of one instance is, by the same code, so
 * what is promised for one holds for each. Here is only what concerns them together.
 */
export class Fleet {
  /** What the program has said in this run, by the members that it has said it of. */
  private readonly runs = new Map<string, FleetRun>();

  constructor(private readonly session: Session) {}

  async check(olds: Properties, news: Properties): Promise<CheckAnswer> {
    const declared = sharedArguments(news);
    const run = readFleetRun(news[runInput]) ?? this.runOf(news);
    if (run === undefined) return refuse(olds, ["instanceIds: nothing is known of the members of this fleet"]);
    for (const text of run.said) this.session.sayOnce("info", text, run.urn);
    if (run.refused.length > 0) return refuse(olds, run.refused);
    if (run.unknown.length > 0) return this.notKnownYet(olds, declared, run);
    const changed = changedOnTheWay({ ...run, held: [], heldIfNew: [] }, declared, olds, this.session.account);
    if (changed.length > 0) return refuse(olds, changed);
    const listed = await this.listed(olds, run);
    if ("refused" in listed) return refuse(olds, [listed.refused]);
    const inputs = toPlainJson({ ...declared, regionId: run.regionId, ...listed, [fleetInput]: fleetMark });
    this.runs.set(keyOf(inputs), run);
    const { failures, unknown } = normalize({ ...declared, instanceId: anyInstance }, run.regionId);
    if (failures.length > 0) return refuse(olds, failures);
    if (unknown.length > 0) {
      this.session.sayOnce("info", `not known yet: ${unknown.join(", ")}; what is done is decided when it is`, run.urn);
      return { inputs, failures: [] };
    }
    const isNew = readRecord(olds) === undefined;
    if (!isNew && !isWhole(olds) && "failed" in run.inherited) return refuse(olds, [unreadable(run.inherited.failed)]);
    const refused = isNew
      ? this.told(nobody, inputs, run).refused
      : this.heldTogether(this.activeIds(inputs), run, false);
    return refused.length > 0 ? refuse(olds, refused) : { inputs, failures: [] };
  }

  /** Judged by the outputs, which no check sees: who is new, what was reached, what is due. */
  diff(olds: Properties, news: Properties): DiffAnswer {
    if (hasUnknown(news)) return { changes: true, replaces: [] };
    const run = this.runOf(news);
    const before = this.recordOf(olds, news, run);
    const { changes, refused } = this.told(before, news, run);
    if (refused.length > 0) throw plainError(refused.join("\n"));
    const isRelisted = !isSame(olds.instanceIds, news.instanceIds) || !isSame(olds.goneIds, news.goneIds);
    return { changes: changes || isRelisted || !isWhole(olds), replaces: [] };
  }

  async create(inputs: Properties): Promise<{ id: string; outs: Record<string, unknown> }> {
    return { id: fleetMark, outs: await this.apply(nobody, inputs) };
  }

  async update(olds: Properties, news: Properties): Promise<{ outs: Record<string, unknown> }> {
    return { outs: await this.apply(this.recordOf(olds, news, this.runOf(news)), news) };
  }

  async read(id: string, props: Properties): Promise<ReadAnswer> {
    const record = readRecord(props);
    // Of an earlier version, whose members are resources of their own.
    if (record === undefined || !isWhole(props)) return { id, props: toPlainJson(props), inputs: rosterOf(props) };
    const voice = this.voice(undefined);
    const members = new Map(record.members);
    const failed = await this.each([...members.keys()], members, voice, "looked at", async (instanceId, session) => {
      members.set(instanceId, (await readOne(session, instanceId, members.get(instanceId) ?? {})).props);
    });
    voice.tellAll();
    if (failed.length > 0) throw plainError(voice.refusalsOf(failed).join("\n"));
    const outs = writeRecord(props, { ...record, members });
    return { id, props: toPlainJson(outs), inputs: toPlainJson({ ...sharedArguments(props), ...rosterOf(props) }) };
  }

  /** Each member is taken out as the resource of one instance is. What can't be keeps all of them recorded, for another try. */
  async delete(props: Properties): Promise<void> {
    const { members } = readRecord(props) ?? nobody;
    const voice = this.voice(undefined);
    const failed = await this.takeOut([...members.keys()], members, voice);
    voice.tellAll();
    if (failed.length > 0) throw plainError(voice.refusalsOf(failed).join("\n"));
  }

  private voice(run: FleetRun | undefined, isSilent = false): FleetVoice {
    const { engine, settings } = this.session.outside;
    return new FleetVoice(isSilent ? noEngine : engine, run?.urn, settings("lifecycle:showAll") === "true");
  }

  private runOf(news: Properties): FleetRun | undefined {
    return this.runs.get(keyOf(news));
  }

  private recordOf(olds: Properties, news: Properties, run: FleetRun | undefined): FleetRecord {
    const record = readRecord(olds) ?? nobody;
    if (isWhole(olds) || run === undefined || "failed" in run.inherited) return record;
    // An earlier version had a resource for each of them. Those that leave in this run are left to those resources' own end.
    const [own, listed] = [new Set(record.instanceIds), new Set(textsOf(news.instanceIds))];
    const staying = Object.entries(run.inherited.members).filter(([id]) => own.has(id) && listed.has(id));
    return { ...record, members: new Map(staying) };
  }

  /** What is said of all members in a preview. `refused`: why nothing at all is done. */
  private told(
    before: FleetRecord,
    news: Properties,
    run: FleetRun | undefined,
  ): { readonly changes: boolean; readonly refused: readonly string[] } {
    const voice = this.voice(run);
    const verdicts = this.verdictsOf(before, news, run, voice);
    const leaving = this.leavingOf(before, news);
    const changing = [...verdicts].filter(([, { changes, refusals }]) => changes && refusals.length === 0);
    const refused = saidOf(verdicts, voice);
    const added = [...verdicts].flatMap(([id, { isNew }]) => (isNew ? [id] : []));
    const together = run === undefined ? [] : this.heldTogether(added, run, true);
    if (together.length > 0) return { changes: true, refused: together };
    const isAnyDone = changing.length + leaving.length > 0;
    if (refused.length > 0 && !isAnyDone) return { changes: true, refused: voice.refusalsOf(refused) };
    voice.tellAll();
    if (run?.dryRun === true) voice.tellPlan(verdicts.size, leaving.length, refused);
    return { changes: isAnyDone, refused: [] };
  }

  /** Limits hold for all that they count, or for none: over one of them nothing of the fleet is done, but what protects. */
  private heldTogether(ids: readonly string[], run: FleetRun, areNew: boolean): readonly string[] {
    const infos = ids.flatMap((id) => memberRun(run, id) ?? []);
    // What cancels or postpones must not be held back with the rest: then each member is judged by itself.
    const mayProtect = infos.some(({ seen }) => seen?.presence === "present" && seen.releaseTime !== undefined);
    if (mayProtect) return [];
    const reasons = infos.flatMap(({ together = [], togetherIfNew = [] }) =>
      areNew ? [...together, ...togetherIfNew] : together,
    );
    return [...new Set(reasons)];
  }

  private verdictsOf(before: FleetRecord, news: Properties, run: FleetRun | undefined, voice: FleetVoice): Verdicts {
    const shared = sharedArguments(news);
    const verdicts = this.activeIds(news).map((id): [string, Verdict] => {
      const member = { ...shared, instanceId: id };
      const recorded = recordedHere(before, id, news);
      const info = run === undefined ? undefined : memberRun(run, id);
      const seen = info?.seen;
      const session = this.session.speakingTo(
        voice.of(id, seen?.presence === "present" ? seen.instanceName : nameOf(recorded)),
      );
      session.rememberAs(id, String(news.regionId), info);
      // In a refresh no program has spoken, and nothing is about to be done.
      const { failures } =
        run === undefined ? nothingWrong : checkOne(session, recorded === undefined ? {} : asInputs(recorded), member);
      // What is refused has no plan to be said.
      const changes = recorded === undefined || failures.length > 0 || diffOne(session, recorded, member).changes;
      return [id, { isNew: recorded === undefined, changes, refusals: failures.map(({ reason }) => reason) }];
    });
    return new Map(verdicts);
  }

  private async apply(before: FleetRecord, news: Properties): Promise<Record<string, unknown>> {
    const run = this.runOf(news);
    if (run === undefined) throw plainError(nobodyLooked);
    const verdicts = this.verdictsOf(before, news, run, this.voice(run, true));
    const voice = this.voice(run);
    const members = new Map(before.members);
    const failed: Said[] = [];
    let hasReached = this.noteGone(textsOf(news.goneIds), members);
    const due = [...verdicts].flatMap(([id, { changes }]) => (changes ? [id] : []));
    const shared = sharedArguments(news);
    const reach = async (id: string, session: Session): Promise<void> => {
      const refusals = verdicts.get(id)?.refusals ?? [];
      if (refusals.length > 0) throw plainError(refusals.join("\n"));
      const recorded = recordedHere(before, id, news);
      const member = { ...shared, instanceId: id };
      try {
        const { outs } = await (recorded === undefined
          ? createOne(session, member)
          : updateOne(session, recorded, member));
        members.set(id, outs);
        hasReached = true;
      } catch (error) {
        if (error instanceof InitFailed) {
          members.set(id, error.properties);
          hasReached = true;
        }
        throw error;
      }
    };
    const { order } = run;
    failed.push(
      ...(order === "parallel"
        ? await this.each(due, before.members, voice, "done", reach)
        : await this.inOrder(order === "backward" ? [...due].reverse() : due, before.members, voice, reach)),
    );
    const leaving = this.leavingOf(before, news);
    for (const id of leaving) {
      const elsewhere = run.elsewhere[id];
      const regionId = members.get(id)?.regionId;
      if (elsewhere !== undefined) this.session.declareElsewhere(id, String(regionId), elsewhere);
    }
    failed.push(
      ...(await this.takeOut(leaving, before.members, voice, (id) => {
        members.delete(id);
        hasReached = true;
      })),
    );
    voice.tellAll();
    const instanceIds = textsOf(news.instanceIds);
    const outs = writeRecord(news, { instanceIds, goneIds: textsOf(news.goneIds), members });
    if (failed.length === 0) return toPlainJson(outs);
    const reasons = voice.refusalsOf(failed);
    // Nothing was reached that is not recorded already: the state stays as it was.
    if (!hasReached) throw plainError(reasons.join("\n"));
    throw new InitFailed(fleetMark, toPlainJson({ ...news, ...outs, [runInput]: undefined }), [...reasons]);
  }

  /** Recorded, and no member any more. */
  private leavingOf(before: FleetRecord, news: Properties): readonly string[] {
    const ids = new Set(textsOf(news.instanceIds));
    return [...before.members.keys()].filter((id) => !ids.has(id) && !this.session.leavesAlone(id));
  }

  /** Those that this run may act on, and whose power state is managed: all but those that are gone. */
  private activeIds(news: Properties): readonly string[] {
    const gone = new Set(textsOf(news.goneIds));
    return textsOf(news.instanceIds).filter((id) => !gone.has(id) && !this.session.leavesAlone(id));
  }

  /** A selection had found them once, and the check has proven that they are gone. */
  private noteGone(ids: readonly string[], members: Map<string, Properties>): boolean {
    const noted = ids.filter((id) => typeof members.get(id)?.releasedBy !== "string");
    for (const id of noted) {
      const outputs = members.get(id) ?? { instanceId: id };
      const recorded = toRecorded(outputs);
      const { desired } = normalize(recorded.declared);
      const atMs = this.session.outside.clock.nowMs();
      const releasedBy = (desired && explainAbsence(desired, recorded, atMs)) ?? "unknown";
      const gone = { observed: { presence: "absent" }, atMs, accountId: undefined, releasedBy, done: [] } as const;
      members.set(id, toOutputs(recorded.declared, gone, outputs));
    }
    return noted.length > 0;
  }

  /** Side by side, with how many are done by now. Returns why some are not. */
  private async each(
    ids: readonly string[],
    members: ReadonlyMap<string, Properties>,
    voice: FleetVoice,
    what: string,
    work: (id: string, session: Session) => Promise<void>,
  ): Promise<readonly Said[]> {
    let done = 0;
    const failures = await spokenWait(
      (seconds) => voice.progress(`${done} of ${ids.length} ${what}, ${seconds} s …`),
      () =>
        Promise.all(
          ids.map(async (id): Promise<readonly Said[]> => {
            const name = nameOf(members.get(id));
            try {
              await work(id, this.session.speakingTo(voice.of(id, name)));
              return [];
            } catch (error) {
              return [{ instanceId: id, name, text: messageOf(error) }];
            } finally {
              done += 1;
            }
          }),
        ),
    );
    return failures.flat();
  }

  /** One after the other. One that fails holds back those after it. */
  private async inOrder(
    ids: readonly string[],
    members: ReadonlyMap<string, Properties>,
    voice: FleetVoice,
    work: (id: string, session: Session) => Promise<void>,
  ): Promise<readonly Said[]> {
    for (const [index, id] of ids.entries()) {
      const failed = await this.each([id], members, voice, "done", work);
      if (failed.length === 0) continue;
      const held = ids.slice(index + 1).map((instanceId) => ({
        instanceId,
        name: nameOf(members.get(instanceId)),
        text: `${instanceId} is held back by order, because ${id} failed`,
      }));
      return [...failed, ...held];
    }
    return [];
  }

  private takeOut(
    ids: readonly string[],
    members: ReadonlyMap<string, Properties>,
    voice: FleetVoice,
    done: (id: string) => void = () => undefined,
  ): Promise<readonly Said[]> {
    return this.each(ids, members, voice, "taken out", async (id, session) => {
      await removeOne(session, id, members.get(id) ?? {});
      done(id);
    });
  }

  /** In a preview those of the last run stand for what is not known: left out, they would read as taken out. */
  private notKnownYet(olds: Properties, declared: Properties, run: FleetRun): CheckAnswer {
    const names = run.unknown.join(", ");
    if (!run.dryRun) return refuse(olds, [`instanceIds: the members are not known, because of ${names}`]);
    const before = readRecord(olds);
    const shown = before === undefined ? "its instances can't be listed" : "the instances of the last run are shown";
    this.session.sayOnce("warning", `not known yet: ${names}; ${shown}, and which they are is decided later`, run.urn);
    const members = before === undefined ? { instanceIds: unknownValue, goneIds: unknownValue } : rosterOf(olds);
    return { inputs: toPlainJson({ ...declared, ...members, [fleetInput]: fleetMark }), failures: [] };
  }

  /** The members of this run. A selection that has lost too many is not believed. */
  private async listed(
    olds: Properties,
    run: FleetRun,
  ): Promise<
    { readonly instanceIds: readonly string[]; readonly goneIds: readonly string[] } | { readonly refused: string }
  > {
    const before = readRecord(olds);
    if (run.by === "ids" || before === undefined) return { instanceIds: run.instanceIds, goneIds: [] };
    const { missing, refused } = lost(before, run);
    if (refused !== undefined) return { refused };
    const stillGone = before.goneIds.filter((id) => !run.exclude.includes(id) && !run.instanceIds.includes(id));
    try {
      const goneIds = [...stillGone, ...(await this.goneOf(missing, run))];
      for (const id of goneIds) this.session.sayOnce("warning", isGone(id, run), run.urn);
      return { instanceIds: [...run.instanceIds, ...goneIds], goneIds };
    } catch (error) {
      return {
        refused: `select: ${missing.join(", ")} can't be looked at, so nothing is changed: ${messageOf(error)}`,
      };
    }
  }

  /**
   * Those that are proven to be gone; the others only don't fit any more. This is the one look that a check makes: the
   * program can't know what the last run had found, and it is made only when something is missing.
   */
  private async goneOf(missing: readonly string[], run: FleetRun): Promise<readonly string[]> {
    if (missing.length === 0) return [];
    const ecs = this.session.outside.connect(run.regionId);
    const what = missing.length === 1 ? missing[0] : `${missing.length} instances`;
    const looks = await spokenWait(
      (seconds) =>
        this.session.outside.engine.progress(
          `select: looking for ${what} that it finds no longer, ${seconds} s …`,
          run.urn,
        ),
      () =>
        Promise.all(missing.map(async (id) => ({ id, observed: (await this.session.lookSurely(id, ecs)).observed }))),
    );
    return looks.flatMap(({ id, observed }) => {
      if (observed === undefined) throw new Error("this identity is not allowed to list instances");
      if (observed.presence === "absent") return [id];
      this.session.sayOnce("info", `${id} is there and does not fit any more; it is only forgotten`, run.urn);
      return [];
    });
  }
}

const nothingWrong: Pick<CheckAnswer, "failures"> = { failures: [] };
const nobodyLooked =
  "instanceIds: the program has not looked at the members in this run, so nothing is called; run `pulumi up` with the program that declares them";

function unreadable(why: string): string {
  return `instanceIds: what an earlier version has recorded of the members can't be read, so nothing is changed: ${why}; run again`;
}

function isGone(id: string, { regionId }: FleetRun): string {
  return `${id} is gone from ${regionId}; it stays listed, and its power state is managed no more, until it stands in exclude`;
}

/** What all members declare. */
function sharedArguments(properties: Properties): Properties {
  return argumentsOf(
    without(properties, "instanceIds", "goneIds", "declarations", "alike", "members", "schemaVersion"),
  );
}

/** The inputs that the check of one resource would have recorded: what it may know of earlier runs. */
function asInputs(outputs: Properties): Properties {
  return { ...declaredOnly(outputs), [memoryInput]: writeMemory(memoryOf(toRecorded(outputs))) };
}

/** In another region it is another machine. */
function recordedHere({ members }: FleetRecord, id: string, news: Properties): Properties | undefined {
  const outputs = members.get(id);
  return outputs?.regionId === news.regionId ? outputs : undefined;
}

function rosterOf({ instanceIds, goneIds }: Properties): Record<string, unknown> {
  return toPlainJson({ instanceIds, goneIds, [fleetInput]: fleetMark });
}

function nameOf(outputs: Properties | undefined): string {
  const name = outputs?.instanceName;
  return typeof name === "string" ? name : "";
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(textsOf(one)) === JSON.stringify(textsOf(other));
}

function hasUnknown(properties: Properties): boolean {
  return JSON.stringify(properties).includes(unknownValue);
}

function keyOf({ instanceIds, goneIds, regionId }: Properties): string {
  return JSON.stringify([regionId, instanceIds, goneIds]);
}

function saidOf(verdicts: Verdicts, voice: FleetVoice): readonly Said[] {
  return [...verdicts].flatMap(([instanceId, { refusals }]) =>
    refusals.map((text) => ({ instanceId, name: voice.nameOf(instanceId), text })),
  );
}

function refuse(olds: Properties, reasons: readonly string[]): CheckAnswer {
  return { inputs: rosterOf(olds), failures: reasons.map((reason) => ({ property: "", reason })) };
}
