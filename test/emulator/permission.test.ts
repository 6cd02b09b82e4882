import { expect, test } from "vitest";
import type { Credential, Statement, WorldFile } from "../../emulator/index";
import { ask, askCore, emulatorForTest, now, outcome, worldOf } from "./support";

const region = { RegionId: "cn-hangzhou" };
const instances = [{ InstanceId: "i-a" }, { InstanceId: "i-prod", Tags: { env: "prod", team: "x" } }];

function asKey(rights: Pick<Credential, "deny" | "allow">): Credential {
  return { accessKeyId: "limited", accessKeySecret: "s", userName: "ann", ...rights };
}

const calls: Record<string, [string, Record<string, string>]> = {
  "stop a": ["StopInstance", { InstanceId: "i-a" }],
  "stop prod": ["StopInstance", { InstanceId: "i-prod" }],
  "delete a": ["DeleteInstance", { InstanceId: "i-a", Force: "true" }],
  "delete prod": ["DeleteInstance", { InstanceId: "i-prod", Force: "true" }],
  "stop both": ["StopInstances", { ...region, "InstanceId.1": "i-a", "InstanceId.2": "i-prod" }],
  list: ["DescribeInstances", region],
  "look at a": ["DescribeInstanceAttribute", { InstanceId: "i-a" }],
  "look at prod": ["DescribeInstanceAttribute", { InstanceId: "i-prod" }],
};

test.each<{ reason: string; deny?: Statement[]; allow?: Statement[]; refused: string[] }>([
  { reason: "no statement at all allows everything", refused: [] },
  { reason: "a denied action", deny: ["ecs:StopInstance"], refused: ["stop a", "stop prod"] },
  {
    reason: "a denied action on one instance",
    deny: [{ action: "ecs:DeleteInstance", instances: ["i-a"] }],
    refused: ["delete a"],
  },
  {
    reason: "everything is denied on what has a tag, a list isn't about it",
    deny: [{ action: "*", tags: { env: "prod" } }],
    refused: ["stop prod", "delete prod", "stop both", "look at prod"],
  },
  {
    reason: "all of the tags must be there",
    deny: [{ action: "ecs:*", tags: { env: "prod", team: "y" } }],
    refused: [],
  },
  {
    reason: "instance and tag together",
    deny: [{ action: "ecs:*", instances: ["i-a"], tags: { env: "prod" } }],
    refused: [],
  },
  {
    reason: "only reading is allowed",
    allow: ["ecs:Describe*"],
    refused: ["stop a", "stop prod", "delete a", "delete prod", "stop both"],
  },
  {
    reason: "everything on one instance, and so no list",
    allow: [{ action: "ecs:*", instances: ["i-a"] }],
    refused: ["stop prod", "delete prod", "stop both", "list", "look at prod"],
  },
  {
    reason: "with the second statement that lists need",
    allow: [{ action: "ecs:*", instances: ["i-a"] }, "ecs:Describe*"],
    refused: ["stop prod", "delete prod", "stop both"],
  },
  {
    reason: "by tag",
    allow: ["ecs:Describe*", { action: "ecs:*", tags: { env: "prod" } }],
    refused: ["stop a", "delete a", "stop both"],
  },
  {
    reason: "a deny wins over an allow",
    allow: ["*"],
    deny: [{ action: "ecs:*", instances: ["i-a"] }],
    refused: ["stop a", "delete a", "stop both", "look at a"],
  },
  { reason: "an empty allow", allow: [], refused: Object.keys(calls) },
])("$reason", ({ refused, deny, allow }) => {
  const rights = { ...(deny === undefined ? {} : { deny }), ...(allow === undefined ? {} : { allow }) };
  const outcomes = Object.entries(calls).map(([name, [action, params]]) => {
    // A world for each call, so that one doesn't stand in the way of the next.
    const execution = askCore(worldOf(instances), action, params, asKey(rights));
    if (execution.code !== undefined) expect(execution.effect).toBe("none");
    return [name, outcome(execution)];
  });
  const expected = Object.keys(calls).map((name) => [name, refused.includes(name) ? "Forbidden.RAM" : "ok"]);
  expect(outcomes).toEqual(expected);
});

test("the detail says which of the two it was", () => {
  const detail = (rights: Pick<Credential, "deny" | "allow">) =>
    askCore(worldOf(instances), "StopInstance", { InstanceId: "i-a" }, asKey(rights)).body["AccessDeniedDetail"];
  expect(detail({ deny: ["ecs:*"] })).toMatchObject({
    AuthAction: "ecs:StopInstance",
    AuthPrincipalDisplayName: "ann",
    NoPermissionType: "ExplicitDeny",
  });
  expect(detail({ allow: ["ecs:Describe*"] })).toMatchObject({ NoPermissionType: "ImplicitDeny" });
});

test("a disk is reached by its tags, not by its instance", () => {
  const snapshot = (rights: Pick<Credential, "deny" | "allow">) => {
    const disks = [{ DiskId: "d-a", InstanceId: "i-a", Tags: { env: "prod" } }];
    return outcome(askCore(worldOf(instances, { disks }), "CreateSnapshot", { DiskId: "d-a" }, asKey(rights)));
  };
  expect(snapshot({ deny: [{ action: "ecs:CreateSnapshot", tags: { env: "prod" } }] })).toBe("Forbidden.RAM");
  expect(snapshot({ deny: [{ action: "ecs:CreateSnapshot", instances: ["i-a"] }] })).toBe("ok");
});

test("the same call with its ClientToken is answered again to a key that is limited", () => {
  const world = worldOf(instances);
  const key = asKey({ allow: [{ action: "ecs:DeleteInstances", instances: ["i-a"] }] });
  const params = { ...region, "InstanceId.1": "i-a", Force: "true", ClientToken: "t" };
  expect(outcome(askCore(world, "DeleteInstances", params, key))).toBe("ok");
  world.advance(2000);
  expect(outcome(askCore(world, "DeleteInstances", params, key))).toBe("ok");
});

test("a role hands its rights to whoever assumes it", async () => {
  const world: WorldFile = {
    now,
    instances,
    credentials: [{ accessKeyId: "k", accessKeySecret: "s", userName: "ann" }],
    roles: [{ arn: "acs:ram::1000000000000001:role/ops", allow: [{ action: "ecs:StopInstance", instances: ["i-a"] }] }],
  };
  const emulator = await emulatorForTest({ world });
  const { body } = await ask(
    emulator,
    "AssumeRole",
    { RoleArn: "acs:ram::1000000000000001:role/ops", RoleSessionName: "one" },
    { apiVersion: "2015-04-01" },
  );
  const issued = body["Credentials"] as { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string };
  const credential = {
    accessKeyId: issued.AccessKeyId,
    accessKeySecret: issued.AccessKeySecret,
    securityToken: issued.SecurityToken,
  };
  const stop = async (InstanceId: string) =>
    outcome(await ask(emulator, "StopInstance", { InstanceId }, { credential }));
  expect(await stop("i-prod")).toBe("Forbidden.RAM");
  expect(await stop("i-a")).toBe("ok");
});

test.each([
  { statement: {}, says: "must be a RAM action" },
  { statement: { action: "ecs:*", instance: ["i-a"] }, says: "must be a RAM action" },
])("a statement with a mistake: $statement", async ({ statement, says }) => {
  const credentials = [{ accessKeyId: "k", accessKeySecret: "s", deny: [statement] }] as unknown as Credential[];
  await expect(emulatorForTest({ world: { credentials } })).rejects.toThrow(says);
});
