import { expect } from "vitest";
import { type Credential, type Execution, execute, type Instance, type World } from "../../emulator/index";
import { ann, bob, crowdedWorld, crowdWithout } from "../emulator/crowded-world";
import { wronged } from "../emulator/wronged";
import { type Change, changesBetween, type Kind, lookAt } from "./changes";
import { type Listing, listings, sent } from "./listed-rows";
import { misfits } from "./misfits";
import type { ModelledAction } from "./modelled-actions";
import { isVendorCode } from "./vendor-codes";

export interface Asked {
  modelled: ModelledAction;
  params: Record<string, string>;
  credential: Credential;
}

export const accountOf = (credential: Credential) => credential.accountId ?? "1000000000000001";

/** How long any answer may take: far more than it needs, far less than for ever. */
const longestMs = 5000;

const isReading = (action: string) => /^(Describe|List|Get)/.test(action);

export function ask(world: World, { modelled: { action, version }, params, credential }: Asked): Execution {
  return execute(world, { action, version, params, credential });
}

/**
 * Asks, and holds the answer against everything that is true of every answer: the vendor's model of it, the world before
 * and after, the ledger. Also asks again, where the call has a ClientToken, and in a world without the other account.
 */
export function judge(world: World, asked: Asked, { isCrowd } = { isCrowd: true }): Execution {
  const { modelled, params, credential } = asked;
  const before = lookAt(world);
  const expected = listings[modelled.action];
  const startedMs = performance.now();
  const answer = ask(world, asked);
  expect(performance.now() - startedMs).toBeLessThan(longestMs);
  const after = lookAt(world);
  const changes = changesBetween(before, after);
  const row = world.ledger.entries().at(-1);

  expect(answer.body["EmulatorDefect"]).toBeUndefined();
  expect({ code: row?.code, status: row?.status, effect: row?.effect, requestId: row?.requestId }).toEqual({
    code: answer.code ?? null,
    status: answer.status,
    effect: answer.effect,
    requestId: answer.body["RequestId"],
  });
  expect(answer.requestId).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);

  const isDryRun = modelled.request.has("DryRun") && params["DryRun"]?.toLowerCase() === "true";
  if (answer.code !== undefined || isReading(modelled.action) || isDryRun) {
    expect({ effect: answer.effect, changes, isSame: after.text === before.text }).toEqual({
      effect: "none",
      changes: [],
      isSame: true,
    });
  }
  if (answer.code !== undefined) {
    judgeError(answer, modelled);
  } else {
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty("Code");
    expect(misfits(answer.body, { kind: "object", fields: modelled.response })).toEqual([]);
    if (expected !== undefined) judgeList(expected, world, asked, answer);
    if (!isReading(modelled.action)) judgeWrite(asked, answer, changes);
    // Only what a role is given is neither instance nor disk nor snapshot.
    expect(after.rest).toBe(before.rest);
    const kept = after.credentials.slice(0, before.credentials.length);
    expect(kept).toEqual(before.credentials);
    if (!modelled.action.startsWith("AssumeRole")) expect(after.credentials).toEqual(before.credentials);
    if (modelled.request.has("ClientToken") && (params["ClientToken"] ?? "") !== "") judgeAgain(world, asked, answer);
  }
  if (isCrowd) judgeAlone(asked, answer);
  const owners = changes.map(({ before: was, after: is }) => (is ?? was)?.["accountId"]);
  expect(owners.filter((owner) => owner !== accountOf(credential))).toEqual([]);
  return answer;
}

function judgeError({ status, code = "", body, requestId }: Execution, { request }: ModelledAction): void {
  const members = ["RequestId", "HostId", "Code", "Message", "Recommend"];
  const detail = code === "Forbidden.RAM" ? ["AccessDeniedDetail"] : [];
  expect(Object.keys(body)).toEqual([...members, ...detail]);
  for (const member of members) expect(body[member]).toBeTypeOf("string");
  expect({ code: body["Code"], requestId: body["RequestId"] }).toEqual({ code, requestId });
  expect(body["Message"]).not.toBe("");
  expect({ code, status, isKnown: isVendorCode(code, status, request.keys()) }).toEqual({
    code,
    status,
    isKnown: true,
  });
}

/** The rows are exactly those that fit, of the page that was asked for. */
function judgeList(listing: Listing, world: World, { modelled, params, credential }: Asked, { body }: Execution): void {
  const { path, id, largestPage, mostResults, fewestResults, styles } = listing;
  const rows = (body[path[0]] as Record<string, Record<string, unknown>[]>)[path[1]] ?? [];
  const shown = rows.map(id);
  const fitting = listing.expected(world, params, accountOf(credential));
  const number = (name: string) =>
    params[name] === undefined || params[name] === "" ? undefined : Number(params[name]);
  // Where the vendor's model has no MaxResults, it is a name that nobody knows.
  const maxResults = modelled.request.has("MaxResults") ? number("MaxResults") : undefined;
  const token = params["NextToken"] ?? "";
  const byToken = styles.includes("token") && (!styles.includes("number") || maxResults !== undefined || token !== "");
  if (!byToken) {
    const [pageNumber, pageSize] = [number("PageNumber") ?? 1, number("PageSize") ?? 10];
    expect(pageSize).toBeLessThanOrEqual(largestPage);
    expect(shown).toEqual(fitting.slice((pageNumber - 1) * pageSize, pageNumber * pageSize));
    expect(body).toMatchObject({ TotalCount: fitting.length, PageNumber: pageNumber, PageSize: pageSize });
    return;
  }
  const size = Math.min(mostResults, Math.max(fewestResults, maxResults ?? 10));
  // A token of the pool stands after the first row, if that is listed at all.
  if (token === "") expect(shown).toEqual(fitting.slice(0, size));
  expect(shown.length).toBeLessThanOrEqual(size);
  expect(fitting).toEqual(expect.arrayContaining(shown));
  expect(new Set(shown).size).toBe(shown.length);
  if (token === "") expect(body["NextToken"] === "").toBe(fitting.length <= size);
}

/** What each call may do to what it names; consequences for others are further down. */
const mayChange: Readonly<Record<string, readonly string[] | "come" | "go">> = {
  StartInstance: ["Status", "StoppedMode", "StartTime", "PublicIpAddress"],
  StartInstances: ["Status", "StoppedMode", "StartTime", "PublicIpAddress"],
  StopInstance: ["Status"],
  StopInstances: ["Status"],
  RebootInstance: ["Status"],
  DeleteInstance: "go",
  DeleteInstances: "go",
  RunInstances: "come",
  CreateSnapshot: "come",
  CreateSnapshotGroup: "come",
  DeleteSnapshot: "go",
  ModifyInstanceAutoReleaseTime: ["AutoReleaseTime"],
  ModifyInstanceAttribute: ["InstanceName", "Description", "DeletionProtection"],
  ModifyDiskAttribute: ["DiskName", "Description", "DeleteWithInstance", "DeleteAutoSnapshot", "EnableAutoSnapshot"],
  TagResources: ["Tags"],
  UntagResources: ["Tags"],
};

/** A success changes what it names or what it answers as new, says so in its effect, and nothing else but what must follow. */
function judgeWrite(
  { modelled: { action }, params }: Asked,
  { body, effect }: Execution,
  changes: readonly Change[],
): void {
  if (action.startsWith("AssumeRole")) {
    expect(changes).toEqual([]);
    return;
  }
  const single = ["InstanceId", "DiskId", "SnapshotId"].map((name) => params[name] ?? "");
  const lists = ["InstanceId", "DiskIds", "ResourceId"].flatMap((name) => sent(params, name));
  const answered = [body["SnapshotId"], body["SnapshotGroupId"]].concat(
    (body["InstanceIdSets"] as { InstanceIdSet?: string[] } | undefined)?.InstanceIdSet ?? [],
  );
  const named = new Set([...(action === "CreateSnapshot" ? [] : [...single, ...lists]), ...answered]);
  const [direct, other] = [changes.filter(({ id }) => named.has(id)), changes.filter(({ id }) => !named.has(id))];
  const said = effect === "none" ? [] : effect.split("; ").map((part) => part.split(": ")[0]);
  expect(said.sort()).toEqual(direct.map(({ id }) => id).sort());

  for (const { kind, id, before } of direct) {
    if (kind !== "instances" || before === undefined) continue;
    expect([id, wronged(before as unknown as Instance, action, params)]).toEqual([id, undefined]);
  }
  const allowed = mayChange[action] ?? [];
  for (const { id, before, after, fields } of direct) {
    const how = before === undefined ? "come" : after === undefined ? "go" : "change";
    if (typeof allowed === "string") expect({ id, how }).toEqual({ id, how: allowed });
    else
      expect({ id, how, others: fields.filter((name) => !allowed.includes(name)) }).toEqual({
        id,
        how: "change",
        others: [],
      });
  }
  expect(other.filter((change) => !follows(change, changes))).toEqual([]);
  const region = params["RegionId"];
  if (region !== undefined && region !== "") {
    for (const { before, after } of direct) expect((after ?? before)?.["RegionId"]).toBe(region);
  }
}

/** Disks come and go with their instance, snapshots with their disk or group; what is under way fails when its instance moves. */
function follows({ kind, id, before, after, fields }: Change, changes: readonly Change[]): boolean {
  const changed = (of: Kind, which: unknown) => changes.find((other) => other.kind === of && other.id === which);
  if (kind === "disks") {
    const instance = changed("instances", (before ?? after)?.["InstanceId"]);
    if (instance === undefined) return false;
    if (before === undefined) return instance.before === undefined;
    if (instance.after !== undefined) return false;
    return after === undefined || (after["InstanceId"] === "" && before["DeleteWithInstance"] === false);
  }
  if (kind !== "snapshots") return false;
  if (before === undefined) {
    return changes.some(
      (other) =>
        other.kind === "snapshotGroups" && (other.after?.["snapshotIds"] as string[] | undefined)?.includes(id),
    );
  }
  if (after === undefined) return changed("disks", before["SourceDiskId"])?.after === undefined;
  return (
    before["Status"] === "progressing" &&
    after["Status"] === "failed" &&
    fields.every((name) => name === "Status" || name === "LastModifiedTime") &&
    changed("instances", before["instanceId"]) !== undefined
  );
}

/** The same call with the same token: the same answer, and nothing done. Another call with it is a mismatch. */
function judgeAgain(world: World, asked: Asked, first: Execution): void {
  const before = lookAt(world);
  const again = ask(world, asked);
  expect({ ...again.body, RequestId: "" }).toEqual({ ...first.body, RequestId: "" });
  expect(again.effect).toBe("none");
  const other = ask(world, { ...asked, params: { ...asked.params, Nonsense: "another call" } });
  expect(other.code).toBe("IdempotentParameterMismatch");
  expect(lookAt(world).text).toBe(before.text);
}

/** Whatever the other account has makes no difference to the answer: not even whether it is there. */
function judgeAlone(asked: Asked, answer: Execution): void {
  // A token of the pool tells a place in the whole list, and a new key is drawn from the seed.
  if ((asked.params["NextToken"] ?? "") !== "" || asked.modelled.version !== "2014-05-26") return;
  const other = accountOf(asked.credential) === accountOf(ann) ? accountOf(bob) : accountOf(ann);
  const alone = ask(crowdedWorld(crowdWithout(other)), asked);
  const told = ({ status, code, effect, body, requestId }: Execution) => ({
    status,
    code,
    effect,
    body: JSON.stringify({ ...body, NextToken: "" }).replaceAll(requestId, "its id"),
  });
  expect(told(alone)).toEqual(told(answer));
}
