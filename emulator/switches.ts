/**
 * The points where the vendor's behaviour is not established. Each has the stricter reading as its default, so that a
 * program which passes here does not lean on an assumption.
 */
export interface Switches {
  /** StartInstance on a Running or Starting instance, StopInstance on a Stopped one: an error (default) or a success that changes nothing. */
  repeatedPower: "error" | "no-op";
  /** StopInstance with ForceStop=true on a Stopping instance: refused (default), or it cuts the gentle stop short. */
  forceStopWhileStopping: "refused" | "accepted";
  /** DeleteInstance with an unknown id: 404 InvalidInstanceId.NotFound (default) or 400 InvalidParameter. */
  deleteUnknownId: "not-found" | "invalid-parameter";
  /** DeleteInstance under a security lock: the lock matrix allows it (default), the call's own error list refuses it. */
  deleteUnderSecurityLock: "allowed" | "refused";
  /** `AutoReleaseTime=` with an empty value: InvalidAutoReleaseTime.Malformed (default), or it cancels like an absent one. */
  emptyAutoReleaseTime: "malformed" | "cancel";
  /** When the 30-minutes-to-3-years window is judged. `strict` (default): before and after the seconds are cut. */
  autoReleaseWindow: "strict" | "before-cutting" | "after-cutting";
  /** Which of the two known texts IncorrectInstanceStatus carries. Default `expected-list`. */
  statusMessage: "expected-list" | "short";
  /** A RegionId that is not the instance's, on a call where it is not documented: 404 (default) or ignored. */
  foreignRegion: "not-found" | "ignored";
  /** Writes to a released instance that is still listed: wrong status (default), not found, or accepted without effect. */
  releasedButListed: "incorrect-status" | "not-found" | "accepted";
  /** DescribeInstances without the permission: 403 Forbidden.RAM (default) or, as before 2025-12-20, an empty list. */
  deniedDescribe: "forbidden" | "empty";
  /** HTTP status of DryRunOperation. Default 400, by analogy with other calls. */
  dryRunStatus: 400 | 200;
  /** StopInstance without StoppedMode: keep charging (default), or economical where the instance qualifies, an account setting. */
  stoppedModeByDefault: "KeepCharging" | "StopCharging";
  /** Whether a release time outlives a stop and a start. Default `kept`. */
  autoReleaseOverStop: "kept" | "dropped";
  /** When an overdue instance is locked: at once, or when it is stopped fifteen days later. */
  overdueLock: "at-once" | "when-stopped";
  /** What the status reads during a reboot. Default `Starting`. */
  rebootStatus: "Starting" | "Running";
  /** AssumeRole with a key of the account itself: 403 NoPermission (default), as documented, or allowed. */
  assumeRoleByAccount: "refused" | "allowed";
}

export const defaultSwitches: Switches = {
  repeatedPower: "error",
  forceStopWhileStopping: "refused",
  deleteUnknownId: "not-found",
  deleteUnderSecurityLock: "allowed",
  emptyAutoReleaseTime: "malformed",
  autoReleaseWindow: "strict",
  statusMessage: "expected-list",
  foreignRegion: "not-found",
  releasedButListed: "incorrect-status",
  deniedDescribe: "forbidden",
  dryRunStatus: 400,
  stoppedModeByDefault: "KeepCharging",
  autoReleaseOverStop: "kept",
  overdueLock: "at-once",
  rebootStatus: "Starting",
  assumeRoleByAccount: "refused",
};
