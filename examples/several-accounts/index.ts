import { Config } from "@pulumi/pulumi";
import { InstanceLifecycle, LifecycleProvider } from "pulumi-alicloud-lifecycle";

const config = new Config();
const region = new Config("alicloud").require("region");

const production = new LifecycleProvider("production", {
  region,
  accessKey: config.requireSecret("productionKey"),
  secretKey: config.requireSecret("productionSecret"),
  // Limits count for each account on its own.
  maxReleases: 0,
  maxReleaseTimes: 0,
});
const staging = new LifecycleProvider("staging", {
  region,
  accessKey: config.requireSecret("stagingKey"),
  secretKey: config.requireSecret("stagingSecret"),
});

// With expect.accountId keys that were mixed up do nothing.
const shop = new InstanceLifecycle(
  "shop",
  {
    instanceId: config.require("shopId"),
    state: "running",
    expect: { accountId: config.require("productionAccount") },
  },
  { provider: production },
);
const test = new InstanceLifecycle(
  "test",
  {
    instanceId: config.require("testId"),
    state: "stopped",
    stop: { mode: "StopCharging" },
    expect: { accountId: config.require("stagingAccount") },
  },
  { provider: staging },
);

export const status = { shop: shop.status, test: test.status };
