import type { Action, Call } from "../call";
import { type Instance, statuses } from "../model";
import type { Parameters } from "../parameters";
import { checkPermission, isDenied } from "../permission";
import {
  dryRunOperation,
  filterValueNotFound,
  instanceIdsMalformed,
  invalidParameter,
  regionNotFound,
  tagCountExceeded,
  tagMismatch,
} from "../wire-error";
import { accountOf } from "../world";
import { listedInstance } from "./listed-instance";

/** What may be listed, with its place in the order. */
interface Row {
  sequence: number;
  instance: Instance;
}

export const describeInstances: Action = (call) => {
  const { world, params } = call;
  const regionId = params.required("RegionId");
  if (!world.hasRegion(regionId)) throw regionNotFound();
  const ids = readIds(params.text("InstanceIds"));
  const page = readPage(params);
  const filters = readFilters(params);
  const dryRun = params.boolean("DryRun", false);

  if (isDenied(call) && world.switches.deniedDescribe === "empty") return answer([], 0, page, "");
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(call.credential);
  const rows = looks(call, ids).filter(
    ({ instance }) =>
      instance.RegionId === regionId &&
      instance.accountId === accountId &&
      filters.every((matches) => matches(instance)),
  );
  if (page.style === "number") {
    const from = (page.pageNumber - 1) * page.pageSize;
    return answer(rows.slice(from, from + page.pageSize), rows.length, page, "");
  }
  const rest = page.afterSequence === 0 ? rows : rows.filter((row) => row.sequence > page.afterSequence);
  const shown = rest.slice(0, page.pageSize);
  const last = shown.at(-1);
  const token = rest.length > shown.length && last !== undefined ? writeToken(last.sequence) : "";
  // With tokens the vendor calls the count meaningless; zero keeps callers from leaning on it.
  return answer(shown, 0, page, token);
};

function answer(rows: Row[], totalCount: number, page: Page, nextToken: string): Record<string, unknown> {
  return {
    TotalCount: totalCount,
    PageNumber: page.pageNumber,
    PageSize: page.pageSize,
    NextToken: nextToken,
    Instances: { Instance: rows.map((row) => listedInstance(row.instance)) },
  };
}

/** The instances as this call sees them. With ids it costs as much as there are ids. */
function looks(call: Call, ids: string[] | undefined): Row[] {
  const { world, stale } = call;
  if (stale === "empty") return [];
  const held = ids === undefined ? [...world.all()] : [...new Set(ids)].flatMap((id) => world.find(id) ?? []);
  const rows = held.map(({ sequence, instance }) => ({ sequence, instance }));
  if (stale === undefined) return rows;
  const before = held.flatMap(({ sequence, previous }) =>
    previous === undefined ? [] : [{ sequence, instance: previous }],
  );
  const gone = ids === undefined ? [...world.vanished()] : ids.flatMap((id) => world.findVanished(id) ?? []);
  return before.concat(gone.map((instance) => ({ sequence: 0, instance })));
}

/** Undefined when there is no such filter; `[]` finds nothing. */
function readIds(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    throw instanceIdsMalformed();
  }
  if (!Array.isArray(ids) || ids.length > 100) throw instanceIdsMalformed();
  return ids.map((id: unknown) => {
    if (typeof id !== "string") throw instanceIdsMalformed();
    return id;
  });
}

type Page =
  | { style: "number"; pageNumber: number; pageSize: number }
  | { style: "token"; pageNumber: 1; pageSize: number; afterSequence: number };

function readPage(params: Parameters): Page {
  const token = params.text("NextToken") ?? "";
  const maxResults = params.integer("MaxResults");
  if (maxResults !== undefined || token !== "") {
    const pageSize = Math.min(100, Math.max(10, maxResults ?? 10));
    return { style: "token", pageNumber: 1, pageSize, afterSequence: readToken(token) };
  }
  const pageNumber = params.integer("PageNumber") ?? 1;
  const pageSize = params.integer("PageSize") ?? 10;
  if (pageNumber < 1) throw invalidParameter("PageNumber");
  if (pageSize < 1 || pageSize > 100) throw invalidParameter("PageSize");
  return { style: "number", pageNumber, pageSize };
}

function writeToken(sequence: number): string {
  return Buffer.from(`after:${sequence}`).toString("base64url");
}

function readToken(token: string): number {
  if (token === "") return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalidParameter("NextToken");
  return Number(match[1]);
}

type Filter = (instance: Instance) => boolean;

function readFilters(params: Parameters): Filter[] {
  const filters: Filter[] = [];
  const filter = (name: string, use: (value: string) => Filter): void => {
    const value = params.text(name);
    if (value !== undefined && value !== "") filters.push(use(value));
  };
  filter("Status", (status) => {
    if (!statuses.some((known) => known === status)) throw filterValueNotFound("Status");
    return (instance) => instance.Status === status;
  });
  filter("InstanceChargeType", (type) => {
    if (type !== "PostPaid" && type !== "PrePaid") throw filterValueNotFound("InstanceChargeType");
    return (instance) => instance.InstanceChargeType === type;
  });
  filter("InstanceNetworkType", (type) => {
    if (type !== "vpc" && type !== "classic") throw filterValueNotFound("NetworkType");
    return (instance) => instance.InstanceNetworkType === type;
  });
  filter("LockReason", (reason) => {
    const wanted = reason.toLowerCase();
    if (!lockReasons.includes(wanted)) throw filterValueNotFound("LockReason");
    return (instance) => instance.OperationLocks.LockReason.some((lock) => lock.LockReason.toLowerCase() === wanted);
  });
  filter("InstanceName", (pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    const name = new RegExp(`^${parts.join(".*")}$`, "s");
    return (instance) => name.test(instance.InstanceName);
  });
  for (const name of ["ZoneId", "ImageId", "InstanceType", "ResourceGroupId", "KeyPairName"] as const) {
    filter(name, (value) => (instance) => instance[name] === value);
  }
  filter("VpcId", (vpcId) => (instance) => instance.VpcAttributes.VpcId === vpcId);
  filter("VSwitchId", (vSwitchId) => (instance) => instance.VpcAttributes.VSwitchId === vSwitchId);
  filter("SecurityGroupId", (id) => (instance) => instance.SecurityGroupIds.SecurityGroupId.includes(id));
  return filters.concat(readTags(params));
}

const lockReasons = ["financial", "security", "recycling", "dedicatedhostfinancial", "refunded"];

function readTags(params: Parameters): Filter[] {
  const indexes = params.indexesOf("Tag");
  if (indexes.length > 20) throw tagCountExceeded();
  return indexes.map((index) => {
    const key = params.text(`Tag.${index}.Key`);
    const value = params.text(`Tag.${index}.Value`);
    if (key === undefined || key === "") throw tagMismatch();
    return (instance) =>
      instance.Tags.Tag.some(
        (tag) => tag.TagKey === key && (value === undefined || value === "" || tag.TagValue === value),
      );
  });
}
