// A process of its own in the fleet's benchmark: the same work without Pulumi, with the vendor's client, every instance for
// itself. `sequential` is how the vendor's tutorials do it; in `each` all wait side by side, and nobody shares a look.
import RPCClient from "@alicloud/pop-core";
import { idsOf } from "./emulated-fleet.mjs";

const { endpoint, key, regionId, way, task, count } = JSON.parse(process.argv[2]);
const ids = idsOf(count);
const client = new RPCClient({ endpoint, apiVersion: "2014-05-26", accessKeyId: key, accessKeySecret: key });
const call = (action, params) =>
  client.request(action, { RegionId: regionId, ...params }, { method: "POST", timeout: 60_000 });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** A tutorial's loop asks every second; the other's delays are those of this package. */
const delaysMs = way === "sequential" ? [1_000] : [1_000, 1_000, 2_000, 3_000, 5_000];

async function statusOf(id) {
  const { Instances } = await call("DescribeInstances", { InstanceIds: JSON.stringify([id]) });
  return Instances.Instance[0]?.Status ?? "gone";
}

async function waitFor(id, wanted) {
  for (let round = 0; (await statusOf(id)) !== wanted; round += 1) {
    await sleep(delaysMs[Math.min(round, delaysMs.length - 1)]);
  }
}

const tasks = {
  look: statusOf,
  stop: async (id) => {
    await call("StopInstance", { InstanceId: id, StoppedMode: "KeepCharging" });
    await waitFor(id, "Stopped");
  },
  release: async (id) => {
    await call("DeleteInstance", { InstanceId: id });
    await waitFor(id, "gone");
  },
};

const startedMs = performance.now();
if (way === "sequential") for (const id of ids) await tasks[task](id);
else await Promise.all(ids.map(tasks[task]));
const seconds = (performance.now() - startedMs) / 1_000;
console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
