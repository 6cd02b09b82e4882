/**
 * What is declared for a stretch of time. `unmanaged`: nothing is, so it stays as it is found. `unknown`: it can't be told,
 * because what declares it is hidden or wrong.
 */
export type Power = "running" | "stopped" | "released" | "unmanaged" | "unknown";

/** A stretch of time with one power; `toMs` is not part of it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly power: Power;
  readonly because: string;
}

/** When an instance goes for ever. */
export interface Release {
  readonly atMs: number;
  readonly because: string;
  /** Planned by this preview, so that the update brings it about. */
  readonly planned: boolean;
}

/** Hours of the reported time; together they are all of it. */
export type Hours = Readonly<Record<Power, number>>;

/** What a preview says that an update does with an instance. */
export interface PlanRow {
  /** As Pulumi says it: `create`, `update`, `same`, `delete`, `replace`, … */
  readonly op: string;
  /** `running -> stopped` */
  readonly change: string;
  /** Calls and waits in order, in the words of the preview. */
  readonly steps: readonly string[];
  /** The calls alone: `StopInstance`, `DeleteInstance`, … */
  readonly calls: readonly string[];
  readonly reversible: string;
  /** Something of it can't be undone. */
  readonly irrevocable: boolean;
  readonly warnings: readonly string[];
  readonly details: readonly string[];
}

export interface InstanceReport {
  readonly urn: string;
  /** Its stack. Undefined: the report is of one. */
  readonly stack: string | undefined;
  /** The resource's name in the program; of a fleet's member the fleet's name, and the instance's name or id. */
  readonly name: string;
  /** The name of its fleet. Undefined: it is a resource of its own. */
  readonly fleet: string | undefined;
  readonly instanceId: string;
  readonly instanceName: string | undefined;
  /** Short and telling: the resource's name, or the instance's where that is only the id; behind its stack where there are several. */
  readonly label: string;
  readonly regionId: string | undefined;
  /** As last recorded; undefined: nothing is. */
  readonly status: string | undefined;
  readonly stoppedMode: string | undefined;
  readonly chargeType: string | undefined;
  readonly lastSeenAt: string | undefined;
  /** `running`, `stopped`, `released`, `by schedule`, `not managed`, `secret`, … */
  readonly declared: string;
  /** How it is stopped. Undefined: secret or not known. */
  readonly stopMode: "KeepCharging" | "StopCharging" | undefined;
  readonly zone: string;
  readonly spans: readonly Span[];
  /** The first one that is known, also when it lies outside the reported time. */
  readonly release: Release | undefined;
  /** It was gone already, so it counts nowhere. */
  readonly gone: boolean;
  readonly hours: Hours;
  readonly plan: PlanRow | undefined;
  readonly drift: string | undefined;
  /** What is uncertain about it. */
  readonly notes: readonly string[];
  /** Undefined: no prices were given. */
  readonly money: InstanceMoney | undefined;
}

/** Amounts for the reported time, in the currency of the prices. */
export type InstanceMoney =
  | { readonly alwaysOn: number; readonly saved: number; readonly type: string }
  | { readonly noPrice: string };

export interface Totals {
  /** Instances whose hours are counted: those that are there, and of which it is known what is declared. */
  readonly counted: number;
  readonly alwaysOnHours: number;
  readonly onHours: number;
  readonly unmanagedHours: number;
  /** Hours that are declared stopped or after a release: what is saved against always on. */
  readonly savedHours: number;
  /** Of these, stopped hours that are billed on: `KeepCharging`, or a subscription. */
  readonly billedOnHours: number;
}

export interface Money {
  readonly currency: string;
  readonly alwaysOn: number;
  readonly saved: number;
  readonly assumptions: readonly string[];
  /** How many instances the sum is made of. */
  readonly priced: number;
  /** Those that are not in the sum, with the reason. */
  readonly withoutPrice: readonly string[];
}

/** How many machines a preview plans to change. A machine may count for several. */
export interface PlannedChanges {
  readonly releases: number;
  /** New and earlier ones. */
  readonly releaseTimes: number;
  /** Those before a release and those of `onDelete` included. */
  readonly stops: number;
  readonly starts: number;
  /** Machines, and fleets, of which the preview does not tell what is done. */
  readonly notTold: number;
}

/** One of several stacks. */
export interface StackReport {
  readonly stack: string;
  readonly instances: number;
  readonly totals: Totals;
  /** Undefined: a state plans nothing. */
  readonly planned: PlannedChanges | undefined;
  /** Errors of its preview. */
  readonly errors: number;
}

/** Everything that the renderers show; plain data. */
export interface Report {
  readonly kind: "state" | "preview";
  /** Where it was read, such as `stack dev` or a file's name. */
  readonly from: string;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly days: number;
  /** The zone of most schedules; UTC where there are none. */
  readonly zone: string;
  /** In the order of the zones: the main one first. */
  readonly instances: readonly InstanceReport[];
  readonly ignored: number;
  readonly notes: readonly string[];
  /** Errors of the preview: it is incomplete, and an update would be refused. */
  readonly errors: readonly string[];
  readonly totals: Totals;
  readonly money: Money | undefined;
  /** Of all together. Undefined: a state plans nothing. */
  readonly planned: PlannedChanges | undefined;
  /** In the order in which they were read. */
  readonly stacks: readonly StackReport[];
}
