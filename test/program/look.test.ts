import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Desired } from "../../provider/core/model";
import { EcsError } from "../../provider/ecs/errors";
import { delegate } from "../../provider/ecs/batching/delegate";
import type { EcsPort } from "../../provider/ecs/port";
import { lookAt } from "../../provider/program/look";
import { desired, instanceId, present } from "../support/builders";
import { FakeClock } from "../support/fake-clock";
import { FakeEcs } from "../support/fake-ecs";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is said while one instance is looked for and the answer takes so long. */
async function saidWhileLooking(ms: number, accountId?: string): Promise<readonly string[]> {
  const said: string[] = [];
  const ecs = new FakeEcs(new FakeClock(), [present()]);
  const slow = delegate(ecs, {
    [accountId === undefined ? "observe" : "accountId"]: async (ids: readonly string[]) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return accountId === undefined ? await ecs.observe(ids) : await ecs.accountId();
    },
  });
  const wish = desired(accountId === undefined ? {} : { expect: { accountId } });
  const wanted = [{ instanceId, desiredAt: (): Desired => wish }];
  const watch = {
    dryRun: false,
    say: (severity: string, text: string, ephemeral?: boolean) => said.push(`${severity} ${ephemeral}: ${text}`),
    nowMs: () => Date.now(),
  };
  const looking = lookAt(() => slow, "cn-hangzhou", wanted, watch);
  await vi.advanceTimersByTimeAsync(ms);
  expect((await looking).observed.get(instanceId)?.presence).toBe("present");
  expect(vi.getTimerCount()).toBe(0);
  return said;
}

it("a look of the program that takes long says so, and again every ten seconds", async () => {
  expect(await saidWhileLooking(23_000)).toEqual([
    "info true: looking for 1 declared in cn-hangzhou, 2 s …",
    "info true: looking for 1 declared in cn-hangzhou, 12 s …",
    "info true: looking for 1 declared in cn-hangzhou, 22 s …",
  ]);
});

it("a region that ECS does not know is a fault of the declaration; any other error only keeps one from looking", async () => {
  const failing = (code: string): EcsPort =>
    delegate(new FakeEcs(new FakeClock(), [present()]), {
      observe: () =>
        Promise.reject(new EcsError("DescribeInstances", code, "input", "", undefined, undefined, undefined)),
    });
  const wanted = [{ instanceId, desiredAt: (): Desired => desired() }];
  const watch = { dryRun: true, say: () => undefined, nowMs: () => 0 };
  expect(await lookAt(() => failing("InvalidRegionId.NotFound"), "cn-hangzou", wanted, watch)).toMatchObject({
    refused: [
      'regionId: "cn-hangzou" is no region of ECS; correct it, here or where the default is set (alicloud:region, ALICLOUD_REGION)',
    ],
  });
  expect(await lookAt(() => failing("InvalidParameter"), "cn-hangzhou", wanted, watch)).toMatchObject({
    failed: "DescribeInstances: InvalidParameter",
    refused: [],
  });
});

it("a quick one says nothing", async () => {
  expect(await saidWhileLooking(1_900)).toEqual([]);
});

it("an account that takes long is said to be what is waited for", async () => {
  expect(await saidWhileLooking(13_000, "1234567890")).toEqual([
    "info true: asking STS for the account of these credentials, 2 s …",
    "info true: asking STS for the account of these credentials, 12 s …",
  ]);
});
