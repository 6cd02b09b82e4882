import type { EcsPort } from "../ecs/port";
import type { DeclaredTime } from "../peers";
import type { Digests } from "../judged-arguments";
import type { RunInfo } from "../run-info";
import { RunLimits } from "./run-limits";
import { SlowCalls } from "./slow-calls";

/** What is known of each machine, and counted, in one run of one provider process. */
export class Known {
  /** What the program saw in this run: the only live facts that diff has, for it must not use the network. */
  readonly runs = new Map<string, RunInfo>();
  readonly declaredHere = new Map<string, DeclaredTime>();
  readonly limits = new RunLimits();
  readonly progressed = new Map<string, number>();
  readonly ports = new Set<EcsPort>();
  readonly slowCalls = new SlowCalls();
  saysOnly = false;
  /** Read once as long as the setting is the same: a fleet asks for each member. */
  only: { readonly text: string | undefined; readonly ids: ReadonlySet<string> | undefined } | undefined;
  account: { readonly text: string; readonly digests: Digests } | undefined;
}
