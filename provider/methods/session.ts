import { describePlan } from "../core/describe";
import { releaseTimeArgument } from "../core/fixed-release-time";
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
import { SlowCalls } from "./slow-calls";

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

/** What is known of each machine, and counted, in one run of one provider process. */
class Known {
  /** What the program saw in this run: the only live facts that diff has, for it must not use the network. */
  readonly runs = new Map<string, RunInfo>();
  readonly declaredHere = new Map<string, DeclaredTime>();
  readonly counts = new Map<LimitKey, Set<string>>();
  readonly progressed = new Map<string, number>();
  readonly slowCalls = new SlowCalls();
  saysOnly = false;
  /** Read once as long as the setting is the same: a fleet asks for each member. */
  only: { readonly text: string | undefined; readonly ids: ReadonlySet<string> | undefined } | undefined;
  account: { readonly text: string; readonly digests: Digests } | undefined;
}

/** What the resources of one provider process know of each other during one run. */
export class Session {
  private readonly said = new Set<string>();

  constructor(
    readonly outside: Outside,
    private readonly known = new Known(),
  ) {}

  /** The same run, in which what is said goes elsewhere: a fleet says what its members have in common once. */
  speakingTo(engine: Engine): Session {
    return new Session({ ...this.outside, engine }, this.known);
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
      this.outside.engine.say(
        "warning",
        `lifecycle:only is set: this run acts on ${[...only].join(", ") || "nothing"} alone, and leaves everything else that is declared as it is`,
      );
    }
    return true;
  }

  connect(desired: Desired): EcsPort {
    const port = this.outside.connect(desired.regionId);
    return this.known.slowCalls.watched(port, desired.instanceId, (text, kind) => this.progress(desired, text, kind));
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
    if (this.said.has(key)) return;
    this.said.add(key);
    this.outside.engine.say(severity, text, urn);
  }

  surroundings(desired: Desired, ecs: EcsPort): Surroundings {
    const { engine, clock } = this.outside;
    const run = this.known.runs.get(keyOf(desired));
    const urn = run?.urn;
    return {
      ecs,
      clock,
      progress: (text, kind) => this.progress(desired, text, kind),
      wrote: (text) => engine.say("info", text, urn),
      held: [...(run?.held ?? []), ...(run?.seen?.presence === "absent" ? uncounted(desired) : [])],
      permit: (step) => this.permit(step, desired),
    };
  }

  private progress(desired: Desired, text: string, kind?: "result"): void {
    const { engine, clock } = this.outside;
    const nowMs = clock.nowMs();
    const lastMs = this.known.progressed.get(keyOf(desired)) ?? Number.NEGATIVE_INFINITY;
    if (kind !== "result" && nowMs - lastMs < progressEveryMs) return;
    this.known.progressed.set(keyOf(desired), nowMs);
    engine.progress(text, this.known.runs.get(keyOf(desired))?.urn);
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
    this.outside.engine.progress(`${id} is not listed in ${ecs.regionId}; looking again to be sure`);
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
    this.count(step, desired);
    if (!(await this.outside.engine.isThere())) {
      throw plainError(`${id}: the engine is gone, so nobody would record what is done; nothing more is called`);
    }
  }

  /** The second line of defence, and the only one where no program counts: what is taken out, and a destroy. */
  private count(step: Write, desired: Desired): void {
    const counted = limitFor(step);
    if (counted === undefined) return;
    const { key, byDefault } = counted;
    const machine = keyOf(desired);
    const limit =
      this.known.runs.get(machine)?.[key] ?? fixedLimit(this.outside.settings(`lifecycle:${key}`), byDefault);
    const machines = this.known.counts.get(key) ?? new Set();
    this.known.counts.set(key, machines);
    if (!machines.has(machine) && machines.size >= limit) {
      // What no program has spoken of is taken out.
      const argument = this.known.runs.has(machine) ? counted.argument(desired) : "onDelete";
      throw plainError(
        `${argument}: lifecycle:${key} is ${limit} and this run has used it up; nothing is called for ${desired.instanceId}, run \`pulumi up\` again for the rest`,
      );
    }
    machines.add(machine);
  }
}

type LimitKey = "maxReleases" | "maxReleaseTimes" | "maxStops";

interface CountedWrite {
  readonly key: LimitKey;
  /** The argument that asks for it. */
  readonly argument: (desired: Desired) => string;
  readonly byDefault: number;
}

function limitFor(step: Write): CountedWrite | undefined {
  switch (step.kind) {
    case "release":
    case "liftProtection":
      return { key: "maxReleases", argument: () => "state", byDefault: 1 };
    case "stop":
      return { key: "maxStops", argument: () => "state", byDefault: Number.POSITIVE_INFINITY };
    case "setReleaseTime":
      return { key: "maxReleaseTimes", argument: releaseTimeArgument, byDefault: 10 };
    default:
      return undefined;
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

function describeScheduled(scheduled: Scheduled | undefined, desired: Desired): readonly string[] {
  if (scheduled === undefined) return [];
  const { state = "not managed", since, once, because, nextChangeAt } = scheduled;
  if (once === true && scheduled.state !== undefined) {
    const isApplied = desired.state === undefined;
    const how = isApplied ? "was applied, and what was done later stays" : `is applied once, as due since ${since}`;
    return [`  schedule: ${state} ${how}, because ${because}`];
  }
  const until = nextChangeAt === undefined ? "from now on" : `until ${nextChangeAt}`;
  return [`  schedule: ${state} ${until}, because ${because}`];
}

function keyOf({ instanceId, regionId }: Pick<Desired, "instanceId" | "regionId">): string {
  return `${regionId}/${instanceId}`;
}

/** Where no program has resolved the limit. A percentage of what nobody counted lets one through; a wrong one none. */
function fixedLimit(setting: string | undefined, byDefault: number): number {
  if (setting === undefined) return byDefault;
  if (setting.trim().endsWith("%")) return 1;
  return /^\d+$/.test(setting.trim()) ? Number(setting) : 0;
}
