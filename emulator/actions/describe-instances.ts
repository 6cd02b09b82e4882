import type { Action, Call } from "../call";
import { readIdList } from "../id-list";
import { type Instance, statuses } from "../model";
import { cutPage, type Page, readPage } from "../paging";
import type { Parameters } from "../parameters";
import { checkPermission, isDenied } from "../permission";
import { readTagFilter } from "../tag-params";
import { dryRunOperation, filterValueNotFound, instanceIdsMalformed } from "../wire-error";
import { accountOf, type Held } from "../world";
import { listedInstance } from "./listed-instance";
import { readRegion } from "./read-region";

/** What may be listed, with its place in the order. */
interface Row {
  sequence: number;
  instance: Instance;
  /** Undefined for an old look. */
  held: Held | undefined;
}

export const describeInstances: Action = (call) => {
  const { world, params } = call;
  const regionId = readRegion(call);
  const ids = readIdList(params.text("InstanceIds"), instanceIdsMalformed);
  const page = readPage(params);
  const filters = readFilters(params);
  const dryRun = params.boolean("DryRun", false);

  if (isDenied(call) && world.switches.deniedDescribe === "empty") return answer([], page);
  checkPermission(call);
  if (dryRun) throw dryRunOperation(world.switches.dryRunStatus);

  const accountId = accountOf(call.credential);
  const rows = looks(call, ids).filter(
    ({ instance }) =>
      instance.RegionId === regionId &&
      instance.accountId === accountId &&
      filters.every((matches) => matches(instance)),
  );
  return answer(call.stale === undefined ? onlyVisible(call, rows) : rows, page, (row) => {
    if (row.held !== undefined) world.described(row.held);
  });
};

/** The new ones that are not listed yet fall out. */
function onlyVisible({ world }: Call, rows: Row[]): Row[] {
  return rows.filter(({ held }) => {
    if (held === undefined || world.isVisible(held)) return true;
    world.missed(held);
    return false;
  });
}

function answer(rows: Row[], page: Page, onShown: (row: Row) => void = () => undefined): Record<string, unknown> {
  const { shown, about } = cutPage(rows, page);
  const Instance = shown.map((row) => listedInstance(row.instance));
  shown.forEach(onShown);
  return { ...about, Instances: { Instance } };
}

/** The instances as this call sees them. With ids it costs as much as there are ids. */
function looks(call: Call, ids: string[] | undefined): Row[] {
  const { world, stale } = call;
  if (stale === "empty") return [];
  const held = ids === undefined ? [...world.all()] : [...new Set(ids)].flatMap((id) => world.find(id) ?? []);
  if (stale === undefined)
    return held.map((each) => ({ sequence: each.sequence, instance: each.instance, held: each }));
  const before = held.flatMap(({ sequence, previous }) =>
    previous === undefined ? [] : [{ sequence, instance: previous, held: undefined }],
  );
  const gone = ids === undefined ? [...world.vanished()] : ids.flatMap((id) => world.findVanished(id) ?? []);
  return before.concat(gone.map((instance) => ({ sequence: 0, instance, held: undefined })));
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
  const hasTags = readTagFilter(params);
  return filters.concat((instance) => hasTags(instance.Tags.Tag));
}

const lockReasons = ["financial", "security", "recycling", "dedicatedhostfinancial", "refunded"];
