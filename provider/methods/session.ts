import { describePlan } from "../core/describe";
import type { Absent, Desired, Observed, Plan, Present, Write } from "../core/model";
import { isProtective } from "../core/model";
import type { Environment, Settings } from "../ecs/config";
import { defaultRegionId } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import type { EcsPort } from "../ecs/port";
import type { Engine } from "../engine-client";
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
}

/** A run's information in which the program did see the instance, or did see that it is not listed. */
export type VerifiedRun = RunInfo & { readonly seen: Present | Absent; readonly atMs: number };

/** Without a terminal each line is printed for good, so a waiting resource speaks only this often. */
const progressEveryMs = 10_000;

/** What the resources of one provider process know of each other during one run. */
export class Session {
  /** What the program saw in this run: the only live facts that diff has, for it must not use the network. */
  private readonly runs = new Map<string, RunInfo>();
  private readonly declaredHere = new Map<string, Desired | "unreadable">();
  private readonly releases = new Set<string>();
  private readonly said = new Set<string>();
  private readonly progressed = new Map<string, number>();
  private readonly slowCalls = new SlowCalls();

  constructor(readonly outside: Outside) {}

  get defaultRegionId(): string | undefined {
    return defaultRegionId(this.outside.settings, this.outside.env);
  }

  /** `lifecycle:readOnly`: whatever would act fails. */
  get isReadOnly(): boolean {
    const setting = this.outside.settings("lifecycle:readOnly");
    return setting !== undefined && setting !== "false";
  }

  connect(desired: Desired): EcsPort {
    const port = this.outside.connect(desired.regionId);
    return this.slowCalls.watched(port, desired.instanceId, (text, kind) => this.progress(desired, text, kind));
  }

  /** Declared in this run, under whatever name: a delete of the same id (rename, move, forced replacement) must not undo it. */
  declare(desired: Desired): void {
    this.declaredHere.set(keyOf(desired), desired);
  }

  /** A declaration with something wrong in it still says whose machine it is about. */
  declareUnreadable(instanceId: string, regionId: string): void {
    this.declaredHere.set(keyOf({ instanceId, regionId }), "unreadable");
  }

  /** What this run declares for the same machine, if anything. */
  declaredNow(desired: Desired): Desired | "unreadable" | undefined {
    return this.declaredHere.get(keyOf(desired));
  }

  remember(desired: Desired, run: RunInfo): void {
    this.runs.set(keyOf(desired), run);
  }

  /** Undefined in a refresh or destroy, and when the program did not look, or looked in another region. */
  verifiedRun(desired: Desired): VerifiedRun | undefined {
    const run = this.runs.get(keyOf(desired));
    if (run?.seen === undefined || run.atMs === undefined || run.regionId !== desired.regionId) return undefined;
    return { ...run, seen: run.seen, atMs: run.atMs };
  }

  /** The plan against its resource, in previews only: in an update the writes themselves speak. */
  sayPlan(desired: Desired, observed: Observed, made: Plan, run: VerifiedRun): void {
    if (!run.dryRun) return;
    const text = describePlan(desired, observed, { ...made, refusals: [...run.held, ...made.refusals] });
    if (text !== undefined) this.sayOnce("info", [text, ...describeScheduled(run.scheduled)].join("\n"), run.urn);
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
    const run = this.runs.get(keyOf(desired));
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
    const lastMs = this.progressed.get(keyOf(desired)) ?? Number.NEGATIVE_INFINITY;
    if (kind !== "result" && nowMs - lastMs < progressEveryMs) return;
    this.progressed.set(keyOf(desired), nowMs);
    engine.progress(text, this.runs.get(keyOf(desired))?.urn);
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
    const absence = await proveAbsence(ecs, this.outside.clock, id, firstLookMs);
    if (absence === "proven") return { observed: { presence: "absent" }, atMs: look.atMs };
    if (absence === "notAllowedToSee") return { observed: undefined, atMs: look.atMs };
    const again = await ecs.observe([id]);
    const turnedUp = again.found.get(id);
    if (turnedUp === undefined) throw plainError(`${id} is listed in one answer and missing in the next; run again`);
    return { observed: turnedUp, atMs: again.atMs };
  }

  /** The last gate before a write: the run's releases are counted, and there must still be an engine to record it. */
  private async permit(step: Write, desired: Desired): Promise<void> {
    const id = desired.instanceId;
    if (this.isReadOnly) throw plainError(`lifecycle:readOnly is set; nothing is called for ${id}`);
    if (isProtective(step)) return;
    if (step.kind === "release" || step.kind === "liftProtection") {
      const limit =
        this.runs.get(keyOf(desired))?.maxReleases ?? fixedLimit(this.outside.settings("lifecycle:maxReleases"));
      if (!this.releases.has(keyOf(desired)) && this.releases.size >= limit) {
        throw plainError(`state: lifecycle:maxReleases is ${limit} and this run has used it up; ${id} is not released`);
      }
      this.releases.add(keyOf(desired));
    }
    if (!(await this.outside.engine.isThere())) {
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

function describeScheduled(scheduled: Scheduled | undefined): readonly string[] {
  if (scheduled === undefined) return [];
  const { state = "not managed", because, nextChangeAt } = scheduled;
  const until = nextChangeAt === undefined ? "from now on" : `until ${nextChangeAt}`;
  return [`  schedule: ${state} ${until}, because ${because}`];
}

function keyOf({ instanceId, regionId }: Pick<Desired, "instanceId" | "regionId">): string {
  return `${regionId}/${instanceId}`;
}

/** Where no program has resolved the limit. A percentage of what nobody counted lets one through, as the default does; a wrong one none. */
function fixedLimit(setting: string | undefined): number {
  if (setting === undefined || setting.trim().endsWith("%")) return 1;
  return /^\d+$/.test(setting.trim()) ? Number(setting) : 0;
}
