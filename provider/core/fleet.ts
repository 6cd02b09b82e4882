import type { ChargeType } from "./model";

/** By what instances are found. Each criterion narrows the others; one that is undefined narrows nothing. */
export interface Criteria {
  /** All of these, letter for letter. */
  readonly tags: Readonly<Record<string, string>>;
  /** A `*` stands for anything. */
  readonly instanceName: string | undefined;
  readonly vpcId: string | undefined;
  readonly zoneId: string | undefined;
  readonly resourceGroupId: string | undefined;
  readonly chargeType: ChargeType | undefined;
}

/** What ECS lists of an instance that criteria can be about. */
export interface Candidate {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly vpcId: string;
  readonly zoneId: string;
  readonly resourceGroupId: string;
  readonly chargeType: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Side by side, or one after the other: as they are listed, or from the last to the first. */
export type Order = "parallel" | "forward" | "backward";

/** The one strict form of which instances a fleet is about. */
export interface DesiredFleet {
  readonly regionId: string;
  readonly members:
    | { readonly by: "ids"; readonly instanceIds: readonly string[] }
    | { readonly by: "selection"; readonly criteria: Criteria };
  readonly exclude: readonly string[];
  readonly minMatches: number;
  /** Undefined: no limit. */
  readonly maxMatches: number | undefined;
  readonly order: Order;
}
