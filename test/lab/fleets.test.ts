import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Evidence, Operation } from "../../lab/evidence";
import { judgeLonger } from "../../lab/explore/longer-stories";
import { judgeWhole } from "../../lab/judge/whole";
import { VirtualTime } from "../../lab/model/virtual-time";
import { judgeEnding } from "../../lab/random/ending";
import { errorsOf } from "../../lab/random/errors-of";
import type { Sequence } from "../../lab/random/sequence";
import { tellSequence } from "../../lab/random/tell-sequence";
import { fleetSizeStories } from "../../lab/scenarios/fleet-size-stories";
import { longerStories } from "../../lab/scenarios/longer-stories";
import { machine } from "../../lab/scenarios/longer-story";

const time = new VirtualTime(0);
beforeEach(() => time.install());
afterEach(() => time.uninstall());

function story(name: string) {
  const found = longerStories.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no story ${name}`);
  return found;
}

/** The same, with a last operation that was another one. */
function withLast(evidence: Evidence, change: (last: Operation) => Partial<Operation>): Evidence {
  const [last, ...before] = [...evidence.operations].reverse();
  if (last === undefined) throw new Error("there was no operation");
  return { ...evidence, operations: [...before.reverse(), { ...last, ...change(last) }] };
}

function withReleaseTime({ worldAfter }: Operation, id: string, at: string): Pick<Operation, "worldAfter"> {
  const there = worldAfter.instances.get(id);
  if (there === undefined) throw new Error(`${id} is not there`);
  const instances = new Map([...worldAfter.instances, [id, { ...there, AutoReleaseTime: at }]]);
  return { worldAfter: { ...worldAfter, instances } };
}

const brokenBy = (evidence: Evidence) => [...new Set(judgeWhole(evidence).map(({ invariant }) => invariant))];

describe("stories of fleets", () => {
  it("have few, some and a dozen members, and are told with every kill", () => {
    const sizes = fleetSizeStories.map(({ name }) => /^fleet of (\d+):/.exec(name)?.[1]);
    expect(sizes).toEqual(expect.arrayContaining(["3", "5", "12"]));
    expect(fleetSizeStories.every(({ asFleets }) => asFleets === true)).toBe(true);
    expect(fleetSizeStories.filter(({ isThorough }) => isThorough === true).length).toBeGreaterThan(10);
  });

  it("one that is refused holds up no other member: if it does, it is found", async () => {
    const { name, ...told } = story("fleet of 12: half of them stand in the way of it");
    const chapters = told.chapters.map((chapter) =>
      chapter.kind === "sideBySide" ? { ...chapter, bad: chapter.bad.slice(1) } : chapter,
    );
    expect((await judgeLonger({ ...told, name }, time)).violations).toEqual([]);
    const { violations } = await judgeLonger({ ...told, name, chapters }, time);
    expect(violations).toMatchObject([
      { invariant: "L7", because: expect.stringContaining(machine(2)) as string },
      { invariant: "L7" },
    ]);
  });

  it("two runs of a fleet at once come between each other's calls", async () => {
    const { told } = await judgeLonger(story("two runs at once / fleet of 3 stopped, with a release time"), time);
    const [one, other] = told.evidence.operations;
    expect(other?.afterN).toBeLessThan(one?.toN ?? 0);
  });
});

describe("a release time of ours that the record has lost", () => {
  const killed = "fleet of 3: a release time, and the run is killed before it is recorded";
  const at = "2026-06-03T04:00:00Z";

  it("is found when it outlives its declaration, because a run ended well when it was declared", async () => {
    const { evidence } = (await judgeLonger(story(killed), time)).told;
    const lost = withLast(evidence, (last) => ({
      ...withReleaseTime(last, machine(1), at),
      stateBefore: last.stateBefore.map((one) => ({
        ...one,
        outputs: { ...one.outputs, autoReleaseAt: undefined, ownReleaseTime: null },
      })),
    }));
    expect(brokenBy(evidence)).toEqual([]);
    expect(brokenBy(lost)).toContain("S6");
  });

  it("is nobody's where only a run that was killed has set it", async () => {
    const whole = story(killed);
    // Without the run after the kill, nothing knows of the time.
    const chapters = whole.chapters.filter((_, index) => index !== 2);
    const { evidence } = (await judgeLonger({ ...whole, chapters }, time)).told;
    expect(evidence.operations.at(-1)?.worldAfter.instances.get(machine(1))?.AutoReleaseTime).toBe(at);
    expect(brokenBy(evidence)).toEqual([]);
  });

  it("is found when a run that failed has set it", async () => {
    const name = "fleet of 3: one gets a later release time, and does not stop; then all are left";
    const { evidence } = (await judgeLonger(story(name), time)).told;
    const left = withLast(evidence, (last) => withReleaseTime(last, machine(2), "2026-06-05T04:00:00Z"));
    expect(brokenBy(evidence)).toEqual([]);
    expect(brokenBy(left)).toContain("S6");
  });
});

function fleet(...steps: Sequence["steps"]): Sequence {
  const machines = ["running", "running", "running", "locked"] as const;
  return { machines, maxReleases: 1, parallel: 1, continueOnError: false, asFleets: true, steps };
}

describe("random sequences of fleets", () => {
  it("members join, leave and vanish: the others are done, and only what is so is refused", async () => {
    const told = await tellSequence(
      fleet(
        { do: "declare", machine: 0, wish: { state: "running" } },
        { do: "join", machine: 1, other: 0 },
        { do: "up" },
        { do: "declareAll", wish: { state: "stopped" } },
        { do: "takeOut", machine: 1 },
        { do: "hand", machine: 0, act: "delete", afterSeconds: 0 },
        { do: "pass", seconds: 60 },
      ),
      time,
    );
    const [first] = told.evidence.operations;
    const last = told.ending.at(-1);
    const ids = (operation: Operation | undefined) => operation?.stateAfter.map(({ id }) => id.slice(-1));
    expect(ids(first)).toEqual(["0", "1"]);
    // The locked one has never been adopted, and the one that vanished stays recorded.
    expect(ids(last)).toEqual(["0", "2"]);
    expect(new Set(last?.stateAfter.map(({ name }) => name.split("/")[0]))).toEqual(new Set(["fleet of machine-0"]));
    expect(last?.worldAfter.instances.get("i-bp1random000000002")?.Status).toBe("Stopped");
    expect(last?.worldAfter.instances.get("i-bp1random000000001")?.Status).toBe("Running");
    expect(judgeEnding(told)).toEqual([]);
  });

  it("what is said of several is told of each, and what follows of itself", () => {
    const printed = [
      "warning: 2 instances: not an error\n  i-a, i-b",
      "error: 2 instances: state: it is locked\nand it stays so\n  i-a (web), i-b (web)\nstate: i-c is gone",
      "error: select: finds nothing",
    ];
    expect(errorsOf({ printed } as unknown as Operation)).toEqual([
      "state: it is locked (i-a)",
      "and it stays so (i-a)",
      "state: it is locked (i-b)",
      "and it stays so (i-b)",
      "state: i-c is gone",
      "select: finds nothing",
    ]);
  });
});
