import { InitFailed, Lifecycle, type Outside } from "../../provider/lifecycle";
import { DeclaredMachines } from "../../provider/program/declared-machines";
import { Observer } from "../../provider/program/observer";
import { type RunInfo, runInput, writeRunInfo } from "../../provider/run-info";
import { providerText } from "../../provider/shell";
import type { EcsPort } from "../../provider/ecs/port";
import type { Declaration, Method, Operation, OperationKind, Properties, Span, StateResource } from "../evidence";
import { arriving, asArrived } from "./arrival";
import type { Cloud } from "./cloud";
import type { Methods } from "./methods";
import { PeersOfARun } from "./peers-of-a-run";
import type { VirtualTime } from "./virtual-time";
import { Workers } from "./workers";

export const region = "cn-hangzhou";

type Settings = Readonly<Record<string, string>>;

/** As Pulumi's options of the same names. Checks and diffs always come one after another. */
export interface EngineOptions {
  /** How many creates and updates (in a refresh: reads) are under way at once. */
  readonly parallel: number;
  /** One resource's failure holds up no other. */
  readonly continueOnError: boolean;
}

/** One run of the CLI with its processes. Once it is dead, nothing that it does has any effect. */
export class Run {
  /** One process for each provider. */
  readonly processes = new Map<string | undefined, Methods>();
  readonly peers = new PeersOfARun();
  isAlive = true;
  isDoomed = false;
  exit: Operation["exit"] = "ok";
  readonly printed: string[] = [];
  readonly spans: Span[] = [];
  /** Methods that its death has cut off. */
  readonly cut: Omit<Span, "toN">[] = [];
  private die: () => void = () => undefined;
  readonly death = new Promise<void>((resolve) => {
    this.die = resolve;
  });

  kill(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.exit = "killed";
    this.die();
  }
}

/**
 * A model of Pulumi's engine, as far as a dynamic resource can tell it from the real one: which methods are called with
 * what, and what is recorded when. It counts only because the same plans are run on the real engine beside it.
 */
export class MiniEngine {
  state: readonly StateResource[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly time: VirtualTime,
    private readonly settings: Settings = {},
    private readonly makeLifecycle: (outside: Outside) => Methods = (outside) => new Lifecycle(outside),
    private readonly options: EngineOptions = { parallel: 1, continueOnError: false },
  ) {}

  preview(program: readonly Declaration[]): Promise<Operation> {
    return this.operate("preview", program, (run) => this.walk(run, program, true));
  }

  up(program: readonly Declaration[]): Promise<Operation> {
    return this.operate("up", program, (run) => this.walk(run, program, false));
  }

  refresh(): Promise<Operation> {
    return this.operate("refresh", [], async (run) => {
      const read = new Map<StateResource, StateResource>();
      const workers = new Workers(this.options.parallel);
      for (const old of this.state) {
        const isGood = await workers.begin(async () => {
          const answer = await this.call(run, "read", old.id, () =>
            this.lifecycle(run, old.provider).read(old.id, old.outputs),
          );
          if (answer === undefined) return false;
          if (answer.id === "") return true;
          read.set(old, {
            ...old,
            inputs: withProvider(answer.inputs),
            outputs: withProvider(answer.props),
            initErrors: [],
          });
          return true;
        });
        if (!isGood) break;
      }
      if (!(await workers.end())) return;
      this.record(
        run,
        this.state.flatMap((old) => read.get(old) ?? []),
      );
    });
  }

  destroy(): Promise<Operation> {
    return this.operate("destroy", [], async (run) => {
      for (const old of [...this.state].reverse()) if (!(await this.remove(run, old))) return;
    });
  }

  private async operate(
    kind: OperationKind,
    program: readonly Declaration[],
    work: (run: Run) => Promise<void>,
  ): Promise<Operation> {
    const run = new Run();
    const declarations = asArrived(program, this.state);
    const { cloud, settings } = this;
    cloud.onCrash = () => run.kill();
    cloud.onDoomed = () => {
      run.isDoomed = true;
    };
    const [stateBefore, worldBefore, afterN] = [this.state, cloud.facts(), cloud.world.ledger.mark().lastN];
    // A dead process never comes to its end; whoever waits for it goes on without.
    await this.time.run(Promise.race([work(run), run.death]));
    const alive = run.isAlive;
    run.isAlive = false;
    const toN = cloud.world.ledger.mark().lastN;
    // What a dead process had sent may still be executed: that was its method's doing too.
    const spans = [...run.spans, ...run.cut.map((span) => ({ ...span, toN }))];
    return {
      kind,
      declarations,
      settings,
      exit: alive ? run.exit : "killed",
      afterN,
      toN,
      spans,
      stateBefore,
      stateAfter: this.state,
      worldBefore,
      worldAfter: cloud.facts(),
      printed: run.printed,
    };
  }

  /** The program with its observer, then each resource in turn, then what is declared no more. */
  private async walk(run: Run, program: readonly Declaration[], dryRun: boolean): Promise<void> {
    const infos = await this.observe(run, program, dryRun);
    if (infos === undefined) return;
    const left: StateResource[] = [];
    const { parallel, continueOnError } = this.options;
    const workers = new Workers(parallel);
    for (const [index, declaration] of program.entries()) {
      const old = this.state.find((resource) => resource.name === declaration.name);
      const step = await this.register(run, declaration, old, infos[index] as RunInfo, dryRun, left);
      const isGood = typeof step === "boolean" ? step : await workers.begin(step);
      if (!run.isAlive || (!isGood && !continueOnError)) break;
    }
    const isGood = await workers.end();
    if (dryRun || !run.isAlive || ((!isGood || run.exit === "failed") && !continueOnError)) return;
    const names = program.map(({ name }) => name);
    for (const old of this.state.filter((resource) => left.includes(resource) || !names.includes(resource.name))) {
      if (!(await this.remove(run, old))) return;
    }
  }

  /** The program's side of each provider looks at what is given to that provider, all at once. */
  protected observe(
    run: Run,
    program: readonly Declaration[],
    dryRun: boolean,
  ): Promise<readonly RunInfo[] | undefined> {
    const watch = {
      dryRun,
      say: (severity: string, text: string) => run.printed.push(`${severity}: ${text}`),
      nowMs: () => Date.now(),
    };
    const providers = [...new Set(program.map(({ provider }) => provider))];
    return this.call(run, "program", undefined, async () => {
      const infos = new Map<Declaration, RunInfo>();
      const setting = (key: string) => this.setting(key);
      const machines = new DeclaredMachines();
      const looks = providers.map(async (provider) => {
        const observer = new Observer(this.connector(run), setting, region, watch, undefined, machines);
        const declared = program.filter((one) => one.provider === provider);
        const batch = declared.map(({ name, args, ignoreChanges }) => ({
          name,
          urn: name,
          args,
          instancesBehind: [],
          ...(ignoreChanges === undefined ? {} : { ignored: ignoreChanges }),
        }));
        for (const one of batch) observer.announce(one);
        const observed = await observer.observe(batch);
        for (const [index, one] of declared.entries()) infos.set(one, observed.infos[index] as RunInfo);
      });
      await Promise.all(looks);
      return program.map((one) => infos.get(one) as RunInfo);
    });
  }

  /** Checked and diffed: the step that is left to do, or whether it went well without one. */
  private async register(
    run: Run,
    declaration: Declaration,
    old: StateResource | undefined,
    info: RunInfo,
    dryRun: boolean,
    left: StateResource[],
  ): Promise<boolean | (() => Promise<boolean>)> {
    const { name, provider } = declaration;
    const lifecycle = this.lifecycle(run, provider);
    const hidden = { __provider: providerText, [runInput]: this.handedOver(declaration, info) };
    const args = { ...declaration.args, ...scheduledState(declaration.args, info), ...hidden };
    const news = arriving(declaration, args, undefined);
    const kept = arriving(declaration, args, old);
    const checked = await this.check(run, lifecycle, old?.id, old?.inputs ?? {}, kept);
    if (checked === undefined) return false;
    if (old === undefined) return dryRun || (() => this.create(run, lifecycle, declaration, checked));
    const { id, outputs, initErrors } = old;
    const diff = await this.call(run, "diff", id, () => Promise.resolve(lifecycle.diff(outputs, checked)));
    if (diff === undefined) return false;
    if (diff.replaces.length > 0) {
      const fresh = await this.check(run, lifecycle, undefined, {}, news);
      if (fresh === undefined) return false;
      if (dryRun) return true;
      // Until it is deleted, the old one stays in the state beside its replacement.
      const replaced = { ...old, name: `${name} (replaced)` };
      this.record(
        run,
        this.state.map((resource) => (resource === old ? replaced : resource)),
      );
      left.push(replaced);
      return () => this.create(run, lifecycle, declaration, fresh);
    }
    if (dryRun) return true;
    // What was recorded with errors is updated again, whatever its diff says.
    if (!diff.changes && initErrors.length === 0) {
      this.put(run, { ...old, provider, inputs: checked });
      return true;
    }
    return () =>
      this.settle(run, { name, id, inputs: checked, provider }, old, async () => {
        const updated = await this.call(run, "update", id, () => lifecycle.update(outputs, checked), true);
        return updated === undefined ? undefined : { id, outs: updated.outs };
      });
  }

  /** What the program's side hands over with a resource. */
  protected handedOver(_declaration: Declaration, info: RunInfo): string {
    return writeRunInfo(info);
  }

  private async check(
    run: Run,
    lifecycle: Methods,
    id: string | undefined,
    olds: Properties,
    news: Properties,
  ): Promise<Record<string, unknown> | undefined> {
    const answer = await this.call(run, "check", id, () => Promise.resolve(lifecycle.check(olds, news)));
    if (answer === undefined) return undefined;
    if (answer.failures.length === 0) return withProvider(answer.inputs);
    run.printed.push(...answer.failures.map(({ reason }) => `error: ${reason}`));
    run.exit = "failed";
    return undefined;
  }

  private create(run: Run, lifecycle: Methods, { name, provider }: Declaration, inputs: Properties): Promise<boolean> {
    const id = String(inputs.instanceId);
    return this.settle(run, { name, id, inputs, provider }, undefined, () =>
      this.call(run, "create", id, () => lifecycle.create(inputs), true),
    );
  }

  /** What create or update returned is recorded; of one that stopped half-way, what it had reached by then. */
  private async settle(
    run: Run,
    resource: Omit<StateResource, "outputs" | "initErrors">,
    old: StateResource | undefined,
    work: () => Promise<{ readonly id: string; readonly outs: Properties } | undefined>,
  ): Promise<boolean> {
    try {
      const made = await work();
      if (made === undefined) return false;
      this.put(run, { ...resource, id: made.id, outputs: withProvider(made.outs), initErrors: [] }, old);
      return true;
    } catch (error) {
      if (!(error instanceof InitFailed)) throw error;
      run.exit = "failed";
      run.printed.push(...error.reasons.map((reason) => `error: ${reason}`));
      // An update that stopped half-way leaves the inputs as they were: what is wished for is not there yet.
      const inputs = old?.inputs ?? resource.inputs;
      this.put(run, { ...resource, inputs, id: error.id, outputs: error.properties, initErrors: error.reasons }, old);
      return false;
    }
  }

  private async remove(run: Run, old: StateResource): Promise<boolean> {
    const done = await this.call(run, "delete", old.id, async () => {
      await this.lifecycle(run, old.provider).delete(old.id, old.outputs);
      return true;
    });
    if (done === undefined) return false;
    this.record(
      run,
      this.state.filter((resource) => resource !== old),
    );
    return run.isAlive;
  }

  /** One method of one of the processes. Undefined: it failed, or nobody is left to hear its answer. */
  private async call<T>(
    run: Run,
    method: Method,
    id: string | undefined,
    work: () => Promise<T>,
    mayStopHalfWay = false,
  ): Promise<T | undefined> {
    const afterN = this.cloud.world.ledger.mark().lastN;
    let isOpen = true;
    const span = () => {
      if (isOpen) run.spans.push({ method, id, afterN, toN: this.cloud.world.ledger.mark().lastN });
      isOpen = false;
    };
    void run.death.then(() => {
      if (isOpen) run.cut.push({ method, id, afterN });
      isOpen = false;
    });
    try {
      const answer = await work();
      span();
      if (run.isDoomed) run.kill();
      return run.isAlive ? answer : undefined;
    } catch (error) {
      span();
      if (run.isDoomed) run.kill();
      if (!run.isAlive) return undefined;
      if (mayStopHalfWay && error instanceof InitFailed) throw error;
      run.exit = "failed";
      run.printed.push(`error: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** The process of a provider; each is made when it is first called. */
  private lifecycle(run: Run, provider: string | undefined): Methods {
    const known = run.processes.get(provider) ?? this.newProcess(run);
    run.processes.set(provider, known);
    return known;
  }

  private newProcess(run: Run): Methods {
    return this.makeLifecycle({
      settings: (key) => this.setting(key),
      env: {},
      connect: this.connector(run),
      clock: { nowMs: () => Date.now(), sleep: (ms) => this.time.sleep(ms) },
      engine: {
        say: (severity, text) => run.printed.push(`${severity}: ${text}`),
        progress: (text) => run.printed.push(`progress: ${text}`),
        heard: () => Promise.resolve(),
        isThere: () => Promise.resolve(run.isAlive),
      },
      peers: run.peers.join(),
    });
  }

  /** One port for each region and process. */
  private connector(run: Run): (regionId: string) => EcsPort {
    const ports = new Map<string, EcsPort>();
    return (regionId) => {
      const port = ports.get(regionId) ?? this.cloud.port(regionId, () => run.isAlive);
      ports.set(regionId, port);
      return port;
    };
  }

  private setting(key: string): string | undefined {
    return key === "alicloud:region" ? region : this.settings[key];
  }

  private put(run: Run, resource: StateResource, old: StateResource | undefined = undefined): void {
    const others = this.state.filter((one) => one !== old && one.name !== resource.name);
    this.record(run, [...others, resource]);
  }

  private record(run: Run, state: readonly StateResource[]): void {
    if (run.isAlive) this.state = state;
  }
}

/** As the constructor does: what the schedule says stands in the place of a state that is not written. */
function scheduledState({ schedule, state }: Properties, { scheduled }: RunInfo): Properties {
  return schedule === undefined || scheduled === undefined ? {} : { state: state ?? scheduled.state };
}

/** The host adds the provider's text to what it hands back. */
function withProvider(outs: Properties): Record<string, unknown> {
  return { ...outs, __provider: providerText };
}
