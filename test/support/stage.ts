import type { Present } from "../../provider/core/model";
import { type EcsPort } from "../../provider/ecs/port";
import { type Peers, noPeers } from "../../provider/peers";
import { Lifecycle } from "../../provider/lifecycle";
import { type RunInfo, runInput, writeRunInfo } from "../../provider/run-info";
import { instanceId, nowMs, present, regionId } from "./builders";
import { FakeClock } from "./fake-clock";
import { FakeEcs, type FakeEcsOptions } from "./fake-ecs";

export type Properties = Record<string, unknown>;

export interface Stage {
  readonly lifecycle: Lifecycle;
  readonly ecs: FakeEcs;
  readonly clock: FakeClock;
  /** What stood in the engine's display: `warning: …`, in order. */
  readonly said: string[];
  /** How often a connection was asked for: 0 means neither network nor credentials. */
  connects: number;
  engineIsThere: boolean;
}

export interface StageOptions extends FakeEcsOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly connect?: () => EcsPort;
  readonly peers?: Peers;
}

/** The engine checks first. So a test that begins with an update is taken to come from a program that has seen the machine. */
class CheckedLifecycle extends Lifecycle {
  private readonly looked = new Set<unknown>();

  override check(olds: Properties, news: Properties) {
    if (news[runInput] !== undefined) this.looked.add(news.instanceId);
    return super.check(olds, news);
  }

  override create(inputs: Properties) {
    this.checkFirst({}, inputs);
    return super.create(inputs);
  }

  override update(olds: Properties, news: Properties) {
    this.checkFirst(olds, news);
    return super.update(olds, news);
  }

  private checkFirst(olds: Properties, news: Properties): void {
    if (this.looked.has(news.instanceId)) return;
    const seen = present({ instanceId: String(news.instanceId) });
    super.check(olds, registered(news, { dryRun: false, seen }));
  }
}

/** One provider process with ECS in memory, a clock of its own and an engine that only listens. */
export function stage(instances: readonly Present[] = [present()], options: StageOptions = {}): Stage {
  const clock = new FakeClock();
  const ecs = new FakeEcs(clock, instances, options);
  const said: string[] = [];
  const settings: Readonly<Record<string, string>> = { "alicloud:region": regionId, ...options.settings };
  const lifecycle = new CheckedLifecycle({
    settings: (key) => settings[key],
    env: {},
    connect: () => {
      on.connects += 1;
      return options.connect?.() ?? ecs;
    },
    clock,
    engine: {
      say: (severity, text) => said.push(`${severity}: ${text}`),
      progress: () => undefined,
      heard: () => Promise.resolve(),
      isThere: () => Promise.resolve(on.engineIsThere),
    },
    peers: options.peers ?? noPeers,
  });
  const on: Stage = { lifecycle, ecs, clock, said, connects: 0, engineIsThere: true };
  return on;
}

/** Inputs as the program registers them: what is declared, the provider's text, and what the program's side saw. */
export function registered(args: Properties = {}, run?: Partial<RunInfo>): Properties {
  return {
    instanceId,
    regionId,
    ...args,
    __provider: "provider text",
    ...(run === undefined ? {} : { [runInput]: runText({ ...about(args), ...run }) }),
  };
}

function about({ instanceId: id }: Properties): Partial<RunInfo> {
  return typeof id === "string" ? { instanceId: id } : {};
}

export function runText(run: Partial<RunInfo>): string {
  return writeRunInfo({
    urn: "urn:1",
    dryRun: true,
    instanceId,
    regionId,
    atMs: nowMs,
    refused: [],
    held: [],
    heldIfNew: [],
    ...run,
  });
}
