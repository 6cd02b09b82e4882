export type { AssumeRoleArgs, AssumeRoleWithOidcArgs, LifecycleProviderArgs } from "./lifecycle-provider";
export { LifecycleProvider } from "./lifecycle-provider";
export type { FleetLifecycleArgs, SelectArgs } from "./fleet";
export { FleetLifecycle } from "./fleet";
export type {
  CronArgs,
  ExceptionArgs,
  HolidaysArgs,
  LifeArgs,
  PeriodArgs,
  ScheduleArgs,
  TimedArgs,
  Weekday,
  WeeklyPeriodArgs,
} from "./core/schedule/schedule";
export type { ScheduledState } from "./scheduled-state";
export { scheduledState } from "./scheduled-state";
export type { DoneStep, LastRun, ReportedDrift } from "./core/outputs";
export type {
  ExpectArgs,
  InstanceLifecycleArgs,
  ReleaseArgs,
  ReleasedBy,
  ReleaseSnapshotArgs,
  StopArgs,
  TimeoutArgs,
} from "./resource";
export { InstanceLifecycle } from "./resource";
