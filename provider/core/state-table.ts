import type { LifecycleState } from "./model";

/** The statuses of ECS from which something is called; in any other one nothing is. Source: ECS, DescribeInstances, `Status`. */
export type PowerStatus = "running" | "stopped" | "starting" | "pending" | "stopping";

/** One entry of a cell. `applyStopMode` and `snapshot` may come to no step, `release` to more than one. */
export type Move = "start" | "stop" | "awaitRunning" | "awaitStopped" | "applyStopMode" | "snapshot" | "release";

/** A row of the table: a declared state, or the release that `release.force` is declared for. */
export type Row = LifecycleState | "releasedByForce";

/** What leads from the status that was observed to the state that is declared, in the order in which it is done. */
export const stateTable: Readonly<Record<Row, Readonly<Record<PowerStatus, readonly Move[]>>>> = {
  running: {
    running: [],
    stopped: ["start"],
    starting: ["awaitRunning"],
    pending: ["awaitRunning"],
    stopping: ["awaitStopped", "start"],
  },
  stopped: {
    running: ["stop"],
    stopped: ["applyStopMode"],
    starting: ["awaitRunning", "stop"],
    pending: ["awaitRunning", "stop"],
    stopping: ["awaitStopped"],
  },
  released: {
    running: ["stop", "snapshot", "release"],
    stopped: ["snapshot", "release"],
    starting: ["awaitRunning", "stop", "snapshot", "release"],
    pending: ["awaitRunning", "stop", "snapshot", "release"],
    stopping: ["awaitStopped", "snapshot", "release"],
  },
  releasedByForce: {
    running: ["release"],
    stopped: ["snapshot", "release"],
    // DeleteInstance refuses these two even with Force.
    starting: ["awaitRunning", "release"],
    pending: ["awaitRunning", "release"],
    stopping: ["awaitStopped", "snapshot", "release"],
  },
};

/** Whether anything is called from this status. */
export function isPowerStatus(status: string): status is PowerStatus {
  return Object.hasOwn(stateTable.running, status);
}
