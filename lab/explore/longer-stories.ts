import type { Timings, WorldFile } from "../../emulator/index";
import type { Declaration, Operation, Violation } from "../evidence";
import { asIfInTurn, sameUnderSkew, throttledIsNotFailed, type ToldStory } from "../judge/compare";
import { fellowsReached } from "../judge/fellows";
import { judgeWhole } from "../judge/whole";
import type { Sent } from "../model/cloud";
import { type Fault, labelOf } from "../model/fault";
import { faultsAt } from "../model/faults-to-try";
import { MemoryCloud } from "../model/memory-cloud";
import { FleetEngine } from "../model/fleet-engine";
import { MiniEngine } from "../model/mini-engine";
import type { VirtualTime } from "../model/virtual-time";
import type { Chapter, LongerStory } from "../scenarios/longer-story";
import { bystanderId, ordinaryTimings, startsAt } from "../scenarios/scenario";
import { DistantCloud } from "./distant-cloud";
import { upSideBySide } from "./side-by-side";

/** What goes wrong at a call of a command, both counted from 0. A command that is given again for it has no faults. */
export type LongerPlan = (command: number, call: number) => Fault | undefined;

export interface LongerTelling {
  readonly plan?: LongerPlan;
  /** By how much the local clock is ahead. */
  readonly skewMs?: number;
  readonly seed?: number;
  readonly timings?: Partial<Timings>;
  /** Two runs at once are told one after the other. */
  readonly inTurn?: boolean;
}

export interface ToldLonger extends ToldStory {
  /** The calls of each command as it was first given. */
  readonly sent: readonly (readonly Sent[])[];
  readonly reached: number;
  /** What only the player could see: who was held up by another, and who never came to an end. */
  readonly seen: readonly Violation[];
}

const secrets = ["emulator-secret", "emulator-key"];
const settlingMs = 60_000;
const mostReruns = 2;
/** No command of a story needs more; one that would is ended as if it were killed. */
const mostCalls = 3_000;

const unavailable: Fault = {
  kind: "emulated",
  label: "code ServiceUnavailable 503",
  then: { code: "ServiceUnavailable", status: 503 },
};

/** Tells a story of several commands, in memory. The clock must be installed. */
export async function tellLonger(
  story: LongerStory,
  time: VirtualTime,
  telling: LongerTelling = {},
): Promise<ToldLonger> {
  time.reset(Date.parse(startsAt), telling.seed ?? 7);
  time.skewMs = telling.skewMs ?? 0;
  return await new Player(story, time, telling).play();
}

class Player {
  private readonly cloud: MemoryCloud;
  private readonly engine: MiniEngine;
  private readonly operations: Operation[] = [];
  private readonly sent: (readonly Sent[])[] = [];
  private readonly seen: Violation[] = [];
  private reached = 0;

  constructor(
    private readonly story: LongerStory,
    private readonly time: VirtualTime,
    private readonly telling: LongerTelling,
  ) {
    this.cloud = new MemoryCloud(worldOf(story, telling.timings), time);
    this.engine = this.newEngine();
  }

  async play(): Promise<ToldLonger> {
    const { world } = this.cloud;
    for (const chapter of this.story.chapters) await this.chapter(chapter);
    const ledger = world.ledger.entries();
    world.advance(settlingMs);
    return {
      evidence: { operations: this.operations, ledger, secrets },
      settled: this.cloud.facts(),
      sent: this.sent,
      reached: this.reached,
      seen: this.seen,
    };
  }

  private async chapter(chapter: Chapter): Promise<void> {
    const { cloud, engine, time } = this;
    switch (chapter.kind) {
      case "wait":
        return await time.run(time.sleep(chapter.ms));
      case "byHand":
        return chapter.act(cloud.world);
      case "up":
        return await this.command(() => engine.up(chapter.program), "interrupted" in chapter);
      case "preview":
        return await this.command(() => engine.preview(chapter.program));
      case "refresh":
        return await this.command(() => engine.refresh());
      case "destroy":
        return await this.command(() => engine.destroy());
      case "twice":
        return await this.twice(chapter.program);
      case "sideBySide":
        return await this.command(async () => {
          const operation = await upSideBySide(cloud, time, engine.state, chapter.program, this.story.settings ?? {});
          engine.state = operation.stateAfter;
          if (this.telling.plan === undefined) this.seen.push(...fellowsReached(operation, chapter.bad));
          return operation;
        });
    }
  }

  /** Given again after a fault, as people do, until it ends well. */
  private async command(give: () => Promise<Operation>, isInterrupted = false): Promise<void> {
    const command = this.sent.length;
    if (isInterrupted) {
      await this.once(give, (call) => (this.looksUntil(call) > 2 ? unavailable : undefined));
      this.sent.push([]);
      return;
    }
    let operation = await this.once(give, (call) => this.telling.plan?.(command, call));
    this.sent.push([...this.cloud.sent]);
    for (let rerun = 0; rerun < mostReruns && operation.exit !== "ok" && this.cloud.reached > 0; rerun += 1) {
      operation = await this.once(give, () => undefined);
    }
  }

  private looksUntil(call: number): number {
    const sent = this.cloud.sent.slice(0, call + 1);
    return sent.at(-1)?.action.startsWith("Describe")
      ? sent.filter(({ action }) => action.startsWith("Describe")).length
      : 0;
  }

  private async once(give: () => Promise<Operation>, faultAt: (call: number) => Fault | undefined): Promise<Operation> {
    const { cloud, story } = this;
    const reachedBefore = this.reached;
    cloud.begin((call) => {
      const sent = cloud.sent[call];
      if (sent !== undefined) story.meanwhile?.(cloud.world, sent);
      if (call >= mostCalls) return { kind: "crash", point: "before-send" };
      return faultAt(call);
    });
    const operation = await give();
    if (cloud.sent.length > mostCalls) {
      const because = `a ${operation.kind} had sent ${mostCalls} calls and went on`;
      this.seen.push({ invariant: "L3", because, rows: [] });
    }
    this.reached = reachedBefore + cloud.reached;
    this.operations.push(operation);
    return operation;
  }

  private async twice(program: readonly Declaration[]): Promise<void> {
    const { cloud, engine, time, story } = this;
    const distant = new DistantCloud(cloud, time);
    const [one, other] = [1, 2].map(() => {
      const each = new MiniEngine(distant, time, story.settings);
      each.state = engine.state;
      return each;
    }) as [MiniEngine, MiniEngine];
    cloud.begin(() => undefined);
    if (this.telling.inTurn === true) {
      this.operations.push(await one.up(program), await other.up(program));
    } else {
      this.operations.push(...(await Promise.all([one.up(program), other.up(program)])));
    }
    engine.state = one.state;
    this.sent.push([]);
  }

  private newEngine(): MiniEngine {
    const { asFleets = false, settings } = this.story;
    return asFleets
      ? new FleetEngine(this.cloud, this.time, settings)
      : new MiniEngine(this.cloud, this.time, settings);
  }
}

function worldOf(story: LongerStory, timings: Partial<Timings> | undefined): WorldFile {
  return {
    instances: [{ InstanceId: bystanderId, InstanceName: "bystander" }, ...story.instances],
    disks: [...(story.disks ?? [])],
    snapshots: [...(story.snapshots ?? [])],
    timings: { ...ordinaryTimings, ...story.timings, ...timings },
  };
}

/** What can't be told apart where the rows of two runs are mixed. */
const alone = ["S3", "S4", "S5", "S8", "S14", "L1", "L2", "L3", "L4"];

/** A story as it goes by itself, and what is wrong with it; where two run at once, also against the same in turn. */
export async function judgeLonger(
  story: LongerStory,
  time: VirtualTime,
  telling: LongerTelling = {},
): Promise<{ readonly told: ToldLonger; readonly violations: readonly Violation[] }> {
  const told = await tellLonger(story, time, telling);
  const mixed = story.chapters.some(({ kind }) => kind === "twice") && telling.inTurn !== true;
  const violations = judgeWhole(told.evidence).filter(({ invariant }) => !mixed || !alone.includes(invariant));
  const compared = mixed ? asIfInTurn(told, await tellLonger(story, time, { ...telling, inTurn: true })) : [];
  return { told, violations: [...told.seen, ...violations, ...compared] };
}

/** One more telling of a story, that is compared with how it goes by itself. */
export interface Variant {
  readonly name: string;
  /** What goes wrong goes wrong at a write. */
  readonly isAtWrite: boolean;
  readonly tell: () => Promise<readonly Violation[]>;
}

/** In so many ways the calls of two runs come one after the other. */
const interleavings = 50;
const skewsMs = [-86_400_000, -16 * 60_000, 16 * 60_000, 86_400_000];

/** The same story with a wrong local clock, and throttled for a while at each call. */
export function variantsOf(story: LongerStory, plain: ToldLonger, time: VirtualTime): readonly Variant[] {
  const skewed = skewsMs.map(
    (skewMs): Variant => ({
      name: `clock ${skewMs / 60_000} min ahead`,
      isAtWrite: false,
      tell: async () => {
        const { told, violations } = await judgeLonger(story, time, { skewMs });
        return [...sameUnderSkew(told, plain), ...violations];
      },
    }),
  );
  const isTwice = story.chapters.some(({ kind }) => kind === "twice");
  const otherwise = Array.from({ length: isTwice ? interleavings : 0 }, (_, index): Variant => {
    const seed = 100 + index;
    return {
      name: `the two get between each other otherwise, seed ${seed}`,
      isAtWrite: false,
      tell: async () => (await judgeLonger(story, time, { seed })).violations,
    };
  });
  return [...otherwise, ...skewed, ...throttledVariants(story, plain, time)];
}

function throttledVariants(story: LongerStory, plain: ToldLonger, time: VirtualTime): readonly Variant[] {
  if (story.chapters.some(({ kind }) => kind === "twice")) return [];
  const fault: Fault = {
    kind: "emulated",
    label: "code Throttling.User 400",
    then: { code: "Throttling.User", status: 400 },
  };
  return plain.sent.flatMap((calls, command) =>
    calls.map(
      ({ index, action }): Variant => ({
        name: `command ${command}, throttled three times from call ${index} on`,
        isAtWrite: !action.startsWith("Describe"),
        tell: async () => {
          const { told, violations } = await judgeLonger(story, time, {
            plan: (inCommand, call) => (inCommand === command && call >= index && call < index + 3 ? fault : undefined),
          });
          const [throttled, reference] = [told.evidence.operations[command], plain.evidence.operations[command]];
          if (throttled === undefined || reference === undefined) return violations;
          return [...throttledIsNotFailed(throttled, reference), ...violations];
        },
      }),
    ),
  );
}

/** Every single fault at every call of every command. */
export function faultyVariants(story: LongerStory, plain: ToldLonger, time: VirtualTime): readonly Variant[] {
  if (story.chapters.some(({ kind }) => kind === "twice")) return [];
  return plain.sent.flatMap((calls, command) =>
    calls.flatMap(({ index, action }) =>
      faultsAt(action).map(
        (fault): Variant => ({
          name: `command ${command}, ${index}/${labelOf(fault)}`,
          isAtWrite: !action.startsWith("Describe"),
          tell: async () => {
            const plan: LongerPlan = (inCommand, call) => (inCommand === command && call === index ? fault : undefined);
            return (await judgeLonger(story, time, { plan })).violations;
          },
        }),
      ),
    ),
  );
}
