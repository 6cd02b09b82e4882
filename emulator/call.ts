import type { Credential } from "./model";
import type { Parameters } from "./parameters";
import type { View } from "./view";
import type { World } from "./world";

/** What an action gets to see. */
export interface Call {
  readonly world: World;
  /** ECS's name of the call. */
  readonly action: string;
  readonly params: Parameters;
  readonly credential: Credential;
  readonly requestId: string;
  /** How it sees instances. */
  readonly view: View;
  /** A fault wants nothing to be there: for what isn't seen through the view. */
  readonly seesNothing: boolean;
  /** A fault wants the snapshots of this call to fail. */
  readonly snapshotFails: boolean;
  /** What changed, for the ledger. */
  readonly effects: string[];
}

/** What a call is going to do, when nothing stands against it. It answers the effect. */
export type Change = () => string;

/** Answers the body without its RequestId, or throws a WireError. */
export type Action = (call: Call) => Record<string, unknown>;
