import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle } from "pulumi-alicloud-lifecycle";

const config = new Config();
const state = config.require("state");
if (state !== "running" && state !== "stopped") throw new Error("state: declare running or stopped");

const worker = new InstanceLifecycle("worker", { instanceId: config.require("instanceId"), state });

export const status = worker.status;
