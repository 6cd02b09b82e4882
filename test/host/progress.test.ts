import { afterAll, beforeAll, expect, it } from "vitest";
import { Cloud } from "../rig/cloud";
import { Host } from "../rig/host";
import { fleetRunText, inputs, runText } from "../rig/wire";

let cloud: Cloud;
let host: Host;
beforeAll(async () => {
  const ids = ["i-slow", "i-one", "i-two"];
  const instances = ids.map((InstanceId) => ({ InstanceId, Status: "Running" as const }));
  cloud = await Cloud.open(instances, { timings: { stopMs: 4_500 } });
  host = await Host.start({ env: cloud.env });
});
afterAll(() => host.stop());

it("a wait is told in the engine's own display, at the resource's row, and ends with its result; it stays in no log", async () => {
  const declared = { instanceId: "i-slow", state: "stopped" };
  const checked = await host.check({}, inputs({ ...declared, __run: runText(cloud, "i-slow", { urn: "urn:slow" }) }));
  await host.create(checked.inputs);
  const waiting = host.engine.lines.filter(({ text }) =>
    /waiting for i-slow to be stopped, \d+ s \(now stopping\)/.test(text),
  );
  expect(waiting.length).toBeGreaterThan(0);
  const result = host.engine.lines.filter(({ text }) => /^i-slow is stopped, after \d+ s$/.test(text));
  expect(result).toHaveLength(1);
  for (const line of [...waiting, ...result]) expect(line).toMatchObject({ ephemeral: true, urn: "urn:slow" });
  const written = host.engine.lines.filter(({ text }) => text.startsWith("StopInstance i-slow"));
  expect(written).toMatchObject([{ ephemeral: false, severity: "info", urn: "urn:slow" }]);
});

it("a fleet counts how many are done, and says when they wait for the account's call limit", async () => {
  cloud.emulator.addFault({ action: "StopInstances", times: 1, then: { code: "Throttling.User", retryAfter: "5" } });
  const instanceIds = ["i-one", "i-two"];
  const __run = fleetRunText(cloud, instanceIds, { urn: "urn:fleet", dryRun: false });
  const checked = await host.check({}, inputs({ __fleet: "members", state: "stopped", __run }));
  expect(checked.failures).toEqual([]);
  await host.create(checked.inputs);
  const waiting = /^0 of 2 done, \d+ s, waiting for the call limit …$/;
  const [counted] = host.engine.lines.filter(({ urn, text }) => urn === "urn:fleet" && text.includes(" of 2 done"));
  expect(counted).toMatchObject({ ephemeral: true, text: expect.stringMatching(waiting) as string });
});
