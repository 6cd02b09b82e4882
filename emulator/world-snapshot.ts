import type { BlockStorage } from "./block-storage";
import type { ClientTokenStore } from "./client-token-store";
import type { Compute } from "./compute";
import type { DueQueue } from "./due-queue";
import type { Faults } from "./faults";
import type { Identities } from "./identities";
import type { LedgerMark } from "./ledger";
import type { NonceStore } from "./nonce-store";
import type { Places } from "./places";
import type { Lag } from "./stale";
import type { Switches } from "./switches";
import type { Throttle } from "./throttle";

/**
 * Everything that a world is at one moment, for `world.restore`. It never changes, can be restored as often as one likes
 * (also into another world with the same clock), and isn't meant to be looked into.
 */
export interface WorldSnapshot {
  readonly nowMs: number;
  readonly randomState: number;
  readonly ledger: LedgerMark;
  readonly faults: Faults;
  readonly nonces: NonceStore;
  readonly switches: Switches;
  readonly storage: BlockStorage;
  readonly throttle: Throttle;
  readonly clientTokens: ClientTokenStore;
  readonly identities: Identities;
  readonly places: Places;
  readonly tickPerRequestMs: number;
  readonly strictTime: boolean;
  readonly compute: Compute;
  readonly lag: Lag | undefined;
  readonly due: DueQueue;
  readonly lastNumber: number;
}
