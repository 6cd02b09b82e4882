import { defaultCredential, execute, type World } from "../../emulator/index";
import { toAnswer } from "../../lab/model/memory-cloud";
import type { Answer, Door } from "../../provider/ecs/door";
import type { Clock } from "../../provider/reconcile/clock";

/** How long a request and its answer are under way together. */
const latencyMs = 30;

/** The emulator's core as the provider's way out: no socket, and time that a test can move. */
export class MemoryDoor implements Door {
  constructor(
    private readonly world: World,
    private readonly clock: Pick<Clock, "sleep">,
    private readonly version = "2014-05-26",
  ) {}

  async call(action: string, params: Readonly<Record<string, string | boolean | number>>): Promise<Answer> {
    await this.clock.sleep(latencyMs);
    const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
    const request = { action, version: this.version, params: texts, credential: defaultCredential };
    return toAnswer(action, execute(this.world, request), undefined, this.world.now());
  }
}
