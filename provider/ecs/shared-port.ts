import { batched } from "./batched";
import { batchedWrites } from "./batched-writes";
import type { EcsPort, PowerBatch } from "./port";

/** One port for all that work in a region: looks, stops and starts that come at about the same time go together. */
export function sharedPort(client: EcsPort & PowerBatch): EcsPort {
  return batchedWrites(batched(client), client);
}
