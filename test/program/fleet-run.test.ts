import { describe, expect, it } from "vitest";
import type { Observed } from "../../provider/core/model";
import { type FleetRun, inCommon, memberRun, readFleetRun, writeFleetRun } from "../../provider/fleet-run";
import type { RunInfo } from "../../provider/run-info";
import { absent, nowMs, present, regionId } from "../support/builders";

/** What a fleet's program hands over of each member, and what of it arrives. */

function info(instanceId: string, seen: Observed | undefined, different: Partial<RunInfo> = {}): RunInfo {
  const nothing = { refused: [], held: [], heldIfNew: [] };
  return { urn: "", dryRun: true, regionId, instanceId, atMs: nowMs, ...(seen && { seen }), ...nothing, ...different };
}

function handedOver(infos: readonly RunInfo[]): { readonly text: string; readonly run: FleetRun } {
  const text = writeFleetRun({
    urn: "urn:fleet",
    dryRun: true,
    by: "ids",
    regionId,
    instanceIds: infos.map(({ instanceId }) => String(instanceId)),
    exclude: [],
    order: "parallel",
    refused: [],
    said: [],
    unknown: [],
    elsewhere: {},
    inherited: { members: {} },
    ...inCommon(new Map(infos.map((one) => [String(one.instanceId), one]))),
  });
  return { text, run: readFleetRun(text) as FleetRun };
}

describe("what the program knows of a member", () => {
  const disks = [{ diskId: "d-1", type: "system", category: "cloud_essd", sizeGiB: 40 }] as const;
  it.each<[string, RunInfo]>([
    ["a running one", info("i-1", present({ instanceId: "i-1" }))],
    [
      "one with tags and an address",
      info("i-1", present({ instanceId: "i-1", tags: { a: "b" }, publicIps: ["1.2.3.4"] })),
    ],
    ["one with an elastic address", info("i-1", present({ instanceId: "i-1", elasticIp: "5.6.7.8" }))],
    ["one without a name", info("i-1", present({ instanceId: "i-1", instanceName: "" }))],
    ["one that is gone", info("i-1", absent)],
    ["one that nobody has seen", info("i-1", undefined, { unverified: "no answer" })],
    ["one that is held back", info("i-1", absent, { held: ["state: no"], together: ["state: no"] })],
    [
      "one whose disks are known",
      info("i-1", {
        ...present({ instanceId: "i-1" }),
        disks: disks.map((disk) => ({ ...disk, deleteWithInstance: true, deleteAutoSnapshot: false })),
      }),
    ],
  ])("arrives as it was handed over, whatever others are: %s", (_, one) => {
    const other = info("i-2", present({ instanceId: "i-2", instanceName: "other", tags: { c: "d" } }));
    const { run } = handedOver([other, one, info("i-3", absent)]);
    // JSON has no undefined.
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    expect(plain(memberRun(run, "i-1"))).toEqual(plain({ ...one, urn: "urn:fleet" }));
  });

  it("is nothing of one that it has not looked at", () => {
    expect(memberRun(handedOver([info("i-1", absent)]).run, "i-2")).toBeUndefined();
  });

  it("takes no more room than what is its own, although a refusal names all of them", () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `i-bp1${String(index).padStart(17, "0")}`);
    const held = [`state: 999 instances are due to be stopped, so none is: ${ids.slice(1).join(", ")}`];
    const infos = ids.map((id, index) =>
      info(id, present({ instanceId: id, instanceName: `web-${index}` }), index === 0 ? {} : { held, together: held }),
    );
    const { text, run } = handedOver(infos);
    expect(text.length / ids.length).toBeLessThan(400);
    expect(memberRun(run, ids[999] ?? "")?.held).toEqual(held);
    expect(memberRun(run, ids[0] ?? "")?.held).toEqual([]);
  });
});
