import type { WorldFile } from "../emulator";

export const web = "i-bp1storyweb000000001";
export const api = "i-bp1storyapi000000002";
export const batch = "i-bp1storybatch0000003";
export const worker = "i-bp1storyworker000004";
/** Machines that nobody declares until somebody tries to release all three at once. */
export const old = ["i-bp1storyold000000011", "i-bp1storyold000000012", "i-bp1storyold000000013"] as const;

/** The fleet as it is before anybody declares anything. */
export const fleet: WorldFile = {
  instances: [
    { InstanceId: web, InstanceName: "web", Status: "Running" },
    { InstanceId: api, InstanceName: "api", Status: "Stopped" },
    { InstanceId: batch, InstanceName: "batch", Status: "Running" },
    { InstanceId: worker, InstanceName: "worker", Status: "Running" },
    ...old.map((InstanceId, index) => ({ InstanceId, InstanceName: `old-${index + 1}`, Status: "Running" as const })),
  ],
  timings: { startMs: 1_000, stopMs: 1_000, releaseMs: 500 },
};
