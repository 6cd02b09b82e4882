import type { WorldFile } from "./world-input";

/** What the emulator begins with when it is given no world: one of each kind that matters. */
export const defaultWorld: WorldFile = {
  instances: [
    { InstanceId: "i-bp1emulatorrunning01", InstanceName: "running", Status: "Running" },
    { InstanceId: "i-bp1emulatorstopped02", InstanceName: "stopped", Status: "Stopped" },
    {
      InstanceId: "i-bp1emulatorprepaid03",
      InstanceName: "subscription",
      Status: "Running",
      InstanceChargeType: "PrePaid",
    },
  ],
};
