import type { Said } from "../core/groups";
import { messageOf } from "../core/message-of";
import { spokenWait } from "../spoken-wait";
import type { FleetVoice } from "./fleet-voice";
import type { Session } from "./session";

/**
 * So many members are under way at once. Each takes memory as long as it is, and where thousands are, more of them would
 * only stand in line for the account's call limit.
 */
const mostUnderWay = 2_000;

type Work = (instanceId: string, session: Session) => Promise<void>;

/** Something that is done with members of a fleet, while it is counted how many are done. */
export class FleetWork {
  constructor(
    private readonly session: Session,
    private readonly voice: FleetVoice,
    private readonly nameOf: (instanceId: string) => string,
  ) {}

  /** Returns why some are not done. `what` stands behind the number of those that are. */
  async sideBySide(ids: readonly string[], what: string, work: Work): Promise<readonly Said[]> {
    const failures: Said[][] = [];
    let done = 0;
    const left = ids.entries();
    const goOn = async (): Promise<void> => {
      for (const [index, id] of left) {
        failures[index] = await this.one(id, work);
        done += 1;
      }
    };
    await spokenWait(
      (seconds) => {
        const held = this.session.isHeldBack ? ", waiting for the call limit" : "";
        this.voice.progress(`${done} of ${ids.length} ${what}, ${seconds} s${held} …`);
      },
      () => Promise.all(Array.from({ length: Math.min(ids.length, mostUnderWay) }, goOn)),
    );
    return failures.flat();
  }

  /** One after the other. One that fails holds back those after it. */
  async inOrder(ids: readonly string[], what: string, work: Work): Promise<readonly Said[]> {
    for (const [index, id] of ids.entries()) {
      const failed = await this.sideBySide([id], what, work);
      if (failed.length === 0) continue;
      const held = ids.slice(index + 1).map((instanceId) => ({
        instanceId,
        name: this.nameOf(instanceId),
        text: `${instanceId} is held back by order, because ${id} failed`,
      }));
      return [...failed, ...held];
    }
    return [];
  }

  private async one(instanceId: string, work: Work): Promise<Said[]> {
    const name = this.nameOf(instanceId);
    try {
      await work(instanceId, this.session.ofMember(this.voice.of(instanceId, name)));
      return [];
    } catch (error) {
      return [{ instanceId, name, text: messageOf(error) }];
    }
  }
}
