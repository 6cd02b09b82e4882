import { describe, expect, it } from "vitest";
import { describePlan } from "../../provider/core/describe";
import type { Present } from "../../provider/core/model";
import { plan } from "../../provider/core/plan";
import {
  dataDisk,
  desired,
  disk,
  minutesFromNow,
  nowMs,
  plainSnapshot,
  present,
  recorded,
  snapshot,
  systemDisk,
  type Wish,
} from "../support/builders";

function described(wish: Wish, seen: Partial<Present> = {}, first = false): string {
  const [wanted, observed] = [desired(wish), present(seen)];
  return describePlan(wanted, observed, plan(wanted, observed, first ? undefined : recorded(), nowMs)) ?? "";
}

describe("a plan in a preview", () => {
  it("nothing to do is nothing to say", () => {
    expect(described({ state: "running" })).toBe("");
    expect(described({})).toBe("");
  });

  it("the conditional step is a branch", () => {
    const text = described({ state: "stopped", stop: { forceAfterMs: 90_000 } });
    expect(text).toMatch(/StopInstance \(KeepCharging; if not stopped after 1m30s: StopInstance by force\)/);
    expect(described({ state: "stopped", stop: { hibernate: true } })).toMatch(/hibernating/);
    expect(described({ state: "stopped" })).not.toMatch(/force/);
  });

  it("a release lists every step in order, marks what can't be undone, and what is lost and stays", () => {
    const kept = disk("d-kept", { deleteWithInstance: false });
    const text = described(
      { state: "released", release: { snapshot: plainSnapshot, liftProtection: true } },
      {
        deletionProtection: true,
        tags: { env: "prod" },
        publicIps: ["203.0.113.7"],
        elasticIp: "203.0.113.9",
        disks: [systemDisk, dataDisk, kept],
        snapshots: [
          snapshot("d-data", { snapshotId: "s-auto", type: "auto", tags: {} }),
          snapshot("d-data", { snapshotId: "s-manual", tags: {} }),
          snapshot("d-kept", { snapshotId: "s-auto-kept", type: "auto", tags: {} }),
        ],
      },
    );
    expect(text).toMatch(
      /StopInstance[^]*CreateSnapshot \(d-system\)[^]*CreateSnapshot \(d-data\)[^]*CreateSnapshot \(d-kept\)[^]*ModifyInstanceAttribute[^]*DeleteInstance \(CAN'T BE UNDONE\)/,
    );
    const lost = text.split("\n").find((line) => line.includes("lost for ever")) ?? "";
    const stays = text.split("\n").find((line) => line.includes("stays and keeps costing")) ?? "";
    for (const part of ["worker", "ecs.g7.large", "env=prod", "203.0.113.7", "d-system", "d-data", "s-auto"])
      expect(lost).toContain(part);
    for (const part of ["203.0.113.9", "d-kept", "s-manual", "s-auto-kept"]) {
      expect(stays).toContain(part);
      expect(lost).not.toMatch(new RegExp(`${part}\\b(?!-)`));
    }
  });

  it("disks that were not looked at are not claimed to be none", () => {
    const text = described({ state: "released" }, { status: "stopped" });
    expect(text).toMatch(/every disk that is set to go with it/);
    expect(text).toMatch(/disks that are not set to go with it/);
  });

  it("StopCharging says what it may cost", () => {
    expect(described({ state: "stopped", stop: { mode: "StopCharging" } })).toMatch(/public IP may change.*no stock/);
    expect(described({ state: "stopped" })).not.toMatch(/no stock/);
    const cycle = { status: "stopped", stoppedMode: "KeepCharging" };
    expect(described({ state: "stopped", stop: { mode: "StopCharging", applyModeNow: true } }, cycle)).toMatch(
      /StartInstance[^]*StopInstance[^]*no stock/,
    );
  });

  it("a time to live is announced by the time at which it ends, and never as a time that is taken away", () => {
    const wish: Wish = { releaseTime: { kind: "after", afterMs: 8 * 3_600_000, renew: undefined } };
    const ends = minutesFromNow(8 * 60);
    for (const releaseTime of [undefined, minutesFromNow(9 * 60)]) {
      const text = described(wish, { releaseTime }, true);
      expect(text).toContain(ends);
      expect(text).toMatch(/CAN'T BE UNDONE/);
      expect(text).not.toMatch(/-> none/);
      expect(text.split("\n")[0]).toContain(`-> ${ends}`);
    }
  });

  it("what is refused is said, and only protective steps stand before it", () => {
    const text = described(
      { state: "stopped", releaseTime: { kind: "never" }, expect: { instanceName: "db" } },
      { releaseTime: minutesFromNow(60) },
    );
    expect(text).toMatch(/ModifyInstanceAutoReleaseTime \(cancel\)[^]*then refused: expect\.instanceName/);
    expect(text).not.toMatch(/StopInstance/);
  });
});
