import { describe, expect, it } from "vitest";
import { proveAbsence } from "../../provider/reconcile/absence";
import { instanceId, present } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { FakeEcs } from "../support/fake-ecs";

interface Copies {
  readonly attribute: "present" | "absent";
  readonly maySee: boolean;
  readonly isListed: boolean;
}

/** Every call is answered by a copy of its own, and they need not agree. */
class Disagreeing extends FakeEcs {
  constructor(
    clock: FakeClock,
    private readonly copies: Copies,
  ) {
    super(clock, copies.isListed ? [present()] : []);
  }

  override async confirm(id: string) {
    await super.confirm(id);
    return this.copies.attribute;
  }

  override async mayObserve() {
    await super.mayObserve();
    return this.copies.maySee;
  }
}

async function prove(copies: Copies, lookedAgoMs = 0) {
  const clock = new FakeClock();
  const ecs = new Disagreeing(clock, copies);
  const absence = await proveAbsence(ecs, clock, instanceId, clock.nowMs() - lookedAgoMs);
  return { absence, calls: ecs.names(), sleeps: clock.sleeps };
}

describe("an absence", () => {
  it.each([
    ["proven", { attribute: "absent", maySee: true, isListed: false }, ["confirm", "mayObserve", "observe"]],
    // The list that was empty and the attribute came from copies that were behind, and the list has caught up.
    ["listed", { attribute: "absent", maySee: true, isListed: true }, ["confirm", "mayObserve", "observe"]],
    ["listed", { attribute: "present", maySee: true, isListed: false }, ["confirm"]],
    ["notAllowedToSee", { attribute: "absent", maySee: false, isListed: false }, ["confirm", "mayObserve"]],
  ] as const)("is %s where the copies say %o", async (wanted, copies, calls) => {
    expect(await prove(copies)).toEqual({ absence: wanted, calls, sleeps: [5_000] });
  });

  it("waits only for what is left of the 5 s since the first look", async () => {
    const gone = { attribute: "absent", maySee: true, isListed: false } as const;
    expect((await prove(gone, 1_500)).sleeps).toEqual([3_500]);
    expect((await prove(gone, 5_000)).sleeps).toEqual([]);
    expect((await prove(gone, 60_000)).sleeps).toEqual([]);
  });
});
