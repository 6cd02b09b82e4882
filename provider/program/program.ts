import * as pulumi from "@pulumi/pulumi";
import DataLoader from "dataloader";
import type { Desired } from "../core/model";
import { normalize } from "../core/normalize";
import { plan } from "../core/plan";
import { defaultRegionId, settingText } from "../ecs/config";
import type { Settings } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import { connector, credentialsOf } from "../ecs/connect";
import type { CredentialSource } from "../ecs/credentials/credential-source";
import type { RunInfo } from "../run-info";
import { writeRunInfo } from "../run-info";
import type { Declared } from "./judge";
import { judge } from "./judge";
import type { RegionLook } from "./look";
import { lookAt } from "./look";
import { instancesBehind, isKnown } from "./output-facts";
import { settingsOf } from "./provider-settings";

/** Long enough for all declarations of a program's main module, short enough not to be felt. */
const windowMs = 20;

interface Declaration {
  readonly name: string;
  readonly urn: string;
  readonly args: unknown;
  readonly instancesBehind: readonly string[];
}

/**
 * The program's side: observes everything that is declared at about the same time in as few calls as possible, counts the
 * limits over all of it before anything is registered, and hands each resource what was seen. It never rejects: an error
 * travels as text, because a rejected input would make an inline program look complete without its resources.
 */
class Program {
  private readonly judged: Declared[] = [];
  private turn = Promise.resolve();
  private readonly warned = new Set<string>();
  /** Read when first needed: an explicit provider's settings may come from other resources. */
  private settings: Promise<Settings> | undefined;
  private credentials: CredentialSource | undefined;
  private connect: Connect | undefined;

  private readonly declarations = new DataLoader<Declaration, RunInfo>((batch) => this.observe(batch), {
    cache: false,
    batchScheduleFn: (send) => setTimeout(send, windowMs),
  });

  constructor(private readonly provider: pulumi.ProviderResource | undefined) {}

  async runInfo(urn: pulumi.Output<string>, name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
    const resolved = pulumi.output(args);
    const own = this.provider === undefined ? undefined : settingsOf(this.provider);
    if (!(await isKnown(resolved)) || (own !== undefined && !(await isKnown(own)))) {
      const unverified = "not all arguments are known yet";
      const base = { urn: await valueOf(urn), dryRun: pulumi.runtime.isDryRun(), refused: [], held: [], heldIfNew: [] };
      return writeRunInfo({ ...base, unverified });
    }
    const declaration: Declaration = {
      name,
      urn: await valueOf(urn),
      args: await valueOf(resolved),
      instancesBehind: await instancesBehind(args.instanceId),
    };
    return writeRunInfo(await this.declarations.load(declaration));
  }

  /** Looks go on side by side, judgements one after another: a later layer must not overtake what it has to be counted with. */
  private observe(batch: readonly Declaration[]): Promise<RunInfo[]> {
    const mine = this.observeAfter(batch, this.turn);
    this.turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  private async observeAfter(batch: readonly Declaration[], earlier: Promise<void>): Promise<RunInfo[]> {
    const dryRun = pulumi.runtime.isDryRun();
    this.settings ??= settingsFor(this.provider);
    const setting = await this.settings;
    this.credentials ??= credentialsOf(setting, process.env, Date.now);
    this.connect ??= connector(setting, process.env, Date.now, this.credentials);
    const { connect } = this;
    const region = defaultRegionId(setting, process.env);
    const desired = batch.map(({ args }) => normalize(args, region).desired);
    const looks = await this.lookByRegion(
      connect,
      desired.filter((one) => one !== undefined),
    );
    const declared = batch.flatMap((declaration, index): Declared[] => {
      const wanted = desired[index];
      if (wanted === undefined) return [];
      const look = looks.get(wanted.regionId);
      return [
        {
          name: declaration.name,
          desired: wanted,
          observed: look?.observed.get(wanted.instanceId),
          atMs: look?.atMs ?? Date.now(),
          accountId: look?.accountId,
          instancesBehind: declaration.instancesBehind,
        },
      ];
    });
    await earlier;
    const verdict = judge(declared, this.judged, setting);
    this.judged.push(...declared);
    if (dryRun) await this.warnOfExpiry(this.credentials, declared);
    return batch.map((declaration, index): RunInfo => {
      const wanted = desired[index];
      const base = { urn: declaration.urn, dryRun };
      // Wrong arguments: the check says so, with the same rules.
      if (wanted === undefined) return { ...base, refused: [], held: [], heldIfNew: [] };
      const position = declared.findIndex((one) => one.desired === wanted);
      const one = declared[position];
      const failed = looks.get(wanted.regionId)?.failed;
      return {
        ...base,
        regionId: wanted.regionId,
        ...(verdict.verdicts[position] ?? { refused: [], held: [], heldIfNew: [] }),
        maxReleases: verdict.maxReleases,
        ...(failed === undefined ? {} : { unverified: failed }),
        ...(one?.observed === undefined ? {} : { seen: one.observed, atMs: one.atMs }),
      };
    });
  }

  private async lookByRegion(connect: Connect, desired: readonly Desired[]): Promise<ReadonlyMap<string, RegionLook>> {
    const regions = new Map<string, Desired[]>();
    for (const one of desired) regions.set(one.regionId, [...(regions.get(one.regionId) ?? []), one]);
    const looks = [...regions].map(
      async ([regionId, ones]) => [regionId, await lookAt(connect, regionId, ones)] as const,
    );
    const found = new Map(await Promise.all(looks));
    for (const { failed } of found.values()) {
      if (failed !== undefined) this.warnOnce(`plan not verified: ${failed}`);
    }
    return found;
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
    this.warnOnce(
      `the STS token ends in ${minutes(expiresAtMs - Date.now())} min, at ${new Date(expiresAtMs).toISOString()}, and timeouts allow waits of ${minutes(longestMs)} min; take a longer session or shorter timeouts`,
    );
  }

  private warnOnce(text: string): void {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    void pulumi.log.warn(text);
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

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/**
 * One for each deployment and provider: Automation API programs can run several, one after another, in one process, and
 * each account has limits of its own.
 */
const programs = new WeakMap<object, Program>();
const withoutStack = {};

/** The text of the hidden input for one resource. `provider` resolves once the resource knows which one it was given. */
export async function runInfoOf(
  urn: pulumi.Output<string>,
  name: string,
  args: Readonly<Record<string, unknown>>,
  provider: Promise<pulumi.ProviderResource | undefined>,
): Promise<string> {
  return await programOf(await provider).runInfo(urn, name, args);
}

function programOf(provider: pulumi.ProviderResource | undefined): Program {
  const key = provider ?? pulumi.runtime.getStackResource() ?? withoutStack;
  const known = programs.get(key) ?? new Program(provider);
  programs.set(key, known);
  return known;
}
