import { lost } from "../core/fleet-members";
import { messageOf } from "../core/message-of";
import { unknownValue } from "../core/model";
import type { Properties } from "../core/outputs";
import { toPlainJson } from "../core/outputs";
import type { FleetRun } from "../fleet-run";
import { fleetInput, fleetMark } from "../fleet-run";
import { spokenWait } from "../spoken-wait";
import type { CheckAnswer } from "./check";
import { refuse, rosterOf } from "./fleet-properties";
import type { FleetRecord } from "./fleet-record";
import type { Session } from "./session";

/** Who the members of this run are. */
export interface Roster {
  readonly instanceIds: readonly string[];
  /** Those of them that a selection had found once, and that are gone. */
  readonly goneIds: readonly string[];
}

/** The members of this run. A selection that has lost too many is not believed. */
export async function rosterNow(
  session: Session,
  before: FleetRecord | undefined,
  run: FleetRun,
): Promise<Roster | { readonly refused: string }> {
  if (run.by === "ids" || before === undefined) return { instanceIds: run.instanceIds, goneIds: [] };
  const { missing, refused } = lost(before, run);
  if (refused !== undefined) return { refused };
  const stillGone = before.goneIds.filter((id) => !run.exclude.includes(id) && !run.instanceIds.includes(id));
  try {
    const goneIds = [...stillGone, ...(await goneOf(session, missing, run))];
    for (const id of goneIds) session.sayOnce("warning", isGone(id, run), run.urn);
    return { instanceIds: [...run.instanceIds, ...goneIds], goneIds };
  } catch (error) {
    return {
      refused: `select: ${missing.join(", ")} can't be looked at, so nothing is changed: ${messageOf(error)}`,
    };
  }
}

/** In a preview those of the last run stand for what is not known: left out, they would read as taken out. */
export function rosterNotKnown(
  session: Session,
  olds: Properties,
  declared: Properties,
  run: FleetRun,
  isNew: boolean,
): CheckAnswer {
  const names = run.unknown.join(", ");
  if (!run.dryRun) return refuse(olds, [`instanceIds: the members are not known, because of ${names}`]);
  const shown = isNew ? "its instances can't be listed" : "the instances of the last run are shown";
  session.sayOnce("warning", `not known yet: ${names}; ${shown}, and which they are is decided later`, run.urn);
  const members = isNew ? { instanceIds: unknownValue, goneIds: unknownValue } : rosterOf(olds);
  return { inputs: toPlainJson({ ...declared, ...members, [fleetInput]: fleetMark }), failures: [] };
}

/**
 * Those that are proven to be gone; the others only don't fit any more. This is the one look that a check makes: the
 * program can't know what the last run had found, and it is made only when something is missing.
 */
async function goneOf(session: Session, missing: readonly string[], run: FleetRun): Promise<readonly string[]> {
  if (missing.length === 0) return [];
  const ecs = session.outside.connect(run.regionId);
  const what = missing.length === 1 ? missing[0] : `${missing.length} instances`;
  const looks = await spokenWait(
    (seconds) =>
      session.engine.progress(`select: looking for ${what} that it finds no longer, ${seconds} s …`, run.urn),
    () => Promise.all(missing.map(async (id) => ({ id, observed: (await session.lookSurely(id, ecs)).observed }))),
  );
  return looks.flatMap(({ id, observed }) => {
    if (observed === undefined) throw new Error("this identity is not allowed to list instances");
    if (observed.presence === "absent") return [id];
    session.sayOnce("info", `${id} is there and does not fit any more; it is only forgotten`, run.urn);
    return [];
  });
}

function isGone(id: string, { regionId }: FleetRun): string {
  return `${id} is gone from ${regionId}; it stays listed, and its power state is managed no more, until it stands in exclude`;
}
