import { describe, expect, it } from "vitest";
import { UsageError } from "../../../cli/usage-error";
import { readState } from "../../../cli/report/read-state";
import { one, spanTexts, stateReport } from "./reported";
import { exported, officeHours, previewed, resourceOf, sampleFleet, secret, type } from "./written";

const read = (text: string) => readState(text, "--state", "state.json");

describe("readState", () => {
  it("takes our instances and counts what is somebody else's", () => {
    const other = (kind: string) => ({ urn: `urn:pulumi:dev::fleet::${kind}::x`, type: kind, id: "x" });
    const found = read(
      exported(sampleFleet(), [
        other("pulumi-alicloud-lifecycle:index:FleetLifecycle"),
        other("pulumi-nodejs:dynamic/alicloud:FleetMembers"),
        other("pulumi:providers:pulumi-nodejs"),
        other("alicloud:ecs/instance:Instance"),
        other("pulumi-nodejs:dynamic:Resource"),
      ]),
    );
    expect(found.instances.map(({ name }) => name)).toEqual(["web", "api", "db", "archive", "batch", "review"]);
    expect(found.ignored).toBe(2);
  });

  it("takes a fleet's children, whose URN names their parent, and a name with colons", () => {
    const text = exported(
      [],
      [
        {
          ...resourceOf({ name: "x", args: { instanceId: "i-bp1a", state: "running" } }),
          urn: `urn:pulumi:dev::fleet::pulumi-alicloud-lifecycle:index:FleetLifecycle$${type}::a::b`,
        },
      ],
    );
    expect(read(text).instances.map(({ name }) => name)).toEqual(["a::b"]);
  });

  it("believes the declaration and not what a refresh has made of the inputs", () => {
    const text = exported([
      {
        name: "db",
        args: { instanceId: "i-bp1db", state: "running", drift: "report" },
        mirrored: { state: "stopped" },
        recorded: {
          status: "stopped",
          observedDrift: { declared: { state: "running" }, observed: { state: "stopped", autoReleaseAt: "never" } },
        },
      },
    ]);
    const db = one(stateReport(text), "db");
    expect(db.declared).toBe("running");
    expect(db.status).toBe("stopped");
    expect(db.drift).toBe(
      'drift: i-bp1db: state is stopped, declared is running; nothing is changed, because drift is declared "report"',
    );
  });

  it("leaves out what is only waiting to be deleted, and says that an update was interrupted", () => {
    const pending = {
      ...resourceOf({ name: "old", args: { instanceId: "i-bp1old", state: "stopped" } }),
      delete: true,
    };
    const state = JSON.parse(exported(sampleFleet(), [pending])) as { deployment: Record<string, unknown> };
    state.deployment.pending_operations = [{ type: "creating" }];
    const found = read(JSON.stringify(state));
    expect(found.instances.some(({ name }) => name === "old")).toBe(false);
    expect(found.notes.join()).toMatch(/interrupted.*pulumi up/);
  });

  it("shows a secret as one, also where the same stands in clear as the resource's id", () => {
    const inClear = { ...secret, ciphertext: undefined, plaintext: '"i-bp1clear"' };
    const text = exported([
      { name: "hidden", id: "i-bp1hidden", args: { instanceId: secret, schedule: secret, state: secret } },
      { name: "clear", id: "i-bp1clear", args: { instanceId: inClear, state: "running" } },
    ]);
    expect(text).toContain("i-bp1hidden");
    const report = stateReport(text);
    expect(one(report, "hidden")).toMatchObject({ instanceId: "secret", declared: "secret" });
    expect(one(report, "clear").instanceId).toBe("secret");
    expect(spanTexts(one(report, "hidden"))).toEqual(["unknown 2026-11-23T00:00Z..2026-11-30T00:00Z"]);
    expect(JSON.stringify(report)).not.toMatch(/ciphertext|plaintext|i-bp1hidden|i-bp1clear|bm90LWEtc2VjcmV0/);
  });

  it("reads an empty stack", () => {
    expect(read('{"version":3,"deployment":{"manifest":{}}}').instances).toEqual([]);
  });

  it.each([
    ["no JSON", "{", /--state: state.json is not JSON.*pulumi stack export/],
    ["nothing", " ", /is empty.*pulumi stack export/],
    ["a list", "[]", /not a JSON object/],
    ["another JSON", '{"name":"x"}', /no export of a stack.*pulumi stack export/],
    ["a preview", previewed([]), /preview; pass it with --preview/],
    [
      "a newer version's",
      exported([{ name: "web", args: { instanceId: "i-bp1a" }, recorded: { schemaVersion: 99 } }]),
      /web: .*newer.*upgrade the package/,
    ],
  ])("refuses %s in one line", (_, text, wanted) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(wanted);
    expect(() => read(text)).not.toThrow(/\n/);
  });

  it("quotes nothing of a text that it can't parse", () => {
    expect(() => read('{"password": hunter2')).not.toThrow(/hunter2/);
  });

  it("reads what stands beside a wrong schedule", () => {
    const text = exported([
      {
        name: "bad",
        args: { instanceId: "i-bp1bad", state: "running", schedule: { ...officeHours, zone: "Nowhere" } },
      },
      { name: "web", args: { instanceId: "i-bp1web", state: "running", schedule: officeHours } },
    ]);
    const report = stateReport(text);
    expect(one(report, "bad").notes.join()).toMatch(/schedule\.zone/);
    expect(one(report, "web").hours.running).toBe(60);
  });
});
