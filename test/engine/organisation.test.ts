import ts from "typescript";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { oneByOne } from "../../lab/judge/one-by-one";
import { read } from "../examples/read";
import { Cloud } from "../rig/cloud";
import { until } from "../rig/process";
import { Project } from "../rig/project";
import { many } from "../rig/wire";

/**
 * examples/organisation: three stacks of 20 machines, two of them in one account and region, whose limit on calls they share.
 * The third's role may look and not stop. A minute of this world takes three seconds.
 */

const [shop, bank] = ["1000000000000007", "1000000000000008"];
const instances = [
  ...many("dev", 20, { Tags: { env: "dev" }, accountId: shop }),
  ...many("test", 20, { Tags: { env: "test" }, accountId: shop }),
  ...many("bank", 20, { Tags: { env: "dev" }, accountId: bank }),
].map((fields) => ({ ...fields, Status: "Running" as const }));
const idsOf = (name: string) => instances.flatMap(({ InstanceId }) => (InstanceId.includes(name) ? [InstanceId] : []));
const stacks = { "bank-dev": [bank, "dev"], "shop-dev": [shop, "dev"], "shop-test": [shop, "test"] };

let cloud: Cloud;
let project: Project;
beforeAll(async () => {
  cloud = await Cloud.open(
    instances,
    {
      credentials: [{ accessKeyId: "ci-key", accessKeySecret: "ci-secret", userName: "ci" }],
      roles: [
        { arn: `acs:ram::${shop}:role/lifecycle` },
        { arn: `acs:ram::${bank}:role/lifecycle`, deny: ["ecs:StopInstance", "ecs:StopInstances"] },
      ],
    },
    "virtual",
  );
  project = await Project.open({ ...cloud.env, ALICLOUD_ACCESS_KEY: "ci-key", ALICLOUD_SECRET_KEY: "ci-secret" });
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  project.write("index.js", ts.transpile(read("examples/organisation/index.ts"), options));
  for (const file of ["Pulumi.yaml", "organisation.mjs", "lines.mjs"]) {
    project.write(file, read(`examples/organisation/${file}`));
  }
  for (const [stack, [account, env]] of Object.entries(stacks)) {
    await project.must(["stack", "init", stack]);
    const settings = {
      account,
      "alicloud:region": "cn-hangzhou",
      "alicloud:assumeRole.roleArn": `acs:ram::${account}:role/lifecycle`,
      "select.tags.env": env,
    };
    const values = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await project.must(["config", "set-all", "--path", "--stack", stack, ...values]);
  }
});

// Each is three previews and three updates.
vi.setConfig({ testTimeout: 240_000 });
const run = (...args: readonly string[]) => project.startNode(["organisation.mjs", ...args], 220_000).ended;
const rowsOf = (stdout: string): Readonly<Record<string, string>> => {
  const rows = stdout.split("\n").filter((line) => /^\S+ +(done|failed|refused|not run) /.test(line));
  return Object.fromEntries(rows.map((line) => [line.split(" ")[0] ?? "", line.replaceAll(/ +/g, " ")]));
};

/** A minute of the world takes three seconds. */
async function quickly<T>(wait: () => Promise<T>): Promise<T> {
  const ticks = setInterval(() => cloud.emulator.advance(1_000), 50);
  try {
    return await wait();
  } finally {
    clearInterval(ticks);
  }
}

describe("examples/organisation", () => {
  it("refuses more than the one limit for all, before any update", async () => {
    const { code, stdout } = await run("up", "--at-most", "stops=59");
    const reason = "60 stops are planned, and stops may be 59: bank-dev 20, shop-dev 20, shop-test 20";
    expect(Object.keys(rowsOf(stdout))).toEqual(Object.keys(stacks));
    for (const row of Object.values(rowsOf(stdout))) {
      expect(row).toMatch(new RegExp(` refused .*--at-most: ${reason}$`));
    }
    expect(stdout).toMatch(/^up: 0 of 3 stacks done$/m);
    expect(code).toBe(1);
    expect(cloud.writes()).toEqual([]);
  });

  it("applies the others when one stack fails, within the call limit that two of them share", async () => {
    const before = cloud.emulator.ledger().at(-1)?.n ?? 0;
    const isLimited = () => cloud.emulator.ledger({ since: before }).some(({ code }) => code === "Throttling.User");
    // Two stacks look twice each, and their minute goes on only when one of these looks was refused.
    cloud.emulator.world.putThrottle([{ action: "DescribeInstances", perMinute: 3 }]);
    const running = run("up", "--at-most", "stops=60", "--stacks", "2");
    await until("the account's limit", isLimited, 60_000);
    const { code, stdout } = await quickly(() => running);
    cloud.emulator.world.putThrottle([]);
    const rows = rowsOf(stdout);
    expect(rows["bank-dev"]).toMatch(/ failed .*(Forbidden|ecs:StopInstance)/);
    expect(rows["shop-dev"]).toMatch(/ done 20 stopped /);
    expect(rows["shop-test"]).toMatch(/ done 20 stopped /);
    expect(stdout).toMatch(/^up: 2 of 3 stacks done$/m);
    expect(code).toBe(1);

    const ledger = oneByOne(cloud.emulator.ledger({ since: before }));
    const stopped = ledger.flatMap(({ action, effect, params }) =>
      action === "StopInstance" && effect !== "none" ? [params.InstanceId] : [],
    );
    expect(stopped.sort()).toEqual([...idsOf("dev"), ...idsOf("test")].sort());
  });

  it("leaves out a stack whose own limit its preview exceeds, and does the others", async () => {
    const held = many("held", 6, { Tags: { env: "dev" }, accountId: shop, Status: "Running" });
    cloud.put(...held);
    await project.must(["config", "set", "lifecycle:maxStops", "5", "--stack", "shop-dev"]);
    cloud.writes();
    const { code, stdout } = await run("up", "shop-dev", "shop-test");
    expect(rowsOf(stdout)["shop-dev"]).toMatch(/ failed .*preview: .*lifecycle:maxStops is 5/);
    expect(rowsOf(stdout)["shop-test"]).toMatch(/ done 20 stopped /);
    expect(code).toBe(1);
    expect(cloud.writes()).toEqual([]);
  });

  it("ends with 2 for a wrong command, and asks nothing", async () => {
    cloud.calls();
    const misspelt = await run("up", "shop-dev", "shop-tets");
    expect(misspelt.code).toBe(2);
    expect(misspelt.output).toContain("stack: shop-tets is not there");
    for (const args of [["down"], ["up", "--at-most", "stop=5"], ["up", "--stacks", "0"]]) {
      expect((await run(...args)).code).toBe(2);
    }
    expect(cloud.calls()).toEqual({ reads: [], writes: [] });
  });
});
