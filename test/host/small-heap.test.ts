import { execFileSync } from "node:child_process";
import { expect, it, vi } from "vitest";

const set = vi.hoisted(() => vi.fn<(flag: string) => void>());
vi.mock("node:v8", () => ({ setFlagsFromString: set }));

import { check, configure } from "../../provider/provider";
import { growthFlag } from "../../provider/small-heap";

it("this version of Node knows the flag", () => {
  execFileSync(process.execPath, [growthFlag, "-e", ""], { env: {}, stdio: "pipe" });
});

it("the heap is kept small where there is a fleet, once, and left alone where there is none", async () => {
  configure({ config: { get: () => undefined } });
  await check({}, { instanceId: "i-1" });
  expect(set).not.toHaveBeenCalled();
  for (const time of [1, 2]) {
    await check({}, { __fleet: "members", instanceIds: [`i-${time}`] });
    expect(set.mock.calls).toEqual([[growthFlag]]);
  }
});
