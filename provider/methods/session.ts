import { describePlan } from "../core/describe";
import type { Absent, Desired, Observed, Plan, Present, Write } from "../core/model";
import { isProtective } from "../core/steps";
import type { Environment, Settings } from "../ecs/config";
import { defaultRegionId } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import type { EcsPort } from "../ecs/port";
import type { Engine } from "../engine-client";
import type { DeclaredTime, Peers } from "../peers";
import { accountDigests, accountText } from "../account-settings";
import type { Digests } from "../judged-arguments";
import { misspeltToday } from "../limits-of-today";
import { onlyOf } from "../only";
import { plainError } from "../plain-error";
import { proveAbsence } from "../reconcile/absence";
import type { Clock } from "../reconcile/clock";
import type { Surroundings } from "../reconcile/surroundings";
import type { RunInfo, Scheduled } from "../run-info";
import { describeScheduled } from "./describe-scheduled";
import { Known } from "./known";

/** What the methods need of the world. */
export interface Outside {
  readonly settings: Settings;
  readonly env: Environment;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly peers: Peers;
}

/** A run's information in which the program did see the instance, or did see that it is not listed. */
export type VerifiedRun = RunInfo & { readonly seen: Present | Absent; readonly atMs: number };

/** Without a terminal each line is printed for good, so a waiting resource speaks only this often. */
const progressEveryMs = 10_000;

/** What the resources of one provider process know of each other during one run. */
export class Session {
  /** Made when first needed: of ten thousand members most say nothing. */
  private said: Set<string> | undefined;

  constructor(
    readonly outside: Omit<Outside, "engine">,
    readonly engine: Engine,
    private readonly known = new Known(),
    private readonly isOfMember = false,
  ) {}

  /** The same run for one member of a fleet, which gathers what its members say, and says itself what they wait for. */
  ofMember(engine: Engine): Session {
    return new Session(this.outside, engine, this.known, true);
  }

  get defaultRegionId(): string | undefined {
    return defaultRegionId(this.outside.settings, this.outside.env);
  }

  /** What decides which account this process calls. The environment stays as it is; the settings may be set again. */
  get account(): Digests {
    const { settings, env } = this.outside;
    const text = accountText(settings);
    if (this.known.account?.text !== text) this.known.account = { text, digests: accountDigests(settings, env) };
    return this.known.account.digests;
  }

  /** `lifecycle:readOnly`: whatever would act fails. */
  get isReadOnly(): boolean {
    const setting = this.outside.settings("lifecycle:readOnly");
    return setting !== undefined && setting !== "false";
  }

  private get only(): ReadonlySet<string> | undefined {
    const { settings } = this.outside;
    const text = settings("lifecycle:only");
    if (this.known.only === undefined || this.known.only.text !== text)
      this.known.only = { text, ids: onlyOf(settings) };
    return this.known.only.ids;
  }

  /** `lifecycle:only` names others, so nothing is done for this one in this run. Said once. */
  leavesAlone(instanceId: string): boolean {
    const only = this.only;
    if (only === undefined || only.has(instanceId)) return false;
    if (!this.known.saysOnly) {
      this.known.saysOnly = true;
      this.engine.say(
        "warning",
        `lifecycle:only is set: this run acts on ${[...only].join(", ") || "nothing"} alone, and leaves everything else that is declared as it is`,
      );
    }
    return true;
  }

  connect(desired: Desired): EcsPort {
    const port = this.outside.connect(desired.regionId);
    this.known.ports.add(port);
    if (this.isOfMember) return port;
    return this.known.slowCalls.watched(port, desired.instanceId, (text, kind) => this.progress(desired, text, kind));
  }

  /** Whether some of the calls wait for the account's call limit just now. */
  get isHeldBack(): boolean {
    return [...this.known.ports].some((port) => port.isHeldBack());
  }

  /** Declared in this run, under whatever name: a delete of the same id (rename, move, forced replacement) must not undo it. */
  declare(desired: Desired): void {
    this.note(keyOf(desired), desired.releaseTime.kind);
  }

  /** A declaration with something wrong in it still says whose machine it is about. */
  declareUnreadable(instanceId: string, regionId: string): void {
    this.note(keyOf({ instanceId, regionId }), "unreadable");
  }

  /** Another resource of the program declares it, which may not have come to its check yet. */
  declareElsewhere(instanceId: string, regionId: string, releaseTime: DeclaredTime): void {
    if (this.known.declaredHere.has(keyOf({ instanceId, regionId }))) return;
    this.note(keyOf({ instanceId, regionId }), releaseTime);
  }

  /** What this run declares for the same machine, if anything, whatever provider it is given to. */
  declaredNow(desired: Desired): DeclaredTime | undefined {
    return this.known.declaredHere.get(keyOf(desired)) ?? this.outside.peers.heardOf(keyOf(desired));
  }

  private note(machine: string, releaseTime: DeclaredTime): void {
    if (this.known.declaredHere.get(machine) === releaseTime) return;
    this.known.declaredHere.set(machine, releaseTime);
    this.outside.peers.tell(machine, releaseTime);
  }

  remember(desired: Desired, run: RunInfo): void {
    this.known.runs.set(keyOf(desired), run);
  }

  /** The same for a member of a fleet; undefined: the program has said nothing of it. */
  rememberAs(instanceId: string, regionId: string, run: RunInfo | undefined): void {
    const key = keyOf({ instanceId, regionId });
    if (run === undefined) this.known.runs.delete(key);
    else this.known.runs.set(key, run);
  }

  /** What the program has said in this run of a machine: the check may be asked again, without its words. */
  runOf(instanceId: string, regionId: string): RunInfo | undefined {
    return this.known.runs.get(keyOf({ instanceId, regionId }));
  }

  /** Undefined in a refresh or destroy, and when the program did not look, or looked at another machine or in another region. */
  verifiedRun(desired: Desired): VerifiedRun | undefined {
    const run = this.known.runs.get(keyOf(desired));
    if (run?.seen === undefined || run.atMs === undefined) return undefined;
    if (run.regionId !== desired.regionId || run.instanceId !== desired.instanceId) return undefined;
    return { ...run, seen: run.seen, atMs: run.atMs };
  }

  /** What the program has said in this run that the schedule of this machine declares. */
  scheduledNow(desired: Desired): Scheduled | undefined {
    const run = this.known.runs.get(keyOf(desired));
    return run?.instanceId === undefined || run.instanceId === desired.instanceId ? run?.scheduled : undefined;
  }

  /** The plan against its resource, in previews only: in an update the writes themselves speak. */
  sayPlan(desired: Desired, observed: Observed, made: Plan, run: VerifiedRun): void {
    if (!run.dryRun) return;
    const text = describePlan(desired, observed, { ...made, refusals: [...run.held, ...made.refusals] });
    if (text !== undefined)
      this.sayOnce("info", [text, ...describeScheduled(run.scheduled, desired)].join("\n"), run.urn);
  }

  /** A replacement is checked twice, and the same text twice would look like two things. */
  sayOnce(severity: "info" | "warning", text: string, urn: string | undefined): void {
    const key = `${urn ?? ""}\n${text}`;
    this.said ??= new Set();
    if (this.said.has(key)) return;
    this.said.add(key);
    this.engine.say(severity, text, urn);
  }

  surroundings(desired: Desired, ecs: EcsPort): Surroundings {
    const { engine, outside } = this;
    const run = this.known.runs.get(keyOf(desired));
    const urn = run?.urn;
    return {
      ecs,
      clock: outside.clock,
      progress: (text, kind) => this.progress(desired, text, kind),
      wrote: (text) => engine.say("info", text, urn),
      held: [...(run?.held ?? []), ...(run?.seen?.presence === "absent" ? uncounted(desired) : [])],
      permit: (step) => this.permit(step, desired),
    };
  }

  private progress(desired: Desired, text: string, kind?: "result"): void {
    if (this.isOfMember) return;
    const nowMs = this.outside.clock.nowMs();
    const lastMs = this.known.progressed.get(keyOf(desired)) ?? Number.NEGATIVE_INFINITY;
    if (kind !== "result" && nowMs - lastMs < progressEveryMs) return;
    this.known.progressed.set(keyOf(desired), nowMs);
    this.engine.progress(text, this.known.runs.get(keyOf(desired))?.urn);
  }

  /** One look, and the whole proof where the instance is not listed. Undefined: this identity may not see, so nothing is known. */
  async lookSurely(
    id: string,
    ecs: EcsPort,
  ): Promise<{ readonly observed: Observed | undefined; readonly atMs: number }> {
    const look = await ecs.observe([id]);
    // After the answer: before it, the look may still wait to be sent together with others.
    const firstLookMs = this.outside.clock.nowMs();
    const found = look.found.get(id);
    if (found !== undefined) return { observed: found, atMs: look.atMs };
    this.engine.progress(`${id} is not listed in ${ecs.regionId}; looking again to be sure`);
    const absence = await proveAbsence(ecs, this.outside.clock, id, firstLookMs);
    if (absence === "proven") return { observed: { presence: "absent" }, atMs: look.atMs };
    if (absence === "notAllowedToSee") return { observed: undefined, atMs: look.atMs };
    const again = await ecs.observe([id]);
    const turnedUp = again.found.get(id);
    if (turnedUp === undefined) throw plainError(`${id} is listed in one answer and missing in the next; run again`);
    return { observed: turnedUp, atMs: again.atMs };
  }

  /** The last gate before a write: what the run's limits are for is counted, and there must still be an engine to record it. */
  private async permit(step: Write, desired: Desired): Promise<void> {
    const id = desired.instanceId;
    if (this.isReadOnly) throw plainError(`lifecycle:readOnly is set; nothing is called for ${id}`);
    if (isProtective(step)) return;
    const misspelt = this.outside.settings(misspeltToday);
    if (misspelt !== undefined) throw plainError(`${misspelt} Nothing is called for ${id}`);
    const machine = keyOf(desired);
    this.known.limits.count(step, desired, machine, this.known.runs.get(machine), this.outside.settings);
    if (!(await this.engine.isThere())) {
      throw plainError(`${id}: the engine is gone, so nobody would record what is done; nothing more is called`);
    }
  }
}

export function mayNotSee(desired: Desired): string {
  return `is not listed in ${desired.regionId}, and this identity is not allowed to list instances (ecs:DescribeInstances)`;
}

/** The limits are counted over what the program saw; what it did not see was counted nowhere, and is there after all. */
function uncounted({ state, instanceId }: Desired): readonly string[] {
  if (state !== "released") return [];
  return [
    `state: ${instanceId} was not listed when the releases of this run were counted, and is there now; nothing is done, run again`,
  ];
}

function keyOf({ instanceId, regionId }: Pick<Desired, "instanceId" | "regionId">): string {
  return `${regionId}/${instanceId}`;
}
