import type { AutoSnapshotPolicy } from "./auto-snapshot-policy";
import type { LedgerEntry } from "./ledger";
import type {
  Account,
  Credential,
  DiskFields,
  InstanceFields,
  OidcToken,
  Role,
  SnapshotFields,
  SnapshotGroup,
  ThrottleRule,
  Timings,
  Zone,
} from "./model";
import type { Lag } from "./stale";
import type { Switches } from "./switches";

/** What a world begins with: the JSON of the world file. Everything is optional. */
export interface WorldFile {
  /** Default: none (the command starts with three documented ones). */
  instances?: InstanceFields[];
  /** Every instance that has no system disk here is given one. */
  disks?: DiskFields[];
  snapshots?: SnapshotFields[];
  snapshotGroups?: SnapshotGroup[];
  /** Default: `emulator-key` / `emulator-secret`, which may do everything. */
  credentials?: Credential[];
  /** Roles that AssumeRole and AssumeRoleWithOIDC know. Default none. */
  roles?: Role[];
  /** Tokens that AssumeRoleWithOIDC takes. Default none. */
  oidcTokens?: (string | OidcToken)[];
  /** Default: start 3000, stop 3000, release 1000, snapshot 3000 milliseconds. */
  timings?: Partial<Timings>;
  /** The doubtful points; default: the stricter reading of each. */
  switches?: Partial<Switches>;
  /** RFC 3339 UTC, where a virtual clock begins (only there, and only at the start). Default: the machine's time at the start. */
  now?: string;
  /** Each request moves a virtual clock forward by so much before it is looked at. Default 0. */
  tickPerRequestMs?: number;
  /** Signatures must be stamped near the world's time; the machine's time does not count. Default false. */
  strictTime?: boolean;
  /** Regions that exist besides those of the instances. Default: the usual ones. */
  regions?: string[];
  /** Zones that exist besides those of the instances, or that are sold out. Default: h and i in every region. */
  zones?: Zone[];
  /** What is refused as too many calls. Default: nothing. */
  throttle?: ThrottleRule[];
  /** When disks are snapshotted by themselves. Default: never. */
  autoSnapshotPolicies?: AutoSnapshotPolicy[];
  /** Accounts of which there is something to say. Default: none. */
  accounts?: Account[];
  /** How far reads of instances are behind, in milliseconds: always so many, or drawn from the seed. Default 0. */
  lag?: number | Lag;
}

export interface WorldOptions {
  /** Default `virtual`: a world in memory stands still until somebody moves it. */
  clock?: "real" | "virtual";
  /** Where all chance comes from. Default 1. */
  seed?: number;
  /** Sees every row of the ledger as it is written. */
  ledgerSink?: (entry: LedgerEntry) => void;
  /** The machine's clock, in milliseconds since 1970. Default Date.now. */
  machineNow?: () => number;
}
