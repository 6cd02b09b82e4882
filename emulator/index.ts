/** An emulator of Alibaba Cloud ECS: as a server (`startEmulator`), or in memory (`new World`, `execute`). */
export { actions } from "./actions";
export type { AutoSnapshotPolicy } from "./auto-snapshot-policy";
export { type Clock, realClock, virtualClock } from "./clock";
export { defaultWorld } from "./default-world";
export { type Execution, execute, type Request } from "./execute";
export type { ActiveFault, FaultMoment, FaultRule, FaultThen, WireFault } from "./faults";
export { type HeldCall, Holds } from "./holds";
export { Ledger, type LedgerEntry } from "./ledger";
export type { Duration } from "./duration";
export {
  type Account,
  type Credential,
  type Disk,
  type DiskFields,
  type DiskStatus,
  defaultAccountId,
  defaultCredential,
  type Instance,
  type InstanceFields,
  type LockReason,
  type OidcToken,
  type Role,
  type Snapshot,
  type SnapshotFields,
  type SnapshotGroup,
  type SnapshotStatus,
  type Status,
  type StoppedMode,
  type Tag,
  type ThrottleRule,
  type Timings,
  type Zone,
} from "./model";
export type { Statement } from "./statement";
export { type Emulator, type EmulatorOptions, startEmulator } from "./start-emulator";
export type { Lag, Stale, StaleLook } from "./stale";
export { defaultSwitches, type Switches } from "./switches";
export { type Transition, transitions } from "./transitions";
export type { Window } from "./window";
export { type Held, World } from "./world";
export type { WorldSnapshot } from "./world-snapshot";
export type { WorldFile, WorldOptions } from "./world-input";
export { parseFault, parseInstance, parseWorld, WorldFileError } from "./world-file";
