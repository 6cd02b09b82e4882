import { describe, expect, it } from "vitest";
import { absent, minutesFromNow, present } from "../support/builders";
import { type Properties, registered, stage } from "../support/stage";

/** The check sees recorded inputs only, and those are as they were before the release. */
describe("running again after a release by declaration, without a refresh in between", () => {
  function reasonAfter(before: Properties): string {
    const on = stage();
    const released = on.lifecycle.check({}, registered(before, { seen: present() }));
    expect(released.failures).toEqual([]);
    const { failures } = on.lifecycle.check(released.inputs, registered({ state: "running" }, { seen: absent }));
    return failures.map(({ reason }) => reason).join();
  }

  it("says that it was released by declaration and can't come back", () => {
    const released = { state: "released", expect: { instanceName: "worker" } };
    expect(reasonAfter(released)).toMatch(
      /^state: running can't be met: .* was released by declaration and can't come/,
    );
  });

  it("and of one that was never declared released it says that nothing here did it", () => {
    expect(reasonAfter({ state: "stopped" })).toMatch(/nothing declared here released it/);
    expect(reasonAfter({ autoReleaseAt: minutesFromNow(60) })).toMatch(/nothing declared here released it/);
  });
});
