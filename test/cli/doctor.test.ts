import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Emulator } from "../../emulator/index";
import type { Finding } from "../../cli/doctor/finding";
import { asked, cloud, command, type Given, keys, neverShow, pulumiThat, running, stopped } from "./command";

interface Said {
  readonly code: number | null;
  readonly fine: boolean;
  readonly findings: readonly Finding[];
  readonly stderr: string;
}

async function doctor(args: readonly string[], given: Given): Promise<Said> {
  const { code, stdout, stderr } = await command(["doctor", "--json", ...args], given);
  const said = JSON.parse(stdout) as Pick<Said, "fine" | "findings">;
  return { code, stderr, ...said };
}

function answers({ findings }: Said): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ check, answer }) => [check, answer]));
}

function finding({ findings }: Said, check: string): Finding {
  const found = findings.find((one) => one.check === check);
  if (found === undefined) throw new Error(`no finding about ${check}`);
  return found;
}

/** By the ledger, which knows nothing of what the doctor thinks of itself. */
function expectHarmless(emulator: Emulator): void {
  const rows = asked(emulator);
  expect(rows.filter(({ effect }) => effect !== "none")).toEqual([]);
  const isAllowed = /^(GetCallerIdentity|Describe\w+|StopInstance|StartInstance)$/;
  expect(rows.map(({ action }) => action).filter((action) => !isAllowed.test(action))).toEqual([]);
  const power = rows.filter(({ action }) => /^St/.test(action));
  expect(power.filter(({ params }) => params["DryRun"] !== "true")).toEqual([]);
  expect(emulator.instance(running)?.Status).toBe("Running");
  expect(emulator.instance(stopped)?.Status).toBe("Stopped");
}

const neverTried = {
  "ecs:StopInstances": "unknown",
  "ecs:StartInstances": "unknown",
  "ecs:ModifyInstanceAutoReleaseTime": "unknown",
  "ecs:ModifyInstanceAttribute": "unknown",
  "ecs:CreateSnapshot": "unknown",
  "ecs:TagResources": "unknown",
  "ecs:DeleteInstance": "unknown",
};

const allYes = {
  node: "yes",
  pulumi: "yes",
  credentials: "yes",
  account: "yes",
  region: "yes",
  endpoint: "yes",
  clock: "yes",
  "ecs:DescribeInstances": "yes",
  "ecs:DescribeInstanceAttribute": "yes",
  "ecs:DescribeDisks": "yes",
  "ecs:DescribeSnapshots": "yes",
};

describe("what is well", () => {
  test("a running instance: it may be stopped, and what can't be told without harm is unknown", async () => {
    const emulator = await cloud();
    const said = await doctor(["--instance", running], { emulator });
    expect(answers(said)).toEqual({
      ...allYes,
      instance: "yes",
      "ecs:StopInstance": "yes",
      "ecs:StartInstance": "unknown",
      ...neverTried,
    });
    expect({ code: said.code, fine: said.fine, stderr: said.stderr }).toEqual({ code: 0, fine: true, stderr: "" });
    expect(finding(said, "account")).toMatchObject({ value: "1000000000000001" });
    expect(finding(said, "account").detail).toContain("user/ann");
    expect(finding(said, "region")).toMatchObject({
      value: "cn-hangzhou",
      detail: "cn-hangzhou, from ALICLOUD_REGION",
    });
    expect(finding(said, "endpoint")).toMatchObject({ value: emulator.endpoint });
    expect(finding(said, "credentials").detail).toBe("environment ALICLOUD_ACCESS_KEY; access key doct…0001");
    expect(finding(said, "ecs:StartInstance").detail).toContain("IncorrectInstanceStatus");
    expectHarmless(emulator);
    expect(
      asked(emulator)
        .map(({ action, code }) => `${action} ${code}`)
        .filter((row) => row.startsWith("St"))
        .sort(),
    ).toEqual(["StartInstance IncorrectInstanceStatus", "StopInstance DryRunOperation"]);
  });

  test("a stopped instance: it may be started", async () => {
    const emulator = await cloud();
    const said = await doctor(["--instance", stopped], { emulator });
    expect(answers(said)).toMatchObject({ "ecs:StartInstance": "yes", "ecs:StopInstance": "unknown" });
    expect(said.code).toBe(0);
    expectHarmless(emulator);
  });

  test("no instance is named: nothing is tried on any", async () => {
    const emulator = await cloud();
    const said = await doctor([], { emulator });
    expect(answers(said)).toEqual({
      ...allYes,
      "ecs:DescribeInstanceAttribute": "unknown",
      "ecs:StopInstance": "unknown",
      "ecs:StartInstance": "unknown",
      ...neverTried,
    });
    expect(finding(said, "ecs:StopInstance").detail).toBe("give --instance ID");
    expect(asked(emulator).filter(({ action }) => !/^(Describe|Get)/.test(action))).toEqual([]);
    expect(said.code).toBe(0);
  });

  test("for people: every answer on a line of its own, no colours, and a count", async () => {
    const emulator = await cloud();
    const { code, stdout, stderr } = await command(["doctor", "--instance", running], {
      emulator,
      env: { CI: "true" },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Machine\n {2}yes +node +\d+\.\d+\.\d+\n/);
    expect(stdout).toMatch(/^ {2}yes +ecs:StopInstance +the dry run would have gone through$/m);
    expect(stdout).toMatch(/^13 yes, 0 no, 8 unknown; /m);
    expect(stdout).not.toContain("\u001b");
  });
});

describe("a right that is missing", () => {
  test.each([
    "DescribeInstanceAttribute",
    "DescribeDisks",
    "DescribeSnapshots",
    "DescribeInstances",
    "StopInstance",
  ])("ecs:%s: no, exit 1, and nothing is changed", async (action) => {
    const emulator = await cloud({ deny: [`ecs:${action}`] });
    const said = await doctor(["--instance", running], { emulator });
    const { answer, detail, remedy } = finding(said, `ecs:${action}`);
    expect({ answer, remedy }).toEqual({
      answer: "no",
      remedy: `grant this identity ecs:${action}; the policies are in docs/safety.md`,
    });
    expect(detail).toMatch(/^Forbidden\.RAM \(RequestId \S+\)$/);
    expect(said.findings.filter((one) => one.answer === "no")).toHaveLength(1);
    expect({ code: said.code, fine: said.fine }).toEqual({ code: 1, fine: false });
    expectHarmless(emulator);
  });

  test("on another instance only: yes for this one", async () => {
    const emulator = await cloud({ deny: [{ action: "ecs:StopInstance", instances: ["i-other"] }] });
    expect(answers(await doctor(["--instance", running], { emulator }))).toMatchObject({ "ecs:StopInstance": "yes" });
  });

  test("an empty list that hides a missing right is told by its dry run", async () => {
    const world = { switches: { deniedDescribe: "empty" } } as const;
    const emulator = await cloud({ deny: ["ecs:DescribeInstances"] }, { world });
    const said = await doctor([], { emulator });
    expect(finding(said, "ecs:DescribeInstances").answer).toBe("no");
    expect(said.code).toBe(1);
    const ofOne = await doctor(["--instance", running], { emulator });
    // Who may not list can't know that it isn't there.
    expect(finding(ofOne, "instance")).toMatchObject({
      answer: "unknown",
      detail: "not told: see ecs:DescribeInstances",
    });
    expect(ofOne.code).toBe(1);
  });

  test("a region without instances is no missing right", async () => {
    const emulator = await cloud();
    const said = await doctor(["--region", "cn-beijing"], { emulator });
    expect(finding(said, "ecs:DescribeInstances")).toMatchObject({
      answer: "yes",
      detail: "no instance is listed in cn-beijing",
    });
    expect(finding(said, "region").detail).toBe("cn-beijing, from --region");
    expect(said.code).toBe(0);
  });

  test("a region that isn't there: no, and exit 1", async () => {
    const emulator = await cloud();
    const said = await doctor(["--region", "cn-hangzou"], { emulator });
    expect(finding(said, "region")).toMatchObject({
      answer: "no",
      detail: "cn-hangzou, from --region: is no region of ECS",
    });
    expect(said.code).toBe(1);
  });

  test("an instance that isn't there: no, with what to check, and exit 1; the rights are told all the same", async () => {
    const emulator = await cloud();
    const said = await doctor(["--instance", "i-nowhere"], { emulator });
    expect(finding(said, "instance")).toEqual({
      area: "connection",
      check: "instance",
      answer: "no",
      detail: "i-nowhere is not listed in cn-hangzhou for this account",
      remedy: "check --instance, --region and the account",
    });
    expect({ code: said.code, fine: said.fine }).toEqual({ code: 1, fine: false });
    expect(answers(said)).toMatchObject({
      "ecs:DescribeInstances": "yes",
      "ecs:DescribeInstanceAttribute": "unknown",
      "ecs:StopInstance": "unknown",
      "ecs:StartInstance": "unknown",
    });
    expect(finding(said, "ecs:StopInstance")).toMatchObject({ remedy: "check --instance and --region" });
    expectHarmless(emulator);
  });
});

describe("the clock", () => {
  test.each([
    { minutes: 20, answer: "no", says: "20 min behind the server's", code: 1 },
    { minutes: -20, answer: "no", says: "20 min ahead of the server's", code: 1 },
    { minutes: 5, answer: "yes", says: "5 min behind the server's", code: 0 },
  ])("$minutes minutes away: $answer", async ({ minutes, answer, says, code }) => {
    const now = new Date(Date.now() + minutes * 60_000).toISOString();
    const emulator = await cloud({}, { clock: "virtual", world: { now, strictTime: true } });
    const said = await doctor(["--instance", running], { emulator });
    expect(finding(said, "clock")).toMatchObject({ answer });
    expect(finding(said, "clock").detail).toContain(says);
    expect(finding(said, "clock").remedy).toContain("set this machine's clock");
    expect(Math.abs(Number(finding(said, "clock").value) + minutes * 60)).toBeLessThan(30);
    // All the rest is told in spite of it.
    expect(answers(said)).toMatchObject({ "ecs:DescribeInstances": "yes", "ecs:StopInstance": "yes" });
    expect(said.code).toBe(code);
    expectHarmless(emulator);
  });
});

describe("credentials", () => {
  test("none: what was looked at, and nothing is asked", async () => {
    const emulator = await cloud();
    const env = { ALICLOUD_ACCESS_KEY: "", ALICLOUD_SECRET_KEY: "" };
    const said = await doctor(["--instance", running], { emulator, env });
    expect(finding(said, "credentials")).toMatchObject({ answer: "no" });
    expect(finding(said, "credentials").detail).toMatch(/looked at .*ALICLOUD_ACCESS_KEY.*set ALICLOUD_ACCESS_KEY/);
    expect(answers(said)).toMatchObject({ account: "unknown", clock: "unknown", instance: "unknown" });
    expect(answers(said)).toMatchObject({ "ecs:StopInstance": "unknown" });
    expect(said.code).toBe(1);
    expect(asked(emulator)).toEqual([]);
  });

  test("a half", async () => {
    const emulator = await cloud();
    const said = await doctor([], { emulator, env: { ALICLOUD_ACCESS_KEY: "" } });
    expect(finding(said, "credentials").detail).toContain("incomplete: ALICLOUD_ACCESS_KEY is missing");
    expect(said.code).toBe(1);
  });

  test("a wrong secret: refused once, and not asked again for each right", async () => {
    const emulator = await cloud();
    neverShow("another-secret");
    const said = await doctor(["--instance", running], { emulator, env: { ALICLOUD_SECRET_KEY: "another-secret" } });
    expect(finding(said, "account")).toMatchObject({
      answer: "no",
      remedy: "check the secret that belongs to the access key",
    });
    expect(asked(emulator).map(({ action }) => action)).toEqual(["GetCallerIdentity"]);
    expect(said.code).toBe(1);
  });

  test("a session token: shown nowhere, not in an error either", async () => {
    neverShow("never-shown-token");
    const emulator = await cloud({ securityToken: "never-shown-token" });
    const env = { ALICLOUD_SECURITY_TOKEN: "never-shown-token" };
    expect((await doctor([], { emulator, env })).code).toBe(0);
    neverShow("never-shown-other");
    const other = await doctor([], { emulator, env: { ALICLOUD_SECURITY_TOKEN: "never-shown-other" } });
    expect(finding(other, "account").answer).toBe("no");
  });

  test("--profile means that profile, whatever keys are in the environment", async () => {
    const home = mkdtempSync(join(tmpdir(), "cli-home-"));
    onTestFinished(() => rmSync(home, { recursive: true }));
    mkdirSync(join(home, ".aliyun"));
    const profile = {
      name: "ops",
      mode: "AK",
      access_key_id: keys.accessKeyId,
      access_key_secret: keys.accessKeySecret,
      region_id: "cn-hangzhou",
    };
    writeFileSync(join(home, ".aliyun", "config.json"), JSON.stringify({ current: "ops", profiles: [profile] }));
    const emulator = await cloud();
    const env = { HOME: home, ALICLOUD_ACCESS_KEY: "unknown", ALICLOUD_SECRET_KEY: "unknown", ALICLOUD_REGION: "" };
    const said = await doctor(["--profile", "ops"], { emulator, env });
    expect(finding(said, "credentials").detail).toContain("profile ops of ~/.aliyun/config.json");
    expect(finding(said, "region").detail).toBe("cn-hangzhou, from region_id of the named profile");
    expect(answers(said)).toMatchObject({ account: "yes" });
    const wrong = await doctor(["--profile", "opps"], { emulator, env: { ...env, ALICLOUD_REGION: "cn-hangzhou" } });
    expect(finding(wrong, "credentials").detail).toContain("profile opps of --profile");
    expect(wrong.code).toBe(1);
  });
});

describe("region and endpoint", () => {
  test("no region: no, and nothing is asked", async () => {
    const emulator = await cloud();
    const said = await doctor([], { emulator, env: { ALICLOUD_REGION: "" } });
    expect(finding(said, "region")).toMatchObject({ answer: "no", remedy: "give --region, or set ALICLOUD_REGION" });
    expect(asked(emulator)).toEqual([]);
    expect(said.code).toBe(1);
  });

  test("nobody answers there: no, with what to check", async () => {
    const emulator = await cloud();
    const { endpoint } = emulator;
    await emulator.stop();
    const said = await doctor([], { emulator, env: { ALIBABA_CLOUD_ENDPOINT_ECS: endpoint } });
    expect(finding(said, "endpoint")).toMatchObject({ answer: "no" });
    expect(finding(said, "endpoint").detail).toContain("ECONNREFUSED");
    expect(answers(said)).toMatchObject({ account: "unknown", "ecs:DescribeInstances": "unknown" });
    expect(said.code).toBe(1);
  });

  test("plain http to another machine: no, and nothing is asked", async () => {
    const said = await doctor([], {
      emulator: await cloud(),
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: "http://ecs.example.com" },
    });
    expect(finding(said, "endpoint")).toMatchObject({ answer: "no" });
    expect(finding(said, "endpoint").detail).toContain("plain http is for loopback only");
  });

  test("STS alone is silent: the account is unknown, the rights are told", async () => {
    const emulator = await cloud();
    emulator.addFault({ action: "GetCallerIdentity", times: "always", then: { wire: "reset-before" } });
    const said = await doctor(["--instance", running], { emulator });
    expect(answers(said)).toMatchObject({ account: "unknown", clock: "yes", "ecs:StopInstance": "yes" });
    expect(said.code).toBe(0);
  });

  test("a call limit: unknown, and to be asked again", async () => {
    const emulator = await cloud();
    emulator.addFault({ action: "DescribeDisks", then: { code: "Throttling.User" } });
    const said = await doctor([], { emulator });
    expect(finding(said, "ecs:DescribeDisks")).toMatchObject({ answer: "unknown", remedy: "run again in a minute" });
  });

  test("what takes longer than two seconds is told on stderr, and stdout stays what it is", async () => {
    const emulator = await cloud();
    emulator.addFault({ action: "DescribeDisks", then: { delayMs: 3_000 } });
    const said = await doctor([], { emulator });
    expect(said.stderr).toBe("… asking ECS (2 s)\n");
    expect(said.fine).toBe(true);
  });
});

describe("Pulumi", () => {
  test.each([
    { does: 'echo "v3.249.9"', answer: "no", code: 1 },
    { does: 'echo "v3.260.1-alpha.1"', answer: "yes", code: 0 },
    { does: 'echo "error: broken" >&2; exit 3', answer: "unknown", code: 0 },
    { does: "echo hello", answer: "unknown", code: 0 },
  ])("$does: $answer", async ({ does, answer, code }) => {
    const emulator = await cloud();
    pulumiThat(does);
    onTestFinished(() => pulumiThat('echo "v3.250.0"'));
    const said = await doctor([], { emulator });
    expect(finding(said, "pulumi").answer).toBe(answer);
    expect(said.code).toBe(code);
  });

  test("is not there: unknown, with what to do", async () => {
    const said = await doctor([], { emulator: await cloud(), env: { PATH: "" } });
    expect(finding(said, "pulumi")).toMatchObject({ answer: "unknown" });
    expect(finding(said, "pulumi").remedy).toContain("install Pulumi's CLI 3.250.0 or newer");
  });
});

describe("--stack", () => {
  const pulumiWith = (config: object) => {
    pulumiThat(
      [
        'if [ "$1" = version ]; then echo v3.250.0; exit; fi',
        'if [ "$*" != "config --json --stack dev --non-interactive" ]; then echo "error: not asked so: $*" >&2; exit 1; fi',
        `cat <<'JSON'\n${JSON.stringify(config)}\nJSON`,
      ].join("\n"),
    );
    onTestFinished(() => pulumiThat('echo "v3.250.0"'));
  };

  test("its plain settings count before the environment", async () => {
    const emulator = await cloud();
    const endpoints = [{ ecs: emulator.endpoint }];
    pulumiWith({
      "alicloud:region": { value: "cn-beijing", secret: false },
      "alicloud:endpoints": { value: JSON.stringify(endpoints), objectValue: endpoints, secret: false },
    });
    const said = await doctor(["--stack", "dev"], { emulator, env: { ALIBABA_CLOUD_ENDPOINT_ECS: "" } });
    expect(finding(said, "region").detail).toBe("cn-beijing, from alicloud:region of stack dev");
    expect(finding(said, "endpoint").value).toBe(emulator.endpoint);
    expect(answers(said)).toMatchObject({ stack: "yes", account: "yes" });
  });

  test("secret keys are said to be set and not read, and no other identity is checked in their place", async () => {
    const emulator = await cloud();
    neverShow("whatever-pulumi-prints");
    pulumiWith({
      "alicloud:accessKey": { secret: true, value: "whatever-pulumi-prints" },
      "alicloud:secretKey": { secret: true },
    });
    const said = await doctor(["--stack", "dev"], { emulator });
    expect(finding(said, "stack").detail).toContain("alicloud:secretKey: set, secret: not read");
    expect(finding(said, "credentials")).toMatchObject({
      answer: "unknown",
      detail: "alicloud:accessKey: set, secret: not read",
    });
    expect(asked(emulator)).toEqual([]);
    expect(said.code).toBe(0);
  });

  test("keys in clear: no, with the line that puts it right, and not shown", async () => {
    pulumiWith({
      "alicloud:accessKey": { value: keys.accessKeyId, secret: false },
      "alicloud:secretKey": { value: keys.accessKeySecret, secret: false },
    });
    const said = await doctor(["--stack", "dev"], { emulator: await cloud() });
    expect(finding(said, "stack")).toMatchObject({
      answer: "no",
      remedy:
        "pulumi config set --secret alicloud:accessKey --stack dev and pulumi config set --secret alicloud:secretKey --stack dev",
    });
    expect(said.code).toBe(1);
  });

  test("one that can't be read: one line, exit 2, and nothing is asked", async () => {
    const emulator = await cloud();
    pulumiWith({});
    const { code, stdout, stderr } = await command(["doctor", "--stack", "other"], { emulator });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^alicloud-lifecycle: --stack: .* failed: not asked so: .*; name a stack .*\n$/);
    expect(asked(emulator)).toEqual([]);
  });

  test("without Pulumi: one line, exit 2", async () => {
    const { code, stderr } = await command(["doctor", "--stack", "dev"], { env: { PATH: "" } });
    expect(code).toBe(2);
    expect(stderr).toBe(
      "alicloud-lifecycle: --stack: there is no `pulumi` on the PATH; install Pulumi's CLI, or leave --stack out\n",
    );
  });
});
