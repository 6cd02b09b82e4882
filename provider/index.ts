export type { DoneStep, LastRun } from "./core/outputs";
export type { ExpectArgs, InstanceLifecycleArgs, ReleaseArgs, ReleasedBy, StopArgs, TimeoutArgs } from "./resource";
export { InstanceLifecycle } from "./resource";
