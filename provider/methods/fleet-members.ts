import { lost } from "../core/fleet-members";
import { messageOf } from "../core/message-of";
import { unknownValue } from "../core/model";
import type { Properties } from "../core/outputs";
import { toPlainJson } from "../core/outputs";
import type { FleetRun } from "../fleet-run";
import { fleetInput, fleetMark, readFleetRun } from "../fleet-run";
import { runInput } from "../run-info";
import { spokenWait } from "../spoken-wait";
import type { CheckAnswer } from "./check";
import type { DiffAnswer } from "./diff";
import type { ReadAnswer } from "./read";
import type { Outside } from "./session";
import { Session } from "./session";

interface Members {
  readonly instanceIds: readonly string[];
  /** Those of them that are known to be gone. */
  readonly goneIds: readonly string[];
}

/**
 * A fleet's list of members: the memory of which instances it had in the last run. It calls nothing that changes anything.
 * The program makes the members' resources only of what the check lets through, so a refusal comes before any of them is
 * registered, and before the engine could take one that is missing for one that was taken out.
 */
export class FleetMembers {
  private readonly session: Session;

  constructor(private readonly outside: Outside) {
    this.session = new Session(outside);
  }

  async check(olds: Properties, news: Properties): Promise<CheckAnswer> {
    const run = readFleetRun(news[runInput]);
    const before = recorded(olds);
    if (run === undefined) return refuse(before, ["instanceIds: nothing is known of the members of this fleet"]);
    for (const text of run.said) this.session.sayOnce("info", text, run.urn);
    if (run.refused.length > 0) return refuse(before, run.refused);
    if (run.unknown.length > 0) return this.notKnownYet(before, run);
    if (run.by === "ids" || before === undefined) return accept({ instanceIds: run.instanceIds, goneIds: [] });
    const { missing, refused } = lost(before, run);
    if (refused !== undefined) return refuse(before, [refused]);
    const stillGone = before.goneIds.filter((id) => !run.exclude.includes(id) && !run.instanceIds.includes(id));
    try {
      const goneIds = [...stillGone, ...(await this.goneOf(missing, run))];
      for (const id of goneIds) this.session.sayOnce("warning", isGone(id, run), run.urn);
      return accept({ instanceIds: [...run.instanceIds, ...goneIds], goneIds });
    } catch (error) {
      return refuse(before, [
        `select: ${missing.join(", ")} can't be looked at, so nothing is changed: ${messageOf(error)}`,
      ]);
    }
  }

  diff(olds: Properties, news: Properties): DiffAnswer {
    return { changes: JSON.stringify(recorded(olds)) !== JSON.stringify(recorded(news)), replaces: [] };
  }

  create(inputs: Properties): { id: string; outs: Record<string, unknown> } {
    return { id: fleetMark, outs: properties(recorded(inputs)) };
  }

  update(news: Properties): { outs: Record<string, unknown> } {
    return { outs: properties(recorded(news)) };
  }

  read(id: string, props: Properties): ReadAnswer {
    return { id, props: toPlainJson(props), inputs: properties(recorded(props)) };
  }

  /** In a preview those of the last run stand for what is not known: left out, they would read as taken out. */
  private notKnownYet(before: Members | undefined, run: FleetRun): CheckAnswer {
    const names = run.unknown.join(", ");
    if (!run.dryRun) return refuse(before, [`instanceIds: the members are not known, because of ${names}`]);
    const shown = before === undefined ? "its instances can't be listed" : "the instances of the last run are shown";
    this.session.sayOnce("warning", `not known yet: ${names}; ${shown}, and which they are is decided later`, run.urn);
    if (before !== undefined) return accept(before);
    return { inputs: { ...properties(undefined), instanceIds: unknownValue, goneIds: unknownValue }, failures: [] };
  }

  /**
   * Those that are proven to be gone; the others only don't fit any more. This is the one look that a check makes: the
   * program can't know what the last run had found, and it is made only when something is missing.
   */
  private async goneOf(missing: readonly string[], run: FleetRun): Promise<readonly string[]> {
    if (missing.length === 0) return [];
    const ecs = this.outside.connect(run.regionId);
    const what = missing.length === 1 ? missing[0] : `${missing.length} instances`;
    const looks = await spokenWait(
      (seconds) =>
        this.outside.engine.progress(`select: looking for ${what} that it finds no longer, ${seconds} s …`, run.urn),
      () =>
        Promise.all(missing.map(async (id) => ({ id, observed: (await this.session.lookSurely(id, ecs)).observed }))),
    );
    return looks.flatMap(({ id, observed }) => {
      if (observed === undefined) throw new Error("this identity is not allowed to list instances");
      if (observed.presence === "absent") return [id];
      this.session.sayOnce("info", `${id} is there and does not fit any more; it is only forgotten`, run.urn);
      return [];
    });
  }
}

function isGone(id: string, { regionId }: FleetRun): string {
  return `${id} is gone from ${regionId}; it stays listed, and its power state is managed no more, until it stands in exclude`;
}

function recorded(properties: Properties): Members | undefined {
  const { instanceIds, goneIds } = properties;
  return Array.isArray(instanceIds) ? { instanceIds: texts(instanceIds), goneIds: texts(goneIds) } : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function accept(members: Members): CheckAnswer {
  return { inputs: properties(members), failures: [] };
}

function refuse(before: Members | undefined, reasons: readonly string[]): CheckAnswer {
  return { inputs: properties(before), failures: reasons.map((reason) => ({ property: "", reason })) };
}

function properties(members: Members | undefined): Record<string, unknown> {
  return toPlainJson({ ...members, [fleetInput]: fleetMark });
}
