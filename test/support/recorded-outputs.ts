import { instanceId, regionId } from "./builders";
import type { Properties } from "./stage";

/** Outputs as an earlier run has recorded them. */
export function outputs(different: Properties = {}): Properties {
  return {
    instanceId,
    regionId,
    status: "running",
    chargeType: "PostPaid",
    instanceName: "worker",
    createdAt: "2026-01-01T00:00Z",
    serialNumber: "serial-1",
    lastSeenAt: "2026-05-31T12:00:00.000Z",
    schemaVersion: 1,
    lastRun: { time: "2026-05-31T12:00:00.000Z", steps: [] },
    __provider: "provider text",
    ...different,
  };
}

export async function thrown(running: Promise<unknown>): Promise<Error> {
  const error: unknown = await running.then(
    (answer) => new TypeError(`it ended well: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || error instanceof TypeError) throw error;
  return error;
}
