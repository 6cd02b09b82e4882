import type { EcsPort, PowerBatch } from "../port";
import { describeBatcher } from "./describe-batcher";
import { powerBatcher } from "./power-batcher";

/** One port for all that work in a region: looks, stops and starts that come at about the same time go together. */
export function batchingClient(client: EcsPort & PowerBatch): EcsPort {
  return powerBatcher(describeBatcher(client), client);
}
