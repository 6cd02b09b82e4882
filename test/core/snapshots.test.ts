import { describe, expect, it } from "vitest";
import type { Disk, Snapshot } from "../../provider/core/model";
import { plan } from "../../provider/core/plan";
import { failedSnapshots, isLocalDisk, snapshotsOfRelease, snapshotTag } from "../../provider/core/snapshots";
import {
  dataDisk,
  desired,
  disk,
  instanceId,
  localDisk,
  nowMs,
  plainSnapshot,
  present,
  recorded,
  snapshot,
  systemDisk,
} from "../support/builders";
import { spell } from "../support/spell";

const startedAt = "2026-06-01T09:00Z";
const both = [systemDisk, dataDisk];
const wish = desired({ state: "released", release: { snapshot: plainSnapshot } });

function planned(disks: readonly Disk[] | undefined, snapshots: readonly Snapshot[] | undefined, status = "stopped") {
  return plan(wish, present({ status, startedAt, disks, snapshots }), recorded(), nowMs);
}

describe("disks × what was saved of them", () => {
  const saved = (different: Partial<Snapshot>) => [snapshot("d-system", different)];
  /** What counts for this release, and what has to be begun again although something is there. */
  const counts = "…";
  const kinds: readonly (readonly [string, readonly Snapshot[], "done" | typeof counts | "begin"])[] = [
    ["none", [], "begin"],
    ["accomplished", saved({}), "done"],
    ["progressing", saved({ status: "progressing" }), counts],
    ["failed", saved({ status: "failed" }), "begin"],
    ["a status that is not known", saved({ status: "rolling" }), "begin"],
    ["failed, then accomplished", [...saved({ status: "failed" }), ...saved({ snapshotId: "s-2" })], "done"],
    ["failed, then progressing", [...saved({ status: "failed" }), ...saved({ status: "progressing" })], counts],
    ["accomplished, and a later one progressing", [...saved({}), ...saved({ status: "progressing" })], "done"],
    ["before the last start", saved({ createdAt: "2026-06-01T08:59:59Z" }), "begin"],
    ["in the minute of the last start", saved({ createdAt: "2026-06-01T09:00:59Z" }), "begin"],
    ["exactly one minute after it", saved({ createdAt: "2026-06-01T09:01:00Z" }), "begin"],
    ["one second later", saved({ createdAt: "2026-06-01T09:01:01Z" }), "done"],
    [
      "before the last start and progressing",
      saved({ createdAt: "2026-06-01T08:00:00Z", status: "progressing" }),
      "begin",
    ],
    ["at no readable time", saved({ createdAt: "" }), "begin"],
    ["without our tag", saved({ tags: {} }), "begin"],
    ["with another tag of the same value", saved({ tags: { owner: instanceId } }), "begin"],
    ["with our tag for another instance", saved({ tags: { [snapshotTag]: "i-other" } }), "begin"],
    ["with our tag, empty", saved({ tags: { [snapshotTag]: "" } }), "begin"],
    ["of a detached disk", [snapshot("d-detached")], "begin"],
    ["of another disk of the instance", [snapshot("d-data")], "begin"],
  ];

  it.each(kinds)("%s", (reason, snapshots, counted) => {
    const system = counted === "begin" ? "save(d-system) …snapshots " : counted === counts ? "…snapshots " : "";
    expect(spell(planned([systemDisk], snapshots).steps), `one disk, ${reason}`).toBe(`${system}release …gone`);
    // The other disk has an accomplished one of its own: nothing is done twice, and nothing is missing.
    const other = snapshot("d-data", { snapshotId: "s-data" });
    const rest = snapshots.filter(({ diskId }) => diskId !== "d-data");
    expect(spell(planned(both, [other, ...rest]).steps), `two disks, ${reason}`).toBe(`${system}release …gone`);
    // The other disk has none: it is begun, behind the first one or alone.
    const begun = counted === "begin" ? "save(d-system) save(d-data)" : "save(d-data)";
    expect(spell(planned(both, rest).steps), `the second disk has none, ${reason}`).toBe(
      `${begun} …snapshots release …gone`,
    );
    expect(planned(both, rest).refusals).toEqual([]);
  });

  it.each([
    ["stopped", "save(d-system) save(d-data) …snapshots release …gone"],
    ["running", "stop …stopped save(d-system) save(d-data) …snapshots release …gone"],
    ["starting", "…running stop …stopped save(d-system) save(d-data) …snapshots release …gone"],
    ["pending", "…running stop …stopped save(d-system) save(d-data) …snapshots release …gone"],
    ["stopping", "…stopped save(d-system) save(d-data) …snapshots release …gone"],
    ["Quarantined", ""],
  ])("%s: stop, then every disk, then all accomplished, then delete", (status, steps) => {
    expect(spell(planned(both, [], status).steps)).toBe(steps);
  });

  it("disks that nobody has looked at are planned as every disk, and nothing is released before", () => {
    const { steps, refusals } = planned(undefined, undefined);
    expect(spell(steps)).toMatch(/^save\(.+\) …snapshots release …gone$/);
    expect(refusals).toEqual([]);
    expect(spell(planned(both, undefined).steps)).toBe("save(d-system) save(d-data) …snapshots release …gone");
  });

  it("an instance that never ran has disks that cannot have changed since", () => {
    const never = present({ status: "stopped", startedAt: "", disks: [systemDisk], snapshots: [snapshot("d-system")] });
    expect(spell(plan(wish, never, recorded(), nowMs).steps)).toBe("release …gone");
  });

  it("the tag is the documented one: with another name a later version would not know what this one has begun", () => {
    expect(snapshotTag).toBe("pulumi-alicloud-lifecycle");
  });

  it("a tag that every object seems to have is no tag", () => {
    const inherited = Object.create({ [snapshotTag]: instanceId }) as Record<string, string>;
    expect(spell(planned([systemDisk], [snapshot("d-system", { tags: inherited })]).steps)).toMatch(/^save/);
  });
});

describe("what can't be saved is not released", () => {
  it.each([
    ["no disk is listed", [], /^release\.snapshot: .*no disk.*DescribeDisks/],
    ["a local disk alone", [localDisk], /^release\.snapshot: .*d-local.*local disk/],
    ["a local disk beside others", [systemDisk, localDisk], /^release\.snapshot: .*d-local.*local disk/],
    ["an old local disk", [systemDisk, disk("d-old", { category: "ephemeral_ssd" })], /^release\.snapshot: .*d-old/],
  ] as const)("%s", (_reason, disks, says) => {
    for (const status of ["running", "stopped"]) {
      const { refusals } = planned(disks, [], status);
      expect(refusals).toEqual([expect.stringMatching(says)]);
    }
  });

  it("every local disk is named", () => {
    expect(planned([localDisk, disk("d-local2", { category: "local_hdd_pro" })], []).refusals).toHaveLength(2);
  });

  it("no snapshot asked for, none in the way", () => {
    for (const disks of [undefined, [], [localDisk]]) {
      const plain = plan(desired({ state: "released" }), present({ status: "stopped", disks }), recorded(), nowMs);
      expect(spell(plain.steps)).toBe("release …gone");
      expect(plain.refusals).toEqual([]);
    }
  });

  it("asked for, but nothing is released: no matter", () => {
    for (const state of ["running", "stopped", undefined] as const) {
      const other = desired({ state, release: { snapshot: plainSnapshot } });
      const { steps, refusals } = plan(other, present({ disks: [localDisk], snapshots: [] }), recorded(), nowMs);
      expect(spell(steps)).not.toMatch(/save|release/);
      expect(refusals).toEqual([]);
    }
  });
});

describe("what a release rests on", () => {
  const seen = present({
    startedAt,
    disks: both,
    snapshots: [
      snapshot("d-system"),
      snapshot("d-system", { snapshotId: "s-failed", status: "failed" }),
      snapshot("d-system", { snapshotId: "s-old", createdAt: "2026-06-01T08:00:00Z" }),
      snapshot("d-data", { status: "failed" }),
      snapshot("d-data", { snapshotId: "s-failed-2", status: "failed" }),
      snapshot("d-data", { snapshotId: "s-foreign", tags: {} }),
      snapshot("d-detached"),
    ],
  });

  it("are the accomplished ones that count", () => {
    expect(snapshotsOfRelease(seen).map(({ snapshotId }) => snapshotId)).toEqual(["s-of-d-system"]);
    expect(snapshotsOfRelease(present())).toEqual([]);
  });

  it("each failed one that counts asks for another token", () => {
    expect(failedSnapshots("d-system", seen)).toBe(1);
    expect(failedSnapshots("d-data", seen)).toBe(2);
    expect(failedSnapshots("d-detached", seen)).toBe(0);
    expect(failedSnapshots("d-data", present())).toBe(0);
  });

  it.each([
    ["cloud_essd", false],
    ["cloud_auto", false],
    ["cloud", false],
    ["elastic_ephemeral_disk_standard", false],
    ["", false],
    ["local_ssd_pro", true],
    ["local_hdd_pro", true],
    ["ephemeral", true],
    ["ephemeral_ssd", true],
  ])("category %s is local: %s", (category, local) => {
    expect(isLocalDisk(disk("d", { category }))).toBe(local);
  });
});
