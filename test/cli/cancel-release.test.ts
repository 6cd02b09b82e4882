import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Asker, cancelRelease } from "../../cli/cancel-release/cancel-release";
import { confirm } from "../../cli/cancel-release/confirm";
import type { Emulator } from "../../emulator/index";
import { connector } from "../../provider/ecs/connect";
import { minutesAhead } from "../rig/cloud";
import { asked, cloud, command, keys, running } from "./command";

const change = "ModifyInstanceAutoReleaseTime";
const notAgain = /^Before the next `pulumi up`: declare autoReleaseAt: "never" for it, or take autoReleaseAt/m;

async function timed(...given: Parameters<typeof cloud>): Promise<{ emulator: Emulator; at: string }> {
  const emulator = await cloud(...given);
  const at = minutesAhead(120);
  emulator.patchInstance({ InstanceId: running, AutoReleaseTime: at });
  return { emulator, at };
}

const timeOf = (emulator: Emulator) => emulator.instance(running)?.AutoReleaseTime;
const changes = (emulator: Emulator) => asked(emulator).filter(({ action }) => action === change);
const calls = (emulator: Emulator) => asked(emulator).map(({ action }) => action);

function expectNoOtherWrite(emulator: Emulator): void {
  const others = asked(emulator).filter(({ action }) => action !== change);
  expect(others.filter(({ effect }) => effect !== "none")).toEqual([]);
  expect(calls(emulator)).not.toContain("DeleteInstance");
}

describe("cancel-release", () => {
  test("looks, cancels with one call that names no time, and looks again", async () => {
    const { emulator, at } = await timed();
    const { code, stdout, stderr } = await command(["cancel-release", running, "--yes"], { emulator });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [before, after, next] = stdout.split("\n");
    expect(before).toMatch(/^before: i-running \(web\) in cn-hangzhou, running: released at \S+, in 1 h 59 min$/);
    expect(before).toContain(at);
    expect(after).toMatch(/^after: {2}i-running \(web\) in cn-hangzhou, running: no release time \(RequestId \S+\)$/);
    expect(next).toMatch(notAgain);
    expect(calls(emulator)).toEqual(["DescribeInstances", "DescribeInstances", change, "DescribeInstances"]);
    expect(changes(emulator)[0]?.params).not.toHaveProperty("AutoReleaseTime");
    expect(timeOf(emulator)).toBe("");
    expectNoOtherWrite(emulator);
  });

  test("none is set: says so, calls nothing, exit 0, and has nothing to say of a time that would be set again", async () => {
    const emulator = await cloud();
    const { code, stdout } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^before: .*: no release time\nno release time is set: nothing was called\n$/);
    expect(calls(emulator)).toEqual(["DescribeInstances"]);
  });

  test("an instance that isn't there: exit 1, what to check, and no call", async () => {
    const { emulator } = await timed();
    const { code, stdout, stderr } = await command(["cancel-release", "i-nowhere", "--yes"], { emulator });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^alicloud-lifecycle: i-nowhere is not listed in cn-hangzhou for these credentials; check .*\n$/,
    );
    expect(changes(emulator)).toEqual([]);
  });

  test("one in another region: found with --region", async () => {
    const emulator = await cloud({}, { world: { instances: [{ InstanceId: running, RegionId: "cn-beijing" }] } });
    emulator.patchInstance({ InstanceId: running, AutoReleaseTime: minutesAhead(60) });
    const { code } = await command(["cancel-release", running, "--yes", "--region", "cn-beijing"], { emulator });
    expect(code).toBe(0);
    expect(timeOf(emulator)).toBe("");
  });

  test("an identity that may not list is told so, and isn't told that the machine is gone", async () => {
    const world = { switches: { deniedDescribe: "empty" } } as const;
    const { emulator } = await timed({ deny: ["ecs:DescribeInstances"] }, { world });
    const { code, stderr } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(1);
    expect(stderr).toContain("not allowed to list instances in cn-hangzhou; grant it ecs:DescribeInstances");
    expect(changes(emulator)).toEqual([]);
  });

  test("an identity that may not cancel: exit 1, and that the time is still in force", async () => {
    const { emulator, at } = await timed({ deny: [`ecs:${change}`] });
    const { code, stderr } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(1);
    expect(stderr).toContain("Forbidden.RAM");
    expect(stderr).toContain(`the release time ${at} is still in force; put that right and run this again`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(timeOf(emulator)).toBe(at);
  });

  test("no terminal and no --yes: exit 2, and nothing is asked", async () => {
    const { emulator } = await timed();
    const { code, stdout, stderr } = await command(["cancel-release", running], { emulator });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      "alicloud-lifecycle: --yes: there is no terminal to ask on; add --yes to cancel without being asked\n",
    );
    expect(asked(emulator)).toEqual([]);
  });

  test("an answer that is lost: looks, finds it done, and doesn't call again", async () => {
    const { emulator } = await timed();
    emulator.addFault({ action: change, then: { wire: "reset-after" } });
    const { code, stdout } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(0);
    expect(stdout).toContain("no release time (the answer was lost)");
    expect(changes(emulator)).toHaveLength(1);
  });

  test("a call that is lost: looks, finds it not done, and calls again", async () => {
    const { emulator } = await timed();
    emulator.addFault({ action: change, then: { code: "InternalError" } });
    const { code } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(0);
    expect(changes(emulator).map(({ code: answered }) => answered)).toEqual(["InternalError", null]);
    expect(timeOf(emulator)).toBe("");
  });

  test("calls that are lost again and again: exit 1, and that the time is still in force", async () => {
    const { emulator, at } = await timed();
    emulator.addFault({ action: change, times: "always", then: { code: "InternalError" } });
    const { code, stderr } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(1);
    expect(stderr).toContain(`the release time ${at} is still in force; run this again`);
    expect(changes(emulator)).toHaveLength(3);
  });

  test("the account's call limit: in line again", async () => {
    const { emulator } = await timed();
    emulator.addFault({ action: change, then: { code: "Throttling.User" } });
    const { code } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(0);
    expect(timeOf(emulator)).toBe("");
  });

  test("an old look after the call is no proof: it looks until it shows, and says what it waits for", async () => {
    const { emulator } = await timed();
    emulator.addFault({ action: "DescribeInstances", nth: 3, times: 2, then: { stale: "previous" } });
    const { code, stdout, stderr } = await command(["cancel-release", running, "--yes"], { emulator });
    expect(code).toBe(0);
    expect(stdout).toContain("no release time (RequestId");
    expect(stderr).toContain("… waiting until it shows (2 s)\n");
    expect(changes(emulator)).toHaveLength(1);
    expect(calls(emulator).filter((action) => action === "DescribeInstances")).toHaveLength(5);
  });

  test.each([
    { args: ["I-X"], says: 'ID: "I-X" is not an instance id; write "i-" followed by' },
    { args: [running, "--region", "Hangzhou"], says: '--region: "Hangzhou" is not a region id; write one such as' },
    { args: [running, "--profile", ""], says: "--profile: is empty; name a profile" },
    { args: [], says: "missing required argument 'id'; see `alicloud-lifecycle --help`" },
    { args: [running, running], says: "too many arguments" },
  ])("$args: one line, exit 2, and nothing is asked", async ({ args, says }) => {
    const { emulator } = await timed();
    const { code, stderr } = await command(["cancel-release", "--yes", ...args], { emulator });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(asked(emulator)).toEqual([]);
  });

  test("no region and no credentials: exit 2 with what to set", async () => {
    const { emulator } = await timed();
    const noRegion = await command(["cancel-release", running, "--yes"], { emulator, env: { ALICLOUD_REGION: "" } });
    expect({ code: noRegion.code, stderr: noRegion.stderr }).toEqual({
      code: 2,
      stderr: "alicloud-lifecycle: --region: no region is set; give --region, or set ALICLOUD_REGION\n",
    });
    const noKeys = await command(["cancel-release", running, "--yes"], { emulator, env: { ALICLOUD_SECRET_KEY: "" } });
    expect(noKeys.code).toBe(2);
    expect(noKeys.stderr).toContain("incomplete: ALICLOUD_SECRET_KEY is missing");
    expect(asked(emulator)).toEqual([]);
  });
});

describe("asked on a terminal", () => {
  const portOf = (emulator: Emulator) => {
    const env = {
      ALIBABA_CLOUD_ENDPOINT_ECS: emulator.endpoint,
      ALICLOUD_ACCESS_KEY: keys.accessKeyId,
      ALICLOUD_SECRET_KEY: keys.accessKeySecret,
    };
    return connector(
      () => undefined,
      env,
      () => Date.now(),
    )("cn-hangzhou");
  };
  const asker = (lines: string[], answer: () => boolean): Asker => ({
    say: (line) => lines.push(line),
    confirm: (question) => {
      lines.push(question);
      return Promise.resolve(answer());
    },
    sleep: () => Promise.resolve(),
    during: (_what, work) => work,
  });

  test("a no: nothing is called", async () => {
    const { emulator, at } = await timed();
    const lines: string[] = [];
    const ended = await cancelRelease(
      portOf(emulator),
      running,
      asker(lines, () => false),
    );
    expect(ended).toBe("declined");
    expect(lines[1]).toBe(`Cancel the release of ${running} at ${at}?`);
    expect(lines[2]).toBe("not cancelled: nothing was called");
    expect(changes(emulator)).toEqual([]);
  });

  test("somebody else was quicker while the question stood: nothing is called", async () => {
    const { emulator } = await timed();
    const quicker = () => {
      emulator.patchInstance({ InstanceId: running, AutoReleaseTime: "" });
      return true;
    };
    const lines: string[] = [];
    expect(await cancelRelease(portOf(emulator), running, asker(lines, quicker))).toBe("none");
    expect(lines.slice(2)).toEqual(["no release time is set: nothing was called", expect.stringMatching(notAgain)]);
    expect(changes(emulator)).toEqual([]);
  });

  test.each([
    { typed: "y\n", is: true },
    { typed: " YES \n", is: true },
    { typed: "\n", is: false },
    { typed: "n\n", is: false },
    { typed: "yesterday\n", is: false },
    { typed: undefined, is: false },
  ])("$typed is $is", async ({ typed, is }) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const answer = confirm("Cancel?", { input, output });
    if (typed === undefined) input.end();
    else input.write(typed);
    expect(await answer).toBe(is);
    expect(String(output.read())).toContain("Cancel? [y/N] ");
  });
});
