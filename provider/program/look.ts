import { messageOf } from "../core/message-of";
import type { Desired, Observed } from "../core/model";
import { plan } from "../core/plan";
import { isUnknownRegion } from "../ecs/errors";
import type { EcsPort } from "../ecs/port";
import { spokenWait } from "../spoken-wait";

/** What was found in one region for everything that is declared there. */
export interface RegionLook {
  readonly observed: ReadonlyMap<string, Observed>;
  /** The server's clock, in ms since 1970. */
  readonly atMs: number;
  /** Asked for only where it is expected. */
  readonly accountId: string | undefined;
  /** Why nothing could be found out. */
  readonly failed: string | undefined;
  /** What is wrong with what is declared, as only ECS could tell. */
  readonly refused: readonly string[];
}

/** The run on whose behalf one looks. */
export interface Watch {
  readonly dryRun: boolean;
  /** A line in the engine's display; an ephemeral one is replaced by the next. */
  readonly say: (severity: "debug" | "info" | "warning", text: string, ephemeral?: boolean) => void;
  /** The local clock, in ms since 1970. */
  readonly nowMs: () => number;
}

const secondLookAfterMs = 5_000;
/** Two calls for each; for more than this the preview says the same without naming disks. */
const mostInspected = 20;

/** What is looked for: what is declared of it may depend on the time, and that is the server's. */
export interface Wanted {
  readonly instanceId: string;
  readonly desiredAt: (atMs: number) => Desired;
}

/** One region, in as few calls as possible. Never rejects: why it failed is part of what it found. */
export async function lookAt(
  connect: (regionId: string) => EcsPort,
  regionId: string,
  wanted: readonly Wanted[],
  watch: Watch,
): Promise<RegionLook> {
  const waiting = <T>(what: string, work: () => Promise<T>) =>
    spokenWait((seconds) => watch.say("info", `${what}, ${seconds} s …`, true), work);
  try {
    const ecs = connect(regionId);
    const look = await waiting(`looking for ${wanted.length} declared in ${regionId}`, () =>
      observe(ecs, wanted, watch),
    );
    const asksAccount = look.desired.some(({ expect }) => expect.accountId !== undefined);
    const accountId = asksAccount
      ? await waiting("asking STS for the account of these credentials", () => ecs.accountId())
      : undefined;
    return { observed: look.observed, atMs: look.atMs, accountId, failed: undefined, refused: [] };
  } catch (error) {
    const refused = isUnknownRegion(error) ? [noSuchRegion(regionId)] : [];
    return { observed: new Map(), atMs: watch.nowMs(), accountId: undefined, failed: messageOf(error), refused };
  }
}

async function observe(ecs: EcsPort, wanted: readonly Wanted[], watch: Watch) {
  const { found, atMs } = await ecs.observe([...new Set(wanted.map(({ instanceId }) => instanceId))]);
  const desired = wanted.map(({ desiredAt }) => desiredAt(atMs));
  const observed = new Map<string, Observed>(found);
  const missing = desired.filter((one) => !found.has(one.instanceId));
  await lookAgain(ecs, missing, observed, atMs);
  // Only a preview has something to say of disks; an update looks at them itself, right before it acts.
  if (watch.dryRun) await inspect(ecs, desired, observed, atMs, watch);
  return { desired, observed, atMs };
}

export function noSuchRegion(regionId: string): string {
  return `regionId: "${regionId}" is no region of ECS; correct it, here or where the default is set (alicloud:region, ALICLOUD_REGION)`;
}

/** One empty answer proves nothing, so what would be refused for it is looked for once more, by the other call. */
async function lookAgain(
  ecs: EcsPort,
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

/** Disks and snapshots, for what the preview has to say of a release or of giving back capacity. */
async function inspect(
  ecs: EcsPort,
  desired: readonly Desired[],
  observed: Map<string, Observed>,
  atMs: number,
  watch: Watch,
): Promise<void> {
  const affected = desired.flatMap((one) => {
    const seen = observed.get(one.instanceId);
    if (seen?.presence !== "present") return [];
    const { steps } = plan(one, seen, undefined, atMs);
    const matters = steps.some(
      (step) => step.kind === "release" || (step.kind === "stop" && step.mode === "StopCharging"),
    );
    return matters ? [seen] : [];
  });
  if (affected.length > mostInspected) return;
  await Promise.all(
    affected.map(async (seen) => {
      try {
        const { disks, snapshots } = await ecs.inspect(seen.instanceId);
        observed.set(seen.instanceId, { ...seen, disks, snapshots });
      } catch (error) {
        // The preview can do without; what needs it looks for itself, and fails if it can't.
        watch.say("debug", `the disks of ${seen.instanceId} can't be listed: ${String(error)}`);
      }
    }),
  );
}
