import { expect, test } from "vitest";
import {
  type Credential,
  defaultCredential,
  defaultSwitches,
  execute,
  type InstanceFields,
  type Switches,
} from "../../emulator/index";
import { askCore, outcome, worldOf } from "./support";

interface Row {
  flip: Partial<Switches>;
  given?: Partial<InstanceFields>;
  /** Asked one after another; the last answer counts. */
  calls: [action: string, params?: Record<string, string>][];
  credential?: Credential;
  strict: string;
  flipped: string;
}

const modify = (AutoReleaseTime: string): [string, Record<string, string>] => [
  "ModifyInstanceAutoReleaseTime",
  { AutoReleaseTime },
];

const rows: Row[] = [
  { flip: { repeatedPower: "no-op" }, calls: [["StartInstance"]], strict: "IncorrectInstanceStatus", flipped: "ok" },
  {
    flip: { forceStopWhileStopping: "accepted" },
    calls: [["StopInstance"], ["StopInstance", { ForceStop: "true" }]],
    strict: "IncorrectInstanceStatus",
    flipped: "ok",
  },
  {
    flip: { deleteUnknownId: "invalid-parameter" },
    calls: [["DeleteInstance", { InstanceId: "i-none" }]],
    strict: "InvalidInstanceId.NotFound",
    flipped: "InvalidParameter",
  },
  {
    flip: { deleteUnderSecurityLock: "refused" },
    given: { Status: "Stopped", OperationLocks: ["security"] },
    calls: [["DeleteInstance"]],
    strict: "ok",
    flipped: "InstanceLockedForSecurity",
  },
  {
    flip: { emptyAutoReleaseTime: "cancel" },
    calls: [modify("")],
    strict: "InvalidAutoReleaseTime.Malformed",
    flipped: "ok",
  },
  {
    flip: { autoReleaseWindow: "before-cutting" },
    calls: [modify("2026-03-01T08:30:30Z")],
    strict: "InvalidAutoReleaseTime.Malformed",
    flipped: "ok",
  },
  {
    flip: { autoReleaseWindow: "after-cutting" },
    calls: [modify("2029-03-01T08:00:50Z")],
    strict: "InvalidAutoReleaseTime.Malformed",
    flipped: "ok",
  },
  {
    flip: { foreignRegion: "ignored" },
    calls: [["StopInstance", { RegionId: "cn-beijing" }]],
    strict: "InvalidInstanceId.NotFound",
    flipped: "ok",
  },
  {
    flip: { releasedButListed: "not-found" },
    given: { Status: "Stopped" },
    calls: [["DeleteInstance"], ["DeleteInstance"]],
    strict: "IncorrectInstanceStatus",
    flipped: "InvalidInstanceId.NotFound",
  },
  {
    flip: { releasedButListed: "accepted" },
    given: { Status: "Stopped" },
    calls: [["DeleteInstance"], ["DeleteInstance"]],
    strict: "IncorrectInstanceStatus",
    flipped: "ok",
  },
  {
    flip: { deniedDescribe: "empty" },
    credential: { ...defaultCredential, deny: ["ecs:Describe*"] },
    calls: [["DescribeInstances", { RegionId: "cn-hangzhou" }]],
    strict: "Forbidden.RAM",
    flipped: "ok",
  },
];

test.each(rows)("$flip changes $strict to $flipped", ({ flip, given, calls, credential, strict, flipped }) => {
  const last = (switches: Partial<Switches>): string => {
    const world = worldOf([{ InstanceId: "i-a", ...given }], { switches });
    return (
      calls
        .map(([action, params]) => outcome(askCore(world, action, { InstanceId: "i-a", ...params }, credential)))
        .at(-1) ?? ""
    );
  };
  expect(last({})).toBe(strict);
  expect(last(flip)).toBe(flipped);
});

test("statusMessage", () => {
  const message = (switches: Partial<Switches>) =>
    askCore(worldOf([{ InstanceId: "i-a" }], { switches }), "StartInstance", { InstanceId: "i-a" }).body["Message"];
  expect(message({})).toContain("Status of the specified instance is Running");
  expect(message({ statusMessage: "short" })).toBe(
    "The current status of the resource does not support this operation.",
  );
});

test("dryRunStatus", () => {
  const status = (switches: Partial<Switches>) =>
    askCore(worldOf([{ InstanceId: "i-a" }], { switches }), "StopInstance", { InstanceId: "i-a", DryRun: "true" })
      .status;
  expect([status({}), status({ dryRunStatus: 200 })]).toEqual([400, 200]);
});

test("stoppedModeByDefault and autoReleaseOverStop", () => {
  const stopped = (switches: Partial<Switches>) => {
    const world = worldOf([{ InstanceId: "i-a", AutoReleaseTime: "2026-03-02T00:00:00Z" }], { switches });
    askCore(world, "StopInstance", { InstanceId: "i-a" });
    world.advance(3000);
    return world.find("i-a")?.instance;
  };
  expect(stopped({})).toMatchObject({ StoppedMode: "KeepCharging", AutoReleaseTime: "2026-03-02T00:00:00Z" });
  expect(stopped({ stoppedModeByDefault: "StopCharging" })).toMatchObject({ StoppedMode: "StopCharging" });
  expect(stopped({ autoReleaseOverStop: "dropped" })).toMatchObject({ AutoReleaseTime: "" });
});

test("rebootStatus and assumeRoleByAccount", () => {
  const rebooted = (switches: Partial<Switches>) => {
    const world = worldOf([{ InstanceId: "i-a" }], { switches });
    expect(outcome(askCore(world, "RebootInstance", { InstanceId: "i-a" }))).toBe("ok");
    return world.find("i-a")?.instance.Status;
  };
  expect(rebooted({})).toBe("Starting");
  expect(rebooted({ rebootStatus: "Running" })).toBe("Running");

  const assumed = (switches: Partial<Switches>) => {
    const arn = "acs:ram::1000000000000001:role/ops";
    const world = worldOf([], { switches, roles: [{ arn }] });
    const params = { RoleArn: arn, RoleSessionName: "me" };
    return outcome(
      execute(world, { action: "AssumeRole", version: "2015-04-01", params, credential: defaultCredential }),
    );
  };
  expect(assumed({})).toBe("NoPermission");
  expect(assumed({ assumeRoleByAccount: "allowed" })).toBe("ok");
});

test("a forced stop cuts a gentle one short that would hang", () => {
  const world = worldOf([{ InstanceId: "i-a", timings: { stopMs: null, forceStopMs: 100 } }], {
    switches: { forceStopWhileStopping: "accepted" },
  });
  askCore(world, "StopInstance", { InstanceId: "i-a", StoppedMode: "StopCharging" });
  world.advance(3_600_000);
  expect(askCore(world, "StopInstance", { InstanceId: "i-a", ForceStop: "true" }).effect).toBe(
    "i-a: Stopping -> Stopping",
  );
  world.advance(100);
  expect(world.find("i-a")?.instance).toMatchObject({ Status: "Stopped", StoppedMode: "StopCharging" });
});

test("every switch is shown to change something here", () => {
  const shown = new Set(rows.flatMap((row) => Object.keys(row.flip)));
  for (const name of ["statusMessage", "dryRunStatus", "stoppedModeByDefault", "autoReleaseOverStop"]) shown.add(name);
  for (const name of ["rebootStatus", "assumeRoleByAccount", "overdueLock"]) shown.add(name);
  expect([...shown].sort()).toEqual(Object.keys(defaultSwitches).sort());
});
