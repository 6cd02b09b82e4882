import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Present } from "../../provider/core/model";
import { absent, instanceId, present } from "../support/builders";
import type { CallName } from "../support/fake-ecs";
import { type Properties, registered, stage } from "../support/stage";

// Outputs as the first version of the schema has recorded them: without autoReleaseFixedAt, snapshotIds, the reported
// drift and the count of corrections. Every later version has to read them, see no difference, update and delete.
const folder = join(__dirname, "states");

interface Row {
  /** The instance as it is found today, or nothing. */
  readonly seen: Present | undefined;
  /** The same declaration is a change: the last run has stopped half-way. */
  readonly goesOn?: true;
  /** What a refresh mirrors into the inputs, where that is not what was declared. */
  readonly mirrored?: Properties;
  /** Recorded as gone for good: nothing is asked for. */
  readonly settled?: true;
  /** What an update with another time-out has to call. */
  readonly update?: readonly CallName[];
  readonly delete?: readonly CallName[];
}

const stoppedOne = (stoppedMode: string, different: Partial<Present> = {}) =>
  present({ status: "stopped", stoppedMode, ...different });

const rows: Readonly<Record<string, Row>> = {
  running: { seen: present() },
  stopped: { seen: stoppedOne("StopCharging") },
  "released-by-declaration": { seen: undefined, settled: true },
  "released-by-timer": { seen: undefined, settled: true },
  "gone-unknown": { seen: undefined, settled: true },
  "failed-half-way": {
    seen: stoppedOne("KeepCharging"),
    goesOn: true,
    mirrored: { state: "stopped" },
    update: ["release"],
  },
  "with-release-time": { seen: present({ releaseTime: "2026-06-02T12:00:00Z" }), delete: ["cancelReleaseTime"] },
  "all-arguments": { seen: stoppedOne("KeepCharging", { tags: { env: "prod" } }) },
};

const firstArguments = [
  "instanceId",
  "regionId",
  "state",
  "autoReleaseAt",
  "stop",
  "release",
  "expect",
  "onDelete",
  "timeouts",
];

function load(name: string): Properties {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Properties;
}

function declaredIn(outputs: Properties): Properties {
  return Object.fromEntries(firstArguments.flatMap((name) => (name in outputs ? [[name, outputs[name]]] : [])));
}

/** Inputs as the check of the first version has left them. */
function inputsOf(outputs: Properties): Properties {
  const memory = {
    seenAt: outputs.lastSeenAt,
    ...(outputs.releasedBy === null ? {} : { releasedBy: outputs.releasedBy }),
  };
  return { ...declaredIn(outputs), __provider: "provider text", __recorded: JSON.stringify(memory) };
}

function on({ seen }: Row) {
  return stage(seen === undefined ? [] : [seen], { releaseTakesMs: 2_000 });
}

it("every recorded state has its row", () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(rows)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

describe.each(Object.entries(rows))("state of the first version: %s", (name, row) => {
  const state = load(name);
  const declared = declaredIn(state);

  it("is read: what is there is recorded, what was declared stays verbatim", async () => {
    const at = on(row);
    const { id, props, inputs } = await at.lifecycle.read(instanceId, state);
    expect(id).toBe(instanceId);
    expect(props).toMatchObject(declared);
    expect(inputs).toMatchObject({ ...declared, ...row.mirrored });
    expect(
      Object.keys(inputs)
        .filter((key) => !key.startsWith("__"))
        .sort(),
    ).toEqual(Object.keys(declared).sort());
    expect(props).toMatchObject({
      status: state.status,
      releasedBy: state.releasedBy,
      lastRun: state.lastRun as object,
    });
    expect(JSON.parse(JSON.stringify(props))).toEqual(props);
    expect(at.ecs.writes()).toEqual([]);
    if (row.settled === true) expect(at.connects).toBe(0);
    // Read again, it is the same but for the time of the look.
    const again = await on(row).lifecycle.read(instanceId, props);
    expect(again.props).toEqual(props);
  });

  it(`the same declaration is ${row.goesOn === true ? "gone on with" : "no difference"}, seen by the program, after a refresh, and unseen`, async () => {
    const { props, inputs: refreshed } = await on(row).lifecycle.read(instanceId, state);
    for (const outputs of [state, props]) {
      for (const olds of [inputsOf(state), { ...refreshed, __provider: "provider text" }]) {
        for (const run of [{ seen: row.seen ?? absent }, { unverified: "no network" }]) {
          const at = on(row);
          const { inputs, failures } = at.lifecycle.check(olds, registered(declared, run));
          // A release that is still to be done is not done unseen.
          const isHeld = row.goesOn === true && "unverified" in run;
          expect(failures.map(({ reason }) => reason)).toEqual(
            isHeld ? [expect.stringMatching(/can't be verified/)] : [],
          );
          expect(at.lifecycle.diff(outputs, inputs)).toEqual({ changes: row.goesOn === true, replaces: [] });
          expect(at.said.filter((text) => text.startsWith("warning"))).toEqual([]);
          expect(at.connects).toBe(0);
        }
      }
    }
  });

  it("is updated, and has every output of today then", async () => {
    const at = on(row);
    const news = registered({ ...declared, timeouts: { stop: "21m" } }, { seen: row.seen ?? absent, dryRun: false });
    const { inputs, failures } = at.lifecycle.check(inputsOf(state), news);
    expect(failures).toEqual([]);
    expect(at.lifecycle.diff(state, inputs)).toEqual({ changes: true, replaces: [] });
    const { outs } = await at.lifecycle.update(state, inputs);
    expect(at.ecs.writes()).toEqual(row.update ?? []);
    for (const key of Object.keys(state).filter((one) => one !== "__provider" && one !== "timeouts"))
      expect(outs).toHaveProperty(key);
    expect(outs).toMatchObject({ timeouts: { stop: "21m" }, autoReleaseFixedAt: null, snapshotIds: [] });
    expect(outs.lastRun).toMatchObject({ corrections: 0 });
    expect(at.lifecycle.diff(outs, inputs).changes).toBe(false);
  });

  it("takes an argument that came later", async () => {
    const at = on(row);
    const args = { ...declared, drift: "report", release: { deletionProtection: "lift" } };
    const news = registered(args, { seen: row.seen ?? absent });
    const { inputs, failures } = at.lifecycle.check(inputsOf(state), news);
    expect(failures).toEqual([]);
    expect(at.lifecycle.diff(state, inputs)).toEqual({ changes: true, replaces: [] });
    const { outs } = await at.lifecycle.update(state, inputs);
    expect(outs).toMatchObject({ drift: "report", release: { deletionProtection: "lift" } });
  });

  it("is deleted", async () => {
    const at = on(row);
    await at.lifecycle.delete(instanceId, state);
    expect(at.ecs.writes()).toEqual(row.delete ?? []);
    if (row.settled === true) expect(at.connects).toBe(0);
  });
});
