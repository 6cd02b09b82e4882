import { readFile } from "node:fs/promises";
import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const state = new Config().require("state");
if (state !== "running" && state !== "stopped") throw new Error("state: declare running or stopped");

/** @type {Record<string, string>} */
const machines = JSON.parse(await readFile(new URL("machines.json", import.meta.url), "utf8"));

/** @type {Record<string, import("@pulumi/pulumi").Output<string>>} */
export const status = {};
for (const [name, instanceId] of Object.entries(machines)) {
  status[name] = new InstanceLifecycle(name, { instanceId, state }).status;
}
