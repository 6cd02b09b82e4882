import { expect, it } from "vitest";
import { absent, instanceId, present } from "../support/builders";
import { outputs, thrown } from "../support/recorded-outputs";
import { registered, stage } from "../support/stage";

const released = { state: "released", expect: { instanceName: "worker" } };

it.each([
  "create",
  "update",
] as const)("%s: what the program did not see was counted in no limit, so it is not released when it is there after all", async (method) => {
  const on = stage([present({ status: "stopped" })]);
  const olds = method === "create" ? {} : registered({ state: "stopped" });
  const inputs = registered(released, { seen: absent });
  on.lifecycle.check(olds, inputs);
  const running =
    method === "create"
      ? on.lifecycle.create(registered(released))
      : on.lifecycle.update(outputs({ state: "stopped", status: "stopped" }), registered(released));
  expect((await thrown(running)).message).toMatch(/^state: .*was not listed when the releases/);
  expect(on.ecs.writes()).toEqual([]);
  expect(on.ecs.get(instanceId)).toBeDefined();
});

it("what it did see is released", async () => {
  const on = stage([present({ status: "stopped" })]);
  on.lifecycle.check({}, registered(released, { seen: present({ status: "stopped" }) }));
  await on.lifecycle.create(registered(released));
  expect(on.ecs.writes()).toEqual(["release"]);
});
