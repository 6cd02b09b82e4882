import { expect, it } from "vitest";
import { instanceId, present } from "../support/builders";
import { outputs, thrown } from "../support/recorded-outputs";
import { registered, stage } from "../support/stage";

it.each([
  { reason: "another serial number", different: { serialNumber: "serial-2" } },
  { reason: "created at another time", different: { createdAt: "2026-02-02T00:00Z" } },
])("a refresh that finds $reason does not make that machine the recorded one", async ({ different }) => {
  const on = stage([present(different)]);
  const { props } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
  expect(props).toMatchObject({ createdAt: "2026-01-01T00:00Z", serialNumber: "serial-1" });
  expect(on.said.join()).toMatch(/warning: .* is another machine than the one that was recorded/);
  const error = await thrown(on.lifecycle.update(props, registered({ state: "stopped" })));
  expect(error.message).toMatch(/another machine/);
  expect(on.ecs.writes()).toEqual([]);
});

it("a refresh that finds the same machine says nothing of it", async () => {
  const on = stage([present()]);
  const { props } = await on.lifecycle.read(instanceId, outputs({ state: "running" }));
  expect(props).toMatchObject({ createdAt: "2026-01-01T00:00Z", serialNumber: "serial-1" });
  expect(on.said).toEqual([]);
});
