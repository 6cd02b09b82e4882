import type { Desired, Observed, Recorded, Write } from "./core/model";
import { isProtective } from "./core/model";
import { describePlan } from "./core/describe";
import { diff as difference, isSettled } from "./core/diff";
import { normalize } from "./core/normalize";
import type { Properties } from "./core/outputs";
import { declaredAfterFailure, declaredOnly, mirror, toOutputs, toPlainJson, toRecorded } from "./core/outputs";
import { explainAbsence, plan } from "./core/plan";
import { minuteToEpochMs } from "./core/release-time";
import type { Environment, Settings } from "./ecs/config";
import { defaultRegionId } from "./ecs/config";
import type { Connect } from "./ecs/connect";
import type { EcsPort } from "./ecs/port";
import type { Engine } from "./engine-client";
import type { Memory } from "./memory";
import { memoryInput, readMemory, recordedFromInputs, writeMemory } from "./memory";
import { proveAbsence } from "./reconcile/absence";
import type { Clock } from "./reconcile/clock";
import type { Reconciled } from "./reconcile/reconcile";
import { reconcile, Unfinished } from "./reconcile/reconcile";
import type { RunInfo } from "./run-info";
import { readRunInfo, runInput } from "./run-info";

export interface CheckAnswer {
  readonly inputs: Record<string, unknown>;
  readonly failures: { property: string; reason: string }[];
}

export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: string[];
}

/** What Pulumi records when create or update stopped half-way: only the reasons are shown, and `properties` must carry `__provider`. */
export class InitFailed extends Error {
  override readonly name = "InitFailed";

  constructor(
    readonly id: string,
    readonly properties: Record<string, unknown>,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
    this.stack = `InitFailed: ${this.message}`;
  }
}

export interface Outside {
  readonly settings: Settings;
  readonly env: Environment;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly engine: Engine;
}

/** A local clock is believed only as far as this; a release time that passed longer ago needs no look. */
const clockDoubtMs = 24 * 60 * 60_000;
const progressEveryMs = 10_000;

/** Pulumi's methods ↔ our words. One object per provider process, so that its resources know of each other. */
export class Lifecycle {
  /** What the program saw in this run, by region and id: the only live facts that diff has, for it must not use the network. */
  private readonly runs = new Map<string, RunInfo>();
  /** Declared in this run, under whatever name: a delete of the same id (rename, move, forced replacement) must not undo it. */
  private readonly declaredHere = new Set<string>();
  private readonly releases = new Set<string>();
  private readonly said = new Set<string>();
  private readonly progressed = new Map<string, number>();

  constructor(private readonly outside: Outside) {}

  /** No network here: the engine checks one resource after another. */
  check(olds: Properties, news: Properties): CheckAnswer {
    const run = readRunInfo(news[runInput]);
    const args = argumentsOf(news);
    const recordedRegion =
      olds.instanceId === args.instanceId && typeof olds.regionId === "string" ? olds.regionId : undefined;
    const today = defaultRegionId(this.outside.settings, this.outside.env);
    const { failures, unknown, desired } = normalize(args, recordedRegion ?? today);
    const recorded = recordedFromInputs(olds, args.instanceId);
    const reasons = [...failures, ...(run?.refused ?? [])];
    let memory = readMemory(olds.instanceId === args.instanceId ? olds : {});
    if (
      args.regionId === undefined &&
      recordedRegion !== undefined &&
      today !== undefined &&
      today !== recordedRegion
    ) {
      this.sayOnce(
        "warning",
        `regionId: ${String(args.instanceId)} stays in ${recordedRegion}, although the default is ${today} now; write regionId to keep it or to move`,
        run?.urn,
      );
    }
    if (unknown.length > 0) {
      this.sayOnce("info", `not known yet: ${unknown.join(", ")}; what is done is decided when it is`, run?.urn);
    }
    if (desired !== undefined) {
      this.declaredHere.add(keyOf(desired));
      if (run !== undefined) {
        this.runs.set(keyOf(desired), run);
        memory = this.judge(desired, recorded, run, memory, reasons);
      }
    }
    const inputs: Record<string, unknown> = { ...args, [memoryInput]: writeMemory(memory) };
    const regionId = args.regionId ?? recordedRegion ?? today;
    if (regionId !== undefined) inputs.regionId = regionId;
    // The property stays empty: Pulumi would print a secret one's value in clear (pulumi/pulumi#19465).
    return { inputs: toPlainJson(inputs), failures: [...new Set(reasons)].map((reason) => ({ property: "", reason })) };
  }

  /** Never throws for what is there: a corrected declaration must always get through. */
  diff(olds: Properties, news: Properties): DiffAnswer {
    const args = argumentsOf(news);
    const { unknown, desired } = normalize(args);
    if (unknown.length > 0 || desired === undefined) {
      return { changes: true, replaces: unknown.filter((name) => name === "instanceId" || name === "regionId") };
    }
    const recorded = toRecorded(olds);
    const wanted = withWithdrawal(desired, recorded);
    const run = this.verifiedRun(desired);
    const observed = run?.seen ?? observedFromOutputs(olds);
    const nowMs = run?.atMs ?? this.outside.clock.nowMs();
    const steps = plan(wanted, observed, recorded, nowMs);
    const answer = difference(wanted, recorded, observed, steps, nowMs);
    if (answer.changes && answer.replaces.length === 0 && run !== undefined && !isSettled(wanted, recorded))
      this.sayPlan(wanted, recorded, observed, run);
    return { changes: answer.changes, replaces: [...answer.replaces] };
  }

  /** Adopts the instance and brings it to its declared state. It never creates one. */
  async create(inputs: Properties): Promise<{ id: string; outs: Record<string, unknown> }> {
    const desired = this.desiredOf(inputs);
    this.declaredHere.add(keyOf(desired));
    const outs = await this.apply(desired, inputs, undefined, this.outside.connect(desired.regionId));
    return { id: desired.instanceId, outs };
  }

  async update(olds: Properties, news: Properties): Promise<{ outs: Record<string, unknown> }> {
    const recorded = toRecorded(olds);
    const desired = withWithdrawal(this.desiredOf(news), recorded);
    this.declaredHere.add(keyOf(desired));
    if (isSettled(desired, recorded)) {
      const reached = {
        observed: { presence: "absent" },
        atMs: this.outside.clock.nowMs(),
        accountId: undefined,
        releasedBy: recorded.releasedBy,
        done: [],
      } as const;
      return { outs: toPlainJson(toOutputs(declaredOnly(news), reached, olds)) };
    }
    return {
      outs: await this.apply(desired, news, { recorded, outputs: olds }, this.outside.connect(desired.regionId)),
    };
  }

  /** Mirrors what is there into inputs and outputs. Throws only when it could not look at all. */
  async read(
    id: string,
    props: Properties,
  ): Promise<{ id: string; props: Record<string, unknown>; inputs: Record<string, unknown> }> {
    const recorded = toRecorded(props);
    const declared = declaredOnly(props);
    const { desired } = normalize(declared);
    // Recorded as gone for good, or recorded by a version with other rules: nothing to ask for.
    if (
      desired === undefined ||
      recorded.releasedBy === "declaration" ||
      recorded.releasedBy === "timer" ||
      isSettled(desired, recorded)
    ) {
      return this.answerRead(id, declared, toPlainJson(props), recorded);
    }
    try {
      const ecs = this.outside.connect(desired.regionId);
      const { observed, atMs } = await this.lookSurely(id, ecs);
      if (observed === undefined) {
        this.outside.engine.say("warning", `${id} ${mayNotSee(desired)}; what was recorded is kept`);
        return this.answerRead(id, declared, toPlainJson(props), recorded);
      }
      const releasedBy =
        observed.presence === "present" ? undefined : (explainAbsence(desired, recorded, atMs) ?? "unknown");
      const outs = toOutputs(declared, { observed, atMs, accountId: undefined, releasedBy, done: [] }, props);
      const refreshed = toPlainJson({ ...outs, lastRun: props.lastRun });
      return this.answerRead(id, mirror(declared, desired, observed), refreshed, toRecorded(refreshed));
    } catch (error) {
      throw readFailed(id, error);
    }
  }

  /** Removes the declaration. It never releases; what else it does is said by the recorded `onDelete`. */
  async delete(id: string, props: Properties): Promise<void> {
    const { engine } = this.outside;
    const recorded = toRecorded(props);
    const { desired } = normalize(declaredOnly(props));
    if (desired === undefined)
      throw new Error(`the recorded declaration of ${id} can't be read; run \`pulumi state delete\` to forget it`);
    if (this.declaredHere.has(keyOf(desired))) {
      engine.say("info", `${id} is declared elsewhere in this program; nothing is called for the old resource`);
      return;
    }
    if (recorded.releasedBy !== undefined) {
      engine.say("info", `${id} is gone already; only its record is removed`);
      return;
    }
    const time = recorded.declaredReleaseTime;
    const mayBeInForce = time !== undefined && minuteToEpochMs(time) > this.outside.clock.nowMs() - clockDoubtMs;
    if (desired.onDelete === "retainTimer" && mayBeInForce) {
      engine.say("warning", `${id} is no longer managed and will still be released at ${time}`);
      return;
    }
    const cancel = desired.onDelete !== "retainTimer" && mayBeInForce;
    if (cancel || desired.onDelete === "stop") await this.leave(id, desired, recorded, cancel);
    else engine.say("info", forgotten(id));
  }

  private async leave(id: string, desired: Desired, recorded: Recorded, cancel: boolean): Promise<void> {
    const { engine, connect } = this.outside;
    const ecs = connect(desired.regionId);
    const { observed, atMs } = await this.lookSurely(id, ecs);
    if (observed === undefined) {
      throw plainError(
        `${id} ${mayNotSee(desired)}, so it is not known what is left to do; grant that, or run \`pulumi state delete\` to forget it as it is`,
      );
    }
    if (observed.presence === "absent") {
      engine.say("info", `${id} is not listed in ${desired.regionId} any more; only its record is removed`);
      return;
    }
    engine.say("info", forgotten(id));
    const ours = cancel && observed.releaseTime !== undefined && observed.releaseTime === recorded.declaredReleaseTime;
    if (cancel && !ours && observed.releaseTime !== undefined) {
      engine.say(
        "warning",
        `${id} will be released at ${observed.releaseTime}; this resource did not set that time, so it is left alone`,
      );
    }
    const leaving: Desired = {
      ...desired,
      state: desired.onDelete === "stop" ? "stopped" : undefined,
      releaseTime: ours ? { kind: "withdrawn" } : { kind: "unmanaged" },
    };
    const { refusals } = plan(leaving, observed, recorded, atMs);
    for (const refusal of refusals) engine.say("warning", `${id} is left as it is: ${refusal}`);
    await reconcile(
      refusals.length === 0 ? leaving : { ...leaving, state: undefined },
      recorded,
      this.surroundings(leaving, ecs),
    );
  }

  /** One look, and the whole proof where the instance is not listed. Undefined: this identity may not see, so nothing is known. */
  private async lookSurely(
    id: string,
    ecs: EcsPort,
  ): Promise<{ readonly observed: Observed | undefined; readonly atMs: number }> {
    const firstLookMs = this.outside.clock.nowMs();
    const look = await ecs.observe([id]);
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

  private async apply(
    desired: Desired,
    inputs: Properties,
    before: { readonly recorded: Recorded; readonly outputs: Properties } | undefined,
    ecs: EcsPort,
  ): Promise<Record<string, unknown>> {
    const accountId = await this.account(desired, ecs);
    const declared = declaredOnly(inputs);
    try {
      const reached = await reconcile(desired, before?.recorded, this.surroundings(desired, ecs));
      return toPlainJson(toOutputs(declared, { ...reached, accountId }, before?.outputs));
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
      throw this.unfinished(error, desired, inputs, before, accountId);
    }
  }

  /** Nothing was sent: the state stays as it was. Something was: what was reached is recorded, with the reason. */
  private unfinished(
    error: Unfinished,
    desired: Desired,
    inputs: Properties,
    before: { readonly recorded: Recorded; readonly outputs: Properties } | undefined,
    accountId: string | undefined,
  ): Error {
    const reached: Reconciled | undefined = error.reached;
    if (reached === undefined || reached.done.length === 0) return plainError(error.message);
    const inForce = reached.observed.presence === "present" ? reached.observed.releaseTime : undefined;
    const declared = declaredAfterFailure(declaredOnly(inputs), before?.recorded, inForce);
    const outs = toOutputs(declared, { ...reached, accountId }, before?.outputs);
    const properties = toPlainJson({ ...inputs, ...outs });
    delete properties[runInput];
    delete properties[memoryInput];
    return new InitFailed(desired.instanceId, properties, error.message.split("\n"));
  }

  private surroundings(desired: Desired, ecs: EcsPort) {
    const { engine, clock } = this.outside;
    const urn = this.runs.get(keyOf(desired))?.urn;
    return {
      ecs,
      clock,
      progress: (text: string, kind?: "result") => {
        // Without a terminal each line is printed for good, so a waiting resource speaks every ten seconds.
        const nowMs = clock.nowMs();
        if (
          kind !== "result" &&
          nowMs - (this.progressed.get(desired.instanceId) ?? Number.NEGATIVE_INFINITY) < progressEveryMs
        )
          return;
        this.progressed.set(desired.instanceId, nowMs);
        engine.progress(text, urn);
      },
      wrote: (text: string) => engine.say("info", text, urn),
      permit: (step: Write) => this.permit(step, desired),
    };
  }

  private async permit(step: Write, desired: Desired): Promise<void> {
    if (isProtective(step)) return;
    if (step.kind === "release") {
      const limit =
        this.runs.get(keyOf(desired))?.maxReleases ?? fixedLimit(this.outside.settings("lifecycle:maxReleases"));
      if (!this.releases.has(desired.instanceId) && this.releases.size >= limit) {
        throw plainError(
          `state: lifecycle:maxReleases is ${limit} and this run has used it up; ${desired.instanceId} is not released`,
        );
      }
      this.releases.add(desired.instanceId);
    }
    if (!(await this.outside.engine.isThere())) {
      throw plainError(
        `${desired.instanceId}: the engine is gone, so nobody would record what is done; nothing more is called`,
      );
    }
  }

  private async account(desired: Desired, ecs: EcsPort): Promise<string | undefined> {
    const expected = desired.expect.accountId;
    try {
      const accountId = await ecs.accountId();
      if (expected === undefined || expected === accountId) return accountId;
      throw plainError(
        `expect.accountId: expected ${expected}, these credentials belong to ${accountId}; nothing is called for ${desired.instanceId}`,
      );
    } catch (error) {
      if (expected !== undefined) throw error;
      this.outside.engine.say("debug", `the account is not recorded: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** What the program saw → refusals into `reasons`, and what the check remembers from now on. */
  private judge(
    desired: Desired,
    recorded: Recorded | undefined,
    run: RunInfo,
    memory: Memory,
    reasons: string[],
  ): Memory {
    const verified = this.verifiedRun(desired);
    if (isSettled(desired, recorded)) return memory;
    if (verified === undefined) {
      if (desired.state === "released") {
        const why =
          run.unverified ??
          (run.regionId === desired.regionId
            ? "nobody looked"
            : `looked in ${run.regionId ?? "no region"}, it is recorded in ${desired.regionId}; write regionId`);
        reasons.push(`state: the release of ${desired.instanceId} can't be verified, so it is not done: ${why}`);
      }
      return memory;
    }
    const { seen, atMs } = verified;
    if (seen.presence === "absent" && recorded === undefined) {
      // In an update, create itself goes on looking for a minute.
      if (run.dryRun)
        reasons.push(
          `${notFound(desired)} (one that was created less than a minute ago may not be listed yet: run again)`,
        );
      return memory;
    }
    const steps = plan(desired, seen, recorded, atMs);
    for (const warning of steps.warnings) this.sayOnce("warning", warning, run.urn);
    if (!steps.steps.some(isProtective)) reasons.push(...steps.refusals);
    if (recorded === undefined && reasons.length === 0) this.sayPlan(desired, recorded, seen, run);
    if (seen.presence === "present") return { seenAt: new Date(atMs).toISOString() };
    const releasedBy =
      explainAbsence(desired, recorded, atMs) ?? (recorded?.declared.state === "released" ? "declaration" : undefined);
    return releasedBy === undefined ? memory : { ...memory, releasedBy };
  }

  private sayPlan(desired: Desired, recorded: Recorded | undefined, observed: Observed, run: RunInfo): void {
    if (!run.dryRun) return;
    const text = describePlan(
      desired,
      observed,
      plan(desired, observed, recorded, run.atMs ?? this.outside.clock.nowMs()),
    );
    if (text !== undefined) this.sayOnce("info", text, run.urn);
  }

  private verifiedRun(desired: Desired): (RunInfo & Required<Pick<RunInfo, "seen" | "atMs">>) | undefined {
    const run = this.runs.get(keyOf(desired));
    if (run?.seen === undefined || run.atMs === undefined || run.regionId !== desired.regionId) return undefined;
    return { ...run, seen: run.seen, atMs: run.atMs };
  }

  private desiredOf(inputs: Properties): Desired {
    const { failures, desired } = normalize(
      argumentsOf(inputs),
      defaultRegionId(this.outside.settings, this.outside.env),
    );
    if (desired === undefined) throw plainError(failures.join("\n") || "an argument is not known yet");
    return desired;
  }

  private answerRead(id: string, declared: Properties, props: Record<string, unknown>, recorded: Recorded) {
    const memory: Memory = {
      ...(recorded.lastSeenAt === undefined ? {} : { seenAt: recorded.lastSeenAt }),
      ...(recorded.releasedBy === undefined ? {} : { releasedBy: recorded.releasedBy }),
    };
    return { id, props, inputs: toPlainJson({ ...declared, [memoryInput]: writeMemory(memory) }) };
  }

  private sayOnce(severity: "info" | "warning", text: string, urn: string | undefined): void {
    const key = `${urn ?? ""}\n${text}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.outside.engine.say(severity, text, urn);
  }
}

function argumentsOf(properties: Properties): Record<string, unknown> {
  // Every key that is not ours is an argument, so that a misspelt one is reported and not lost.
  return Object.fromEntries(
    Object.entries(properties).filter(([name, value]) => !name.startsWith("__") && value !== undefined),
  );
}

function withWithdrawal(desired: Desired, recorded: Recorded): Desired {
  const withdrawn = desired.releaseTime.kind === "unmanaged" && recorded.declaredReleaseTime !== undefined;
  return withdrawn ? { ...desired, releaseTime: { kind: "withdrawn" } } : desired;
}

/** The instance as it was when it was recorded; the only facts there are in a refresh and without a look. */
function observedFromOutputs(outputs: Properties): Observed {
  if (outputs.status === "released" || outputs.status === "absent") return { presence: "absent" };
  const text = (name: string) => (typeof outputs[name] === "string" ? outputs[name] : "");
  const time = text("autoReleaseTime");
  return {
    presence: "present",
    instanceId: text("instanceId"),
    regionId: text("regionId"),
    status: text("status"),
    stoppedMode: text("stoppedMode"),
    chargeType: text("chargeType"),
    instanceName: text("instanceName"),
    instanceType: "",
    networkType: "",
    releaseTime: time === "" ? undefined : time,
    deletionProtection: outputs.deletionProtection === true,
    locks: [],
    tags: {},
    createdAt: text("createdAt"),
    serialNumber: text("serialNumber"),
  };
}

function keyOf(desired: Desired): string {
  return `${desired.regionId}/${desired.instanceId}`;
}

function mayNotSee(desired: Desired): string {
  return `is not listed in ${desired.regionId}, and this identity is not allowed to list instances (ecs:DescribeInstances)`;
}

function forgotten(id: string): string {
  return `${id} is only forgotten; removing it here never releases the instance`;
}

function notFound(desired: Desired): string {
  return `instanceId: ${desired.instanceId} was not found in region ${desired.regionId}; check the id, the region and the account`;
}

/** A limit as a plain number; anything else can't be resolved here and lets one release through, as the default does. */
function fixedLimit(setting: string | undefined): number {
  const limit = setting === undefined ? 1 : Number(setting);
  return Number.isInteger(limit) && limit >= 0 ? limit : 1;
}

function readFailed(id: string, error: unknown): Error {
  return plainError(
    `could not look at ${id}: ${messageOf(error)}. A refresh uses the recorded configuration; to go on without a look, run again with --refresh=false, or set the keys and the endpoint in the environment`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The host prints stacks into the CI log; this one says nothing but the message. */
function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
