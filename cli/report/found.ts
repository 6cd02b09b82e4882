import type { QuotedPlan } from "./plan-text";

/** What was read, before any of it is reckoned with. */
export interface Found {
  readonly kind: "state" | "preview";
  /** Of which stack it tells; undefined: it names none. */
  readonly stack: StackName | undefined;
  readonly instances: readonly FoundInstance[];
  /** Resources that are not ours. */
  readonly ignored: number;
  /** What concerns no single instance. */
  readonly notes: readonly string[];
  /** Errors of the preview: it is incomplete, and nothing of it is done. */
  readonly errors: readonly string[];
  /** Fleets of which it can't be told which machines they have, or what is done with these. */
  readonly hiddenFleets: number;
}

export interface StackName {
  readonly stack: string;
  readonly project: string;
}

/** One or several that were read, as one. */
export interface FoundTogether extends Found {
  /** In the order in which they were read, each with a name that none of the others has. */
  readonly parts: readonly FoundPart[];
}

export interface FoundPart {
  readonly name: string;
  readonly found: Found;
}

export interface FoundInstance {
  readonly urn: string;
  /** The name of what it was read from. Undefined: nothing else was read. */
  readonly part?: string;
  /** The resource's name in the program; of a fleet's member the fleet's name, and the instance's name or id. */
  readonly name: string;
  /** The name of the fleet that it is a member of. Undefined: it is a resource of its own. */
  readonly fleet: string | undefined;
  /** `secret` where it is one, also where the id stands in clear elsewhere in the state. */
  readonly instanceId: string;
  readonly instanceName: string | undefined;
  readonly regionId: string | undefined;
  /** What the last run has recorded; undefined: nothing. */
  readonly recorded: RecordedFacts | undefined;
  /** The arguments as they were written, hidden ones with their markers. Undefined: not told, or not declared any more. */
  readonly declared: Readonly<Record<string, unknown>> | undefined;
  /** Undefined: a state tells no plan. */
  readonly planned: FoundPlan | undefined;
  /** What others have changed, in the words of the provider; undefined: nothing. */
  readonly drift: string | undefined;
}

export interface RecordedFacts {
  readonly status: string | undefined;
  readonly stoppedMode: string | undefined;
  readonly chargeType: string | undefined;
  /** The release time in force, RFC 3339. */
  readonly releaseTime: string | undefined;
  /** The same, if this resource has set it. */
  readonly ownReleaseTime: string | undefined;
  readonly lastSeenAt: string | undefined;
}

export interface FoundPlan {
  /** As Pulumi says it: `create`, `update`, `same`, `delete`, `replace`, … */
  readonly op: string;
  /** In the words of the preview; undefined: it said none. */
  readonly quoted: QuotedPlan | undefined;
  readonly warnings: readonly string[];
  /** What happens beside the calls. */
  readonly details: readonly string[];
  /** The resource is taken out, and with it the release time that it had set. */
  readonly cancelsReleaseTime: boolean;
  /** The resource is taken out, and `onDelete` stops the machine, or it is secret whether it does. */
  readonly stopsAtRemoval: boolean;
  /** Why the provider could not look, so that no plan is no promise. */
  readonly unverified: string | undefined;
  /** The preview tells a plan of so many, and not which of them this one is. Undefined: it is told. */
  readonly untold: Untold | undefined;
}

/** What one of a fleet may be in for. */
export interface Untold {
  readonly text: string;
  /** Among the plans that this one may have is one that sets or cancels a release time. */
  readonly mayChangeRelease: boolean;
}
