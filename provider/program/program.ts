import * as pulumi from "@pulumi/pulumi";
import DataLoader from "dataloader";
import type { Desired, Observed } from "../core/model";
import { normalize } from "../core/normalize";
import { defaultRegionId } from "../ecs/config";
import type { Connect } from "../ecs/connect";
import { connector } from "../ecs/connect";
import type { RunInfo } from "../run-info";
import { writeRunInfo } from "../run-info";
import type { Declared } from "./judge";
import { judge } from "./judge";
import { instancesBehind, isKnown } from "./output-facts";

/** Long enough for all declarations of a program's main module, short enough not to be felt. */
const windowMs = 20;
/** A look that takes longer than this is worth a word. */
const slowLookMs = 2_000;
const secondLookAfterMs = 5_000;

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
  private readonly warned = new Set<string>();
  private readonly connect: Connect;

  private readonly declarations = new DataLoader<Declaration, RunInfo>((batch) => this.observe(batch), {
    cache: false,
    batchScheduleFn: (send) => setTimeout(send, windowMs),
  });

  constructor() {
    this.connect = connector(setting, process.env, Date.now);
  }

  async runInfo(urn: pulumi.Output<string>, name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
    const resolved = pulumi.output(args);
    if (!(await isKnown(resolved))) {
      return writeRunInfo({
        urn: await valueOf(urn),
        dryRun: pulumi.runtime.isDryRun(),
        unverified: "not all arguments are known yet",
        refused: [],
        held: [],
      });
    }
    const declaration: Declaration = {
      name,
      urn: await valueOf(urn),
      args: await valueOf(resolved),
      instancesBehind: await instancesBehind(args.instanceId),
    };
    return writeRunInfo(await this.declarations.load(declaration));
  }

  private async observe(batch: readonly Declaration[]): Promise<RunInfo[]> {
    const dryRun = pulumi.runtime.isDryRun();
    const region = defaultRegionId(setting, process.env);
    const desired = batch.map(({ args }) => normalize(args, region).desired);
    const looks = await this.lookByRegion(desired.filter((one) => one !== undefined));
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
    const verdict = judge(declared, this.judged, setting("lifecycle:maxReleases"));
    this.judged.push(...declared);
    return batch.map((declaration, index): RunInfo => {
      const wanted = desired[index];
      const base = { urn: declaration.urn, dryRun };
      // Wrong arguments: the check says so, with the same rules.
      if (wanted === undefined) return { ...base, refused: [], held: [] };
      const position = declared.findIndex((one) => one.desired === wanted);
      const one = declared[position];
      const failed = looks.get(wanted.regionId)?.failed;
      return {
        ...base,
        regionId: wanted.regionId,
        refused: verdict.verdicts[position]?.refused ?? [],
        held: verdict.verdicts[position]?.held ?? [],
        maxReleases: verdict.maxReleases,
        ...(failed === undefined ? {} : { unverified: failed }),
        ...(one?.observed === undefined ? {} : { seen: one.observed, atMs: one.atMs }),
      };
    });
  }

  private async lookByRegion(desired: readonly Desired[]): Promise<ReadonlyMap<string, RegionLook>> {
    const regions = new Map<string, Desired[]>();
    for (const one of desired) regions.set(one.regionId, [...(regions.get(one.regionId) ?? []), one]);
    const looks = [...regions].map(async ([regionId, ones]) => [regionId, await this.look(regionId, ones)] as const);
    return new Map(await Promise.all(looks));
  }

  private async look(regionId: string, desired: readonly Desired[]): Promise<RegionLook> {
    const slow = setTimeout(
      () => void pulumi.log.info(`looking for ${desired.length} declared in ${regionId} …`, undefined, undefined, true),
      slowLookMs,
    );
    try {
      const ecs = this.connect(regionId);
      const ids = [...new Set(desired.map(({ instanceId }) => instanceId))];
      const { found, atMs } = await ecs.observe(ids);
      const observed = new Map<string, Observed>(found);
      const missing = desired.filter((one) => !found.has(one.instanceId));
      await this.lookAgain(ecs, missing, observed, atMs);
      const accountId = desired.some(({ expect }) => expect.accountId !== undefined)
        ? await ecs.accountId()
        : undefined;
      return { observed, atMs, accountId, failed: undefined };
    } catch (error) {
      const failed = error instanceof Error ? error.message : String(error);
      this.warnOnce(`plan not verified: ${failed}`);
      return { observed: new Map(), atMs: Date.now(), accountId: undefined, failed };
    } finally {
      clearTimeout(slow);
    }
  }

  /** One empty answer proves nothing, so what would be refused for it is looked for once more, by the other call. */
  private async lookAgain(
    ecs: ReturnType<Connect>,
    missing: readonly Desired[],
    observed: Map<string, Observed>,
    nowMs: number,
  ): Promise<void> {
    const isExpected = ({ releaseTime }: Desired) => releaseTime.kind === "at" && Date.parse(releaseTime.at) <= nowMs;
    const doubtful = missing.filter((one) => one.state !== "released" && !isExpected(one));
    for (const one of missing) observed.set(one.instanceId, { presence: "absent" });
    if (doubtful.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, secondLookAfterMs));
    const confirmed = await Promise.all(
      doubtful.map(async ({ instanceId }) => ({ instanceId, answer: await ecs.confirm(instanceId) })),
    );
    const listed = confirmed.filter(({ answer }) => answer === "present").map(({ instanceId }) => instanceId);
    if (listed.length < doubtful.length && !(await ecs.mayObserve())) {
      throw new Error(`this identity is not allowed to list instances in ${ecs.regionId}; grant ecs:DescribeInstances`);
    }
    const again = await ecs.observe(listed);
    for (const id of listed) {
      const present = again.found.get(id);
      // The two calls disagree: better no verdict in this run than a wrong one.
      if (present === undefined) observed.delete(id);
      else observed.set(id, present);
    }
  }

  private warnOnce(text: string): void {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    void pulumi.log.warn(text);
  }
}

interface RegionLook {
  readonly observed: ReadonlyMap<string, Observed>;
  readonly atMs: number;
  readonly accountId: string | undefined;
  readonly failed: string | undefined;
}

/** Straight from the runtime: `pulumi.Config.get` would warn about each secret, and where these go no Output can. */
function setting(key: string): string | undefined {
  const value = pulumi.runtime.getConfig(key);
  return value === "" ? undefined : value;
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** One for each deployment: Automation API programs can run several, one after another, in one process. */
const programs = new WeakMap<object, Program>();
let fallback: Program | undefined;

/** The text of the hidden input for one resource. */
export function runInfoOf(
  urn: pulumi.Output<string>,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<string> {
  return currentProgram().runInfo(urn, name, args);
}

function currentProgram(): Program {
  const stack = pulumi.runtime.getStackResource();
  if (stack === undefined) {
    fallback ??= new Program();
    return fallback;
  }
  const known = programs.get(stack) ?? new Program();
  programs.set(stack, known);
  return known;
}
