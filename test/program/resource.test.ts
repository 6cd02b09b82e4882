import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { InstanceLifecycle } from "../../provider/resource";

describe("a provider of another package", () => {
  const registered: string[] = [];

  beforeAll(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name }) => {
        registered.push(type);
        return { id: name, state: {} };
      },
      call: () => ({}),
    });
  });

  it("is refused with the reason before the resource is registered", () => {
    class Foreign extends pulumi.ProviderResource {
      constructor() {
        super("alicloud", "foreign", {});
      }
    }
    const args = { instanceId: "i-bp67acfmxazb4p", regionId: "cn-hangzhou", state: "stopped" } as const;
    expect(() => new InstanceLifecycle("machine", args, { provider: new Foreign() })).toThrow(
      /"machine".*package "alicloud" does not know this type.*LifecycleProvider/,
    );
    expect(registered).not.toContain(InstanceLifecycle.__pulumiType);
  });
});
