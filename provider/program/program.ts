import * as pulumi from "@pulumi/pulumi";
import { timedArguments } from "../core/normalize";
import { plan } from "../core/plan";
import { Batcher } from "../ecs/batching/batcher";
import { defaultRegionId, settingText } from "../ecs/config";
import type { Settings } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import { connector, credentialsOf } from "../ecs/connect";
import type { CredentialSource } from "../ecs/credentials/credential-source";
import { accountDigests } from "../account-settings";
import type { Digests } from "../judged-arguments";
import type { DeclaredTime } from "../peers";
import type { RunInfo, Scheduled } from "../run-info";
import { DeclaredMachines } from "./declared-machines";
import type { Declared } from "./judge";
import type { Watch } from "./look";
import { isMocked } from "./mocks";
import type { Declaration } from "./observer";
import { Observer } from "./observer";
import { instancesBehind, isKnown } from "./output-facts";
import { settingsOf } from "./provider-settings";
import { Schedules } from "./schedules";

/** Long enough for all declarations of a program's main module, short enough not to be felt. */
const windowMs = 20;

interface Opened {
  readonly observer: Observer;
  /** By what its account is found. */
  readonly account: Digests;
  readonly credentials: CredentialSource;
  readonly connect: Connect;
  /** The default one. */
  readonly regionId: string | undefined;
}

/** What a fleet needs to find its instances and to have them counted. */
export interface FleetSurroundings {
  readonly connect: Connect;
  readonly defaultRegionId: string | undefined;
  /** Machines that the fleet is about, although nothing can be done for them. */
  readonly announce: (declarations: readonly Pick<Declaration, "name" | "args">[]) => void;
  /** Counted with all that is declared at about the same time. Never rejects. */
  readonly declare: (declaration: Declaration) => Promise<RunInfo>;
  /** What a schedule declares by the clock of this machine, where nobody looks. */
  readonly scheduledNow: (args: Readonly<Record<string, unknown>>) => Scheduled | undefined;
  /** The machines of a region that the program declares, but for these. */
  readonly elsewhere: (own: ReadonlySet<string>, regionId: string) => Readonly<Record<string, DeclaredTime>>;
}

/**
 * The program's side, as Pulumi knows it: what is declared at about the same time is observed together, and each resource
 * gets what was seen. It never rejects: an error travels as text, because a rejected input would make an inline program
 * look complete without its resources.
 */
class Program {
  private readonly warned = new Set<string>();
  private readonly schedules = new Schedules();
  /** Opened when first needed: an explicit provider's settings may come from other resources. */
  private opened: Promise<Opened> | undefined;
  /** Fleets that are looking for their instances: those are counted with all the others, so a batch waits for them. */
  private readonly fleets = new Set<Promise<unknown>>();

  private readonly declarations = new Batcher<Declaration, RunInfo>({
    idleMs: windowMs,
    maxMs: windowMs,
    maxItems: Number.POSITIVE_INFINITY,
    untilOpen: () => this.untilFleetsAreListed(),
    execute: (batch) => this.observe(batch),
  });

  constructor(
    private readonly provider: pulumi.ProviderResource | undefined,
    private readonly machines: DeclaredMachines,
  ) {}

  async runInfo({ urn, name, args, ignored }: ProgramResource): Promise<RunInfo> {
    const resolved = pulumi.output(args);
    if (isMocked() || !(await isKnown(resolved)) || !(await this.settingsAreKnown())) {
      const unverified = isMocked() ? "mocks take the engine's place" : "not all arguments are known yet";
      const scheduled = await this.scheduledWithoutLook(args);
      return {
        urn: await valueOf(urn),
        dryRun: pulumi.runtime.isDryRun(),
        refused: [],
        held: [],
        heldIfNew: [],
        unverified,
        ...(scheduled === undefined ? {} : { scheduled }),
      };
    }
    const declaration: Declaration = {
      name,
      urn: await valueOf(urn),
      args: await valueOf(resolved),
      instancesBehind: await instancesBehind(args.instanceId),
      ignored,
    };
    return await this.declare(declaration);
  }

  private async declare(declaration: Declaration): Promise<RunInfo> {
    (await this.open()).observer.announce(declaration);
    return await this.declarations.add(declaration);
  }

  /** Something else is not known yet, so nothing is decided: by the clock of this machine, for the preview to show. */
  private async scheduledWithoutLook(args: Readonly<Record<string, unknown>>): Promise<Scheduled | undefined> {
    const timed = pulumi.output(timedArguments(args));
    return (await isKnown(timed)) ? this.scheduledNow(await valueOf(timed)) : undefined;
  }

  private scheduledNow(args: Readonly<Record<string, unknown>>): Scheduled | undefined {
    return this.schedules.read(args).scheduledAt?.(Date.now());
  }

  /** False while the settings of an explicit provider come from what is still to be created. */
  async settingsAreKnown(): Promise<boolean> {
    const own = this.provider === undefined ? undefined : settingsOf(this.provider);
    return own === undefined || (await isKnown(own));
  }

  /** A fleet looks for its instances, and declares them. It must not wait for any resource meanwhile; what comes of it is waited for then. */
  async lookForFleet<T>(look: (surroundings: FleetSurroundings) => Promise<() => Promise<T>>): Promise<T> {
    const { connect, observer, regionId } = await this.open();
    const announce: FleetSurroundings["announce"] = (all) => {
      for (const one of all) observer.announceUnreadable(one);
    };
    const declare = (declaration: Declaration) => this.declare(declaration);
    const elsewhere: FleetSurroundings["elsewhere"] = (own, where) => this.machines.but(own, where);
    const scheduledNow = (args: Readonly<Record<string, unknown>>) => this.scheduledNow(args);
    const listing = look({ connect, defaultRegionId: regionId, announce, declare, elsewhere, scheduledNow });
    this.fleets.add(listing);
    const declared = await listing.finally(() => this.fleets.delete(listing));
    return await declared();
  }

  private async untilFleetsAreListed(): Promise<void> {
    while (this.fleets.size > 0) await Promise.allSettled(this.fleets);
  }

  private async observe(batch: readonly Declaration[]): Promise<readonly RunInfo[]> {
    const { observer, credentials, account } = await this.open();
    const { infos, declared } = await observer.observe(batch);
    if (pulumi.runtime.isDryRun()) await this.warnOfExpiry(credentials, declared);
    return infos.map((info) => ({ ...info, account }));
  }

  private open(): Promise<Opened> {
    this.opened ??= this.connect();
    return this.opened;
  }

  private async connect(): Promise<Opened> {
    const setting = await settingsFor(this.provider);
    const credentials = credentialsOf(setting, process.env, Date.now);
    const connect = connector(setting, process.env, Date.now, credentials);
    const watch: Watch = {
      dryRun: pulumi.runtime.isDryRun(),
      say: (severity, text, ephemeral) => this.say(severity, text, ephemeral),
      nowMs: Date.now,
    };
    const regionId = defaultRegionId(setting, process.env);
    return {
      observer: new Observer(connect, setting, regionId, watch, this.schedules, this.machines),
      account: accountDigests(setting, process.env),
      credentials,
      connect,
      regionId,
    };
  }

  /** A token that ends in the middle of a wait leaves the rest undone; better to know before. */
  private async warnOfExpiry(credentials: CredentialSource, declared: readonly Declared[]): Promise<void> {
    const longestMs = Math.max(0, ...declared.map(longestWaitMs));
    if (longestMs === 0) return;
    let expiresAtMs: number | undefined;
    try {
      expiresAtMs = await credentials.expiresAtMs();
    } catch {
      // There are no credentials at all, which has been said already, with the reason.
      return;
    }
    if (expiresAtMs === undefined || expiresAtMs - Date.now() >= longestMs) return;
    const minutes = (ms: number) => Math.max(0, Math.round(ms / 60_000));
    this.say(
      "warning",
      `the STS token ends in ${minutes(expiresAtMs - Date.now())} min, at ${new Date(expiresAtMs).toISOString()}, and timeouts allow waits of ${minutes(longestMs)} min; take a longer session or shorter timeouts`,
    );
  }

  /** A warning is said once in a program, whatever number of layers it comes from. */
  private say(severity: "debug" | "info" | "warning", text: string, ephemeral = false): void {
    if (severity === "debug") void pulumi.log.debug(text);
    else if (severity === "info") void pulumi.log.info(text, undefined, undefined, ephemeral);
    else if (!this.warned.has(text)) {
      this.warned.add(text);
      void pulumi.log.warn(text);
    }
  }
}

/** The longest that the steps of a declaration may be waited for, by their budgets. */
function longestWaitMs({ desired, observed, atMs }: Declared): number {
  if (observed?.presence !== "present") return 0;
  const { startMs, stopMs, releaseMs, snapshotMs } = desired.timeouts;
  const budgetMs = { running: startMs, stopped: stopMs, snapshots: snapshotMs, gone: releaseMs };
  const awaited = plan(desired, observed, undefined, atMs).steps.flatMap((step) =>
    step.kind === "await" ? [step.until] : [],
  );
  return [...new Set(awaited)].reduce((sum, until) => sum + budgetMs[until], 0);
}

/** The stack's configuration, or that of an explicit provider instead of it. */
async function settingsFor(provider: pulumi.ProviderResource | undefined): Promise<Settings> {
  const own = provider === undefined ? undefined : settingsOf(provider);
  if (own === undefined) {
    // Straight from the runtime: `pulumi.Config.get` would warn about each secret, and where these go no Output can.
    return (key) => pulumi.runtime.getConfig(key) || undefined;
  }
  const values = JSON.parse(await valueOf(own)) as Readonly<Record<string, unknown>>;
  return (key) => settingText(values[key]);
}

export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/**
 * One for each deployment and provider: Automation API programs can run several, one after another, in one process, and
 * each account has limits of its own.
 */
const programs = new WeakMap<object, Program>();
/** One for each deployment, whatever providers its resources have. */
const machines = new WeakMap<object, DeclaredMachines>();
const withoutStack = {};

/** A resource as it is registered. */
export interface ProgramResource {
  readonly urn: pulumi.Output<string>;
  readonly name: string;
  /** Every argument, after all transformations. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The arguments that its `ignoreChanges` names; `*` is all of them. */
  readonly ignored: readonly string[];
}

/** What the program knows of one resource. `provider` resolves once the resource knows which one it was given. */
export async function runInfoOf(
  resource: ProgramResource,
  provider: Promise<pulumi.ProviderResource | undefined>,
): Promise<RunInfo> {
  return await programOf(await provider).runInfo(resource);
}

/** The program's side for the resources of one provider. */
export function programOf(provider: pulumi.ProviderResource | undefined): Program {
  const stack = pulumi.runtime.getStackResource();
  const key = provider ?? stack ?? withoutStack;
  const declared = machines.get(stack ?? key) ?? new DeclaredMachines();
  machines.set(stack ?? key, declared);
  const known = programs.get(key) ?? new Program(provider, declared);
  programs.set(key, known);
  return known;
}
