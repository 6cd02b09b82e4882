import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exactlyOnce, requestsPerUseful } from "../../lab/load/fleet";
import { loads } from "../../lab/load/loads";
import { VirtualTime } from "../../lab/model/virtual-time";
import type { LedgerEntry } from "../../emulator/index";

const time = new VirtualTime(0);
beforeEach(() => time.install());
afterEach(() => time.uninstall());

function row(action: string, id: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const params = { InstanceId: id };
  const at = "2026-06-01T12:00:00.000Z";
  const rest = { shows: null, status: 200, code: null, fault: null, requestId: "R", effect: "none" };
  return { n: 1, at, action, params, ...rest, ...more };
}

describe("under load", () => {
  // A limit shows only with more machines than it lets through in a minute; days are for the laboratory's own run.
  const light = loads.filter(({ name }) => !name.startsWith("24 hours") && !name.includes("1,000"));
  it.each(light)("$name", async ({ bear, size }) => {
    expect((await bear(time, size)).violations).toEqual([]);
  });

  it("fewer machines than the limit lets through: no request is in vain", async () => {
    const [thousand] = loads;
    const measured = await thousand?.bear(time, 20);
    expect(measured?.figures["requests per useful one"]).toBe(1);
  });

  it("a write that took effect twice, or never, is counted", () => {
    const rows = [
      row("StopInstance", "i-a", { effect: "i-a: Running -> Stopping" }),
      row("StopInstance", "i-b", { effect: "i-b: Running -> Stopping" }),
      row("StopInstance", "i-b", { effect: "i-b: Stopping -> Stopping" }),
    ];
    expect(exactlyOnce("StopInstance", ["i-a", "i-b", "i-c"], rows).map(({ because }) => because)).toEqual([
      "StopInstance i-b took effect 2 times",
      "StopInstance i-c took effect 0 times",
    ]);
  });

  it("what was turned away for the limit was asked in vain, what was refused otherwise was not", () => {
    const rows = [
      row("StopInstance", "i-a"),
      row("StopInstance", "i-a", { code: "Throttling.User" }),
      row("StopInstance", "i-a", { code: "IncorrectInstanceStatus" }),
      row("control:putThrottle", "i-a"),
    ];
    expect(requestsPerUseful(rows)).toBe(1.5);
  });
});
