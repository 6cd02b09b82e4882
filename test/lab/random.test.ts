import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isBorneOut } from "../../lab/random/borne-out";
import { judgeEnding } from "../../lab/random/ending";
import { judgeSequence } from "../../lab/random/judge-sequence";
import { search } from "../../lab/random/search";
import type { Sequence } from "../../lab/random/sequence";
import { tellSequence } from "../../lab/random/tell-sequence";
import { VirtualTime } from "../../lab/model/virtual-time";

const time = new VirtualTime(0);
beforeEach(() => time.install());
afterEach(() => time.uninstall());

function sequence(...steps: Sequence["steps"]): Sequence {
  return { machines: ["running", "stopped"], maxReleases: 1, parallel: 1, continueOnError: false, steps };
}

describe("random sequences", () => {
  it("the same seed tells the same sequences, and nothing goes wrong in them", async () => {
    const first = await search(7, 8, time);
    expect(first.found).toBeUndefined();
    expect(first.sequences).toBe(8);
    expect(first.requests).toBeGreaterThan(100);
    expect(await search(7, 8, time)).toEqual(first);
  });

  it("steps do what they say: declared, stopped by the provider, started by hand, stopped again", async () => {
    const told = await tellSequence(
      sequence(
        { do: "declare", machine: 0, wish: { state: "stopped" } },
        { do: "up" },
        { do: "hand", machine: 2, act: "start", afterSeconds: 0 },
        { do: "up", mishap: { call: 2, fault: "wire reset-after" } },
      ),
      time,
    );
    const effects = told.evidence.ledger.filter(({ effect }) => effect !== "none").map(({ action }) => action);
    expect(effects).toEqual(["StopInstance", "control:patchInstance", "StopInstance"]);
    expect(told.evidence.ledger.some(({ fault }) => fault === "wire:reset-after")).toBe(true);
    expect(told.ending.map(({ exit }) => exit)).toEqual(["ok"]);
  });

  it("what is left undone without a word is found", async () => {
    // By nobody's fault but that of the story: what is told is judged as another declaration.
    const told = await tellSequence(sequence({ do: "declare", machine: 0, wish: { state: "running" } }), time);
    const ending = told.ending.map((operation) => ({
      ...operation,
      declarations: operation.declarations.map((one) => ({ ...one, args: { ...one.args, state: "stopped" } })),
    }));
    expect(judgeEnding(told)).toEqual([]);
    expect(judgeEnding({ ...told, ending }).map(({ invariant }) => invariant)).toEqual(["L1"]);
  });

  it("a refusal counts only where it is so", async () => {
    const told = await tellSequence(
      {
        ...sequence({ do: "declareAll", wish: { state: "released", expect: "name" } }),
        machines: ["protected", "running"],
      },
      time,
    );
    const [first] = told.ending;
    if (first === undefined) throw new Error("there was no ending");
    const refused = "state: i-bp1random000000000 has release protection and can't be released";
    const [isProtected, isNot] = first.declarations.map(({ args }) => args);
    expect(isBorneOut(refused, isProtected ?? {}, first)).toBe(true);
    expect(isBorneOut(refused, isNot ?? {}, first)).toBe(false);
  });

  it.each<readonly [reason: string, sequence: Sequence]>([
    [
      "a time to live that create counted later than the check",
      sequence(
        { do: "hand", machine: 0, act: "delete", afterSeconds: 0 },
        { do: "declareAll", wish: { time: { after: "31m" } } },
      ),
    ],
    [
      "a new name and no release time any more, in one run",
      sequence(
        { do: "declare", machine: 0, wish: { time: 31 } },
        { do: "up" },
        { do: "declare", machine: 0, wish: {} },
        { do: "rename", machine: 0 },
      ),
    ],
    [
      "a new name and a wrong declaration, in one run",
      sequence(
        { do: "declare", machine: 0, wish: { onDelete: "stop" } },
        { do: "up" },
        { do: "declare", machine: 0, wish: { wrong: true } },
        { do: "rename", machine: 0 },
      ),
    ],
    [
      "taken out when looks are older than the time that was set",
      sequence(
        { do: "declare", machine: 0, wish: { time: 31 } },
        { do: "up" },
        { do: "lag", seconds: 1 },
        { do: "destroy" },
      ),
    ],
    [
      "taken out of the declaration when looks are older than the time that was set",
      sequence(
        { do: "declare", machine: 0, wish: { time: 31 } },
        { do: "lag", seconds: 4 },
        { do: "up" },
        { do: "declareAll", wish: {} },
        { do: "up" },
      ),
    ],
  ])("found once, and mended: %s", async (_reason, found) => {
    const { violations } = await judgeSequence(found, time);
    expect(violations).toEqual([]);
  });
});
