/** An emulator of Alibaba Cloud ECS: as a server (`startEmulator`), or in memory (`new World`, `execute`). */
export { actions } from "./actions";
export { type Clock, realClock, virtualClock } from "./clock";
export { defaultWorld } from "./default-world";
export { type Execution, execute, type Request } from "./execute";
export type { ActiveFault, FaultMoment, FaultRule, FaultThen, WireFault } from "./faults";
export { Ledger, type LedgerEntry } from "./ledger";
export {
  type Credential,
  type Disk,
  defaultAccountId,
  defaultCredential,
  type Instance,
  type InstanceFields,
  type LockReason,
  type Snapshot,
  type Status,
  type StoppedMode,
  type Tag,
  type Timings,
} from "./model";
export { type Emulator, type EmulatorOptions, startEmulator } from "./start-emulator";
export { defaultSwitches, type Switches } from "./switches";
export { type Transition, transitions } from "./transitions";
export { type Held, World, type WorldFile, type WorldOptions } from "./world";
export { parseFault, parseInstance, parseWorld, WorldFileError } from "./world-file";
