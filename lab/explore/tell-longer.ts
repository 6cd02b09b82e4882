import type { Timings, WorldFile } from "../../emulator/index";
import type { Declaration, Operation, Violation } from "../evidence";
import type { ToldStory } from "../judge/compare";
import { fellowsReached } from "../judge/fellows";
import type { Cloud, Sent } from "../model/cloud";
import type { Fault } from "../model/fault";
import { MemoryCloud } from "../model/memory-cloud";
import { FleetEngine } from "../model/fleet-engine";
import { type EngineOptions, MiniEngine } from "../model/mini-engine";
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
    this.engine = this.engineOn(this.cloud);
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
        return await this.command(
          () => engine.up(chapter.program),
          "cutShort" in chapter ? chapter.cutShort : undefined,
        );
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
          const operation = await this.sideBySide(chapter.program);
          if (this.telling.plan === undefined) this.seen.push(...fellowsReached(operation, chapter.bad));
          return operation;
        });
    }
  }

  private async sideBySide(program: readonly Declaration[]): Promise<Operation> {
    const { cloud, engine, time, story } = this;
    if (story.asFleets === true) {
      const each = this.engineOn(cloud, { parallel: program.length, continueOnError: true });
      each.state = engine.state;
      const operation = await each.up(program);
      engine.state = each.state;
      return operation;
    }
    const operation = await upSideBySide(cloud, time, engine.state, program, story.settings ?? {});
    engine.state = operation.stateAfter;
    return operation;
  }

  /** Given again after a fault, as people do, until it ends well. */
  private async command(give: () => Promise<Operation>, cutShort?: "interrupted" | "killed"): Promise<void> {
    const command = this.sent.length;
    if (cutShort !== undefined) {
      await this.once(give, (call) => (cutShort === "killed" ? this.lastWords(call) : this.blindness(call)));
      this.sent.push([]);
      return;
    }
    let operation = await this.once(give, (call) => this.telling.plan?.(command, call));
    this.sent.push([...this.cloud.sent]);
    for (let rerun = 0; rerun < mostReruns && operation.exit !== "ok" && this.cloud.reached > 0; rerun += 1) {
      operation = await this.once(give, () => undefined);
    }
  }

  private blindness(call: number): Fault | undefined {
    const sent = this.cloud.sent.slice(0, call + 1);
    const looks = sent.at(-1)?.action.startsWith("Describe")
      ? sent.filter(({ action }) => action.startsWith("Describe")).length
      : 0;
    return looks > 2 ? unavailable : undefined;
  }

  private lastWords(call: number): Fault | undefined {
    const isLook = /^(Describe|Get)/.test(this.cloud.sent[call]?.action ?? "");
    return isLook ? undefined : { kind: "crash", point: "returned-not-recorded" };
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
    const { cloud, engine, time } = this;
    const distant = new DistantCloud(cloud, time);
    const [one, other] = [1, 2].map(() => {
      const each = this.engineOn(distant);
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

  private engineOn(cloud: Cloud, options?: EngineOptions): MiniEngine {
    const { asFleets = false, settings } = this.story;
    return asFleets
      ? new FleetEngine(cloud, this.time, settings, options)
      : new MiniEngine(cloud, this.time, settings, undefined, options);
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
