import { minuteToEpochMs } from "../../provider/core/release-time";
import type { Present } from "../../provider/core/model";
import { EcsError } from "../../provider/ecs/errors";
import type { EcsPort, Receipt } from "../../provider/ecs/port";

/** What cancelling needs of whoever asks for it. */
export interface Asker {
  /** One line of the result. */
  readonly say: (line: string) => void;
  /** Whether it is to be done. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Says what is waited for, where that takes long. */
  readonly during: <T>(what: string, work: Promise<T>) => Promise<T>;
}

/** Nothing is in force any more; `declined`: somebody said no. */
export type Ended = "cancelled" | "none" | "declined";

/** The list may be some seconds behind a write. */
const looksAfter = 6;
const betweenLooksMs = 2_000;
/** Cancelling twice does no harm, and whoever is in a hurry should not have to ask again for one lost answer. */
const mostLost = 3;

const notAgain =
  'Before the next `pulumi up`: declare autoReleaseAt: "never" for it, or take autoReleaseAt and autoReleaseAfter out; or Pulumi sets the time again.';

/**
 * Looks, asks, looks again, cancels, looks. Rejects with an Error whose message says what to do and, where a call was made,
 * whether the release time is still in force.
 */
export async function cancelRelease(ecs: EcsPort, instanceId: string, asker: Asker): Promise<Ended> {
  const { say, confirm, sleep, during } = asker;
  const look = () => during(`looking at ${instanceId}`, lookAt(ecs, instanceId));
  const cancelled = (after: Seen, proof: string): Ended => {
    say(`after:  ${describe(after)} (${proof})`);
    say(notAgain);
    return "cancelled";
  };

  const before = await look();
  say(`before: ${describe(before)}`);
  // Nothing that Pulumi could set again is known of.
  if (before.present.releaseTime === undefined) return none();
  if (!(await confirm(`Cancel the release of ${instanceId} at ${before.present.releaseTime}?`))) {
    say("not cancelled: nothing was called");
    return "declined";
  }
  for (let lost = 0; ; ) {
    // A person may have thought for long, and a call whose answer was lost may have done it: each call has a look of its own.
    const seen = await look();
    if (seen.present.releaseTime === undefined) {
      if (lost > 0) return cancelled(seen, "the answer was lost");
      // Somebody else was quicker; a program that declares the time still does.
      const ended = none();
      say(notAgain);
      return ended;
    }
    const sent = await during("cancelling", send());
    if (!(sent instanceof EcsError)) {
      const after = await during("waiting until it shows", untilItShows(sent.requestId));
      return cancelled(after, `RequestId ${sent.requestId}`);
    }
    // Refused for the moment, and standing in line again is what its turn is for.
    if (sent.errorClass === "throttled") continue;
    lost += 1;
    if (sent.errorClass !== "unknownOutcome" || lost === mostLost) {
      throw new Error(await stillInForce(ecs, instanceId, sent));
    }
    await sleep(betweenLooksMs);
  }

  function none(): Ended {
    say("no release time is set: nothing was called");
    return "none";
  }

  async function send(): Promise<Receipt | EcsError> {
    try {
      return await ecs.inTurn("ModifyInstanceAutoReleaseTime", () => ecs.cancelReleaseTime(instanceId));
    } catch (error) {
      if (error instanceof EcsError) return error;
      throw error;
    }
  }

  async function untilItShows(requestId: string): Promise<Seen> {
    for (let looks = 1; ; looks += 1) {
      const seen = await lookAt(ecs, instanceId);
      if (seen.present.releaseTime === undefined) return seen;
      if (looks === looksAfter) {
        throw new Error(
          `${instanceId}: the cancellation was accepted (RequestId ${requestId}), and ${seen.present.releaseTime} is still listed; run this again in a minute`,
        );
      }
      await sleep(betweenLooksMs);
    }
  }
}

interface Seen {
  readonly present: Present;
  /** The server's clock. */
  readonly atMs: number;
}

async function lookAt(ecs: EcsPort, instanceId: string): Promise<Seen> {
  const { found, atMs } = await ecs.observe([instanceId]);
  const present = found.get(instanceId);
  if (present !== undefined) return { present, atMs };
  if (!(await ecs.mayObserve())) {
    throw new Error(
      `${instanceId}: this identity is not allowed to list instances in ${ecs.regionId}; grant it ecs:DescribeInstances, see docs/safety.md`,
    );
  }
  throw new Error(
    `${instanceId} is not listed in ${ecs.regionId} for these credentials; check the id, --region and --profile, or it is released already`,
  );
}

/** After a call that failed: what is true now is worth more than what the call said. */
async function stillInForce(ecs: EcsPort, instanceId: string, error: EcsError): Promise<string> {
  const now = await lookAt(ecs, instanceId).then(
    ({ present: { releaseTime } }) =>
      releaseTime === undefined ? "no release time is listed now" : `the release time ${releaseTime} is still in force`,
    () => "whether the release time is still in force could not be seen",
  );
  return `${error.message}; ${now}; ${error.errorClass === "unknownOutcome" ? "run this again" : "put that right and run this again"}`;
}

function describe({ present, atMs }: Seen): string {
  const { instanceId, instanceName, regionId, status, releaseTime } = present;
  const name = instanceName === "" ? "" : ` (${instanceName})`;
  const when =
    releaseTime === undefined ? "no release time" : `released at ${releaseTime}, ${inHowLong(releaseTime, atMs)}`;
  return `${instanceId}${name} in ${regionId}, ${status}: ${when}`;
}

function inHowLong(releaseTime: string, atMs: number): string {
  const minutes = Math.floor((minuteToEpochMs(releaseTime) - atMs) / 60_000);
  if (minutes < 1) return "which is now";
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60)];
  if (days > 0) return `in ${days} d ${hours} h`;
  return hours > 0 ? `in ${hours} h ${minutes % 60} min` : `in ${minutes} min`;
}
