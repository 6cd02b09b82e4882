import { describe, expect, it } from "vitest";
import { describePlan, describeWrite } from "../../provider/core/describe";
import type { Present } from "../../provider/core/model";
import { plan } from "../../provider/core/plan";
import { isWrite } from "../../provider/core/steps";
import {
  dataDisk,
  desired,
  disk,
  instanceId,
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

  /** The lines of a plan, without the two about what a release costs. */
  function linesOf(wish: Wish, seen: Partial<Present> = {}): readonly string[] {
    return described(wish, seen)
      .split("\n")
      .filter((line) => !/lost for ever|keeps costing/.test(line));
  }

  const day = minutesFromNow(24 * 60);
  const later = minutesFromNow(48 * 60);
  const because = (state: string, status: string) => `declared ${state}, observed ${status}`;

  it.each([
    [
      "a stop by force",
      { state: "stopped", stop: { force: true } },
      {},
      [
        `${instanceId} (worker): running -> stopped`,
        `  1. StopInstance (KeepCharging, by force): ${because("stopped", "running")}`,
        "  2. wait until it is stopped",
      ],
    ],
    [
      "a start of one without a name",
      { state: "running", expect: {} },
      { status: "stopped", instanceName: "" },
      [
        `${instanceId}: stopped -> running`,
        `  1. StartInstance: ${because("running", "stopped")}`,
        "  2. wait until it is running",
      ],
    ],
    [
      "hibernating, and by force later",
      { state: "stopped", stop: { hibernate: true, forceAfterMs: 3_723_000 } },
      {},
      [
        `${instanceId} (worker): running -> stopped`,
        `  1. StopInstance (KeepCharging, hibernating; if not stopped after 1h2m3s: StopInstance by force): ${because("stopped", "running")}`,
        "  2. wait until it is stopped",
      ],
    ],
    [
      "a release by force",
      { state: "released", release: { force: true } },
      {},
      [
        `${instanceId} (worker): running -> released`,
        `  1. DeleteInstance (by force, CAN'T BE UNDONE): ${because("released", "running")}`,
        "  2. wait until it is gone",
      ],
    ],
    [
      "a release with all that comes before it",
      { state: "released", release: { snapshot: plainSnapshot, liftProtection: true } },
      { status: "stopped", deletionProtection: true, disks: [systemDisk], snapshots: [] },
      [
        `${instanceId} (worker): stopped -> released`,
        "  1. CreateSnapshot (d-system): release.snapshot is declared",
        "  2. wait until every snapshot is accomplished",
        '  3. ModifyInstanceAttribute (release protection off; put back if the release is refused): release.deletionProtection is declared "lift"',
        `  4. DeleteInstance (CAN'T BE UNDONE): ${because("released", "stopped")}`,
        "  5. wait until it is gone",
      ],
    ],
    [
      "a new release time, the power state not managed",
      { releaseTime: { kind: "at", at: day } },
      {},
      [
        `${instanceId} (worker): release time none -> ${day}`,
        `  1. ModifyInstanceAutoReleaseTime (release at ${day}, CAN'T BE UNDONE once that time has come): autoReleaseAt is declared ${day}, and none is set`,
      ],
    ],
    [
      "a later one, and a stop",
      { state: "stopped", releaseTime: { kind: "at", at: later } },
      { releaseTime: day },
      [
        `${instanceId} (worker): running -> stopped, release time ${day} -> ${later}`,
        `  1. ModifyInstanceAutoReleaseTime (release at ${later}, later than now set): autoReleaseAt is declared ${later}, and ${day} is set`,
        `  2. StopInstance (KeepCharging): ${because("stopped", "running")}`,
        "  3. wait until it is stopped",
      ],
    ],
    [
      "a time that is cancelled",
      { releaseTime: { kind: "never" } },
      { releaseTime: day },
      [
        `${instanceId} (worker): release time ${day} -> none`,
        `  1. ModifyInstanceAutoReleaseTime (cancel): autoReleaseAt is declared never, and ${day} is set`,
      ],
    ],
  ] as const)("every line of it: %s", (_reason, wish, seen, lines) => {
    expect(linesOf(wish, seen)).toEqual(lines);
  });

  it("a release time for what is as declared otherwise: its state is no change", () => {
    const text = described({ state: "running", releaseTime: { kind: "at", at: day } });
    expect(text.split("\n")[0]).toBe(`${instanceId} (worker): running, release time none -> ${day}`);
  });

  it.each([
    ["a stop", { state: "stopped", stop: { force: true } }, {}, ` ${instanceId} (KeepCharging, by force): `],
    ["a new time", { releaseTime: { kind: "at", at: day } }, {}, ` ${instanceId} (release at ${day}, `],
    ["a cancelled one", { releaseTime: { kind: "never" } }, { releaseTime: day }, ` ${instanceId} (cancel): `],
    [
      "a snapshot",
      { state: "released", release: { snapshot: plainSnapshot } },
      { status: "stopped", disks: [dataDisk], snapshots: [] },
      `CreateSnapshot d-data of ${instanceId}: `,
    ],
  ] as const)("%s is logged with what the preview says of it", (_reason, wish, seen, says) => {
    const [step] = plan(desired(wish), present(seen), recorded(), nowMs).steps;
    if (step === undefined || !isWrite(step)) throw new Error("nothing is called");
    expect(describeWrite(step, instanceId)).toContain(says);
    expect(describeWrite(step, instanceId, " (answer lost)")).toContain(" (answer lost): ");
  });

  it.each([
    ["autoReleaseAt", {}],
    ["autoReleaseAfter", { autoReleaseAfter: "8h" }],
  ])("a time that is withdrawn is cancelled under its own name: %s", (name, args) => {
    const before = recorded({ declared: { instanceId, ...args }, declaredReleaseTime: day });
    const wish = desired({ releaseTime: { kind: "withdrawn" } });
    const [step] = plan(wish, present({ releaseTime: day }), before, nowMs).steps;
    expect(step?.because).toBe(`${name} was declared and no longer is, and ${day} is set`);
  });

  it("refused altogether, there is no plan to show: the refusal is said elsewhere", () => {
    expect(described({ state: "stopped", expect: { instanceName: "db" } })).toBe("");
  });

  it.each([
    [300_000, "5m"],
    [3_600_000, "1h"],
    [86_400_000, "24h"],
    [1_000, "1s"],
    [3_601_000, "1h1s"],
  ])("%d ms is written as an argument would be: %s", (forceAfterMs, written) => {
    expect(described({ state: "stopped", stop: { forceAfterMs } })).toContain(`if not stopped after ${written}: `);
  });

  /** The two lines about what a release costs. */
  function costsOf(seen: Partial<Present>): readonly string[] {
    return described({ state: "released", expect: {} }, { status: "stopped", ...seen })
      .split("\n")
      .filter((line) => /lost for ever|keeps costing/.test(line));
  }

  it.each([
    [
      "nothing special about it, and nothing that stays",
      { instanceName: "", instanceType: "", disks: [], snapshots: [] },
      [
        `  lost for ever: ${instanceId}, name (none), type (unknown), tags (none)`,
        "  stays and keeps costing: nothing",
      ],
    ],
    [
      "several of each",
      {
        tags: { env: "prod", team: "a" },
        publicIps: ["203.0.113.7", "203.0.113.8"],
        elasticIp: "203.0.113.9",
        disks: [
          systemDisk,
          disk("d-own", { deleteAutoSnapshot: false }),
          disk("d-kept", { deleteWithInstance: false }),
          disk("d-kept2", { deleteWithInstance: false, sizeGiB: 100, category: "cloud_auto" }),
        ],
        snapshots: [
          snapshot("d-system", { snapshotId: "s-auto", type: "auto" }),
          snapshot("d-system", { snapshotId: "s-timer", type: "timer" }),
          snapshot("d-system", { snapshotId: "s-user", type: "user" }),
          snapshot("d-own", { snapshotId: "s-own-auto", type: "auto" }),
          snapshot("d-kept", { snapshotId: "s-kept-auto", type: "auto" }),
        ],
      },
      [
        `  lost for ever: ${instanceId}, name worker, type ecs.g7.large, tags env=prod team=a; public IP 203.0.113.7, 203.0.113.8; system disk d-system (40 GiB cloud_essd); data disk d-own (40 GiB cloud_essd); automatic snapshots s-auto, s-timer`,
        "  stays and keeps costing: elastic IP 203.0.113.9; data disk d-kept (40 GiB cloud_essd); data disk d-kept2 (100 GiB cloud_auto); snapshots s-user, s-own-auto, s-kept-auto",
      ],
    ],
    [
      "disks that were looked at, snapshots that were not",
      { disks: [systemDisk], snapshots: undefined },
      [
        `  lost for ever: ${instanceId}, name worker, type ecs.g7.large, tags (none); system disk d-system (40 GiB cloud_essd)`,
        "  stays and keeps costing: nothing",
      ],
    ],
    [
      "nothing that was looked at",
      { publicIps: ["203.0.113.7"], elasticIp: "203.0.113.9" },
      [
        `  lost for ever: ${instanceId}, name worker, type ecs.g7.large, tags (none); public IP 203.0.113.7; every disk that is set to go with it, with its automatic snapshots where so set`,
        "  stays and keeps costing: elastic IP 203.0.113.9, disks that are not set to go with it, manual snapshots",
      ],
    ],
    [
      "nothing that was looked at, and no address",
      {},
      [
        `  lost for ever: ${instanceId}, name worker, type ecs.g7.large, tags (none); every disk that is set to go with it, with its automatic snapshots where so set`,
        "  stays and keeps costing: disks that are not set to go with it, manual snapshots",
      ],
    ],
  ])("what a release costs: %s", (_reason, seen, lines) => {
    expect(costsOf(seen)).toEqual(lines);
  });
});
