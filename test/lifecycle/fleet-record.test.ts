import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Properties } from "../../provider/core/outputs";
import { toOutputs } from "../../provider/core/outputs";
import { Members, readRecord, writeRecord } from "../../provider/methods/fleet-record";
import { nowMs, present, regionId } from "../support/builders";

/** How a fleet's members are written into the state, and read from it. */

const declared = { state: "stopped", regionId, stop: { mode: "KeepCharging", force: false } };

function outputsOf(instanceId: string, more: Properties = {}, args: Properties = declared): Properties {
  const steps = [{ call: "StopInstance", because: "declared stopped, observed running", requestId: "R-1" }];
  const observed = present({ instanceId, instanceName: `web-${instanceId}`, status: "stopped" });
  const reached = { observed, atMs: nowMs, accountId: "1", releasedBy: undefined, done: steps };
  return { ...toOutputs({ ...args, instanceId }, reached, undefined), ...more };
}

function written(all: readonly Properties[], args: Properties = declared): Properties {
  const members = new Members();
  for (const one of all) members.set(String(one.instanceId), one);
  return writeRecord(args, { instanceIds: members.ids(), goneIds: [], members });
}

/** As it comes back from the engine: with the keys of each object in another order. */
function throughTheEngine(properties: Properties): Properties {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, turned(item)] as const)
        .reverse(),
    );
  };
  return turned(JSON.parse(JSON.stringify(properties))) as Properties;
}

const read = (properties: Properties) => readRecord(properties)?.members ?? new Members();

describe("what is recorded of the members", () => {
  const facts = fc.record({
    status: fc.constantFrom("running", "stopped", null),
    instanceName: fc.constantFrom("a", "b", null),
    ownReleaseTime: fc.constantFrom("2026-12-01T00:00:00Z", null),
    snapshotIds: fc.constantFrom<string[][]>([], ["s-1"], ["s-1", "s-2"]),
    releasedBy: fc.constantFrom("timer", null),
  });
  const args = fc.constantFrom<Properties[]>(declared, { state: "running", regionId }, { regionId });

  it("is read as each was, whatever others are, also after the engine had it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(facts, args), { maxLength: 12 }), (all) => {
        const members = all.map(([more, own], index) => outputsOf(`i-${index}`, more, own));
        const once = read(throughTheEngine(written(members)));
        const twice = read(throughTheEngine(writeRecord(declared, { instanceIds: [], goneIds: [], members: once })));
        for (const found of [once, twice]) {
          expect(found.ids()).toHaveLength(members.length);
          expect(members.map(({ instanceId }) => found.get(String(instanceId)))).toEqual(members);
        }
      }),
    );
  });

  it("is written once where it is the same for all, and takes little of each", () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `i-${index}`);
    const record = written(ids.map((id) => outputsOf(id)));
    expect(record.alike).toHaveLength(1);
    expect(record).not.toHaveProperty("declarations");
    const members = record.members as Readonly<Record<string, Properties>>;
    expect(Object.keys(members["i-7"] ?? {}).sort()).toEqual([
      "createdAt",
      "instanceName",
      "like",
      "serialNumber",
      "status",
    ]);
  });

  it("keeps nothing of what none of them has any more", () => {
    const members = read(written([outputsOf("i-1", { accountId: "2" }, { regionId }), outputsOf("i-2")]));
    members.delete("i-1");
    const record = writeRecord(declared, { instanceIds: ["i-2"], goneIds: [], members });
    expect(record.alike).toEqual([expect.objectContaining({ accountId: "1" })]);
    expect(record).not.toHaveProperty("declarations");
  });

  it("says of a member which earlier declaration it has reached, once for all of those", () => {
    const old = { state: "running", regionId };
    const record = written([outputsOf("i-1", {}, old), outputsOf("i-2"), outputsOf("i-3", {}, old)]);
    expect(record.declarations).toEqual([old]);
    expect(record.members).toMatchObject({ "i-1": { of: 0 }, "i-3": { of: 0 } });
    expect(record.members).not.toHaveProperty("i-2.of");
  });

  it("of a newer version stays of that version, so that each member is refused by it", () => {
    const members = read({ ...written([outputsOf("i-1")]), schemaVersion: 99 });
    expect(members.get("i-1")?.schemaVersion).toBe(99);
  });

  it.each([
    { like: 7 },
    { like: "x" },
    {},
    { of: 3, like: 0 },
  ])("that is broken (%j) is read as what is left of it", (part) => {
    const record = { ...written([outputsOf("i-1")]), members: { "i-1": { ...part, status: "running" } } };
    expect(read(record).get("i-1")).toMatchObject({ instanceId: "i-1", status: "running" });
  });
});
