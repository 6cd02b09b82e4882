import type { Action, Call, Change } from "../call";
import { readClientToken } from "../client-token";
import {
  batchDryRun,
  batchIdsMalformed,
  crossRegion,
  instanceNotFound,
  instancesNotFound,
  noInstanceIds,
  tooManyInstanceIds,
  WireError,
} from "../wire-error";
import { accountOf } from "../world";
import { judgeDelete, readDelete } from "./delete-instance";
import { readRegion } from "./read-region";
import { judgeStart } from "./start-instance";
import { judgeStop, readStop } from "./stop-instance";

export const startInstances: Action = (call) => power(call, (instanceId) => judgeStart(call, instanceId));

export const stopInstances: Action = (call) => {
  const how = { ...readStop(call.params, call.world.switches), hibernate: false };
  return power(call, (instanceId) => judgeStop(call, instanceId, how));
};

/** All or none; only its request id is answered. */
export const deleteInstances: Action = (call) => {
  const { world, params } = call;
  const regionId = readRegion(call);
  const ids = readIds(call, "InvalidInstanceIds.ValueNotSupported");
  const dryRun = params.boolean("DryRun", false);
  const how = readDelete(params);
  const token = readClientToken(call, 400);
  if (token.earlier !== undefined) return token.earlier;

  const accountId = accountOf(call.credential);
  for (const id of ids) {
    const elsewhere = world.find(id)?.instance;
    // What is another account's isn't there at all.
    if (elsewhere?.accountId === accountId && elsewhere.RegionId !== regionId) throw crossRegion();
  }
  const changes = ids.map((id) => judgeDelete(call, id, how, instancesNotFound));
  if (dryRun) throw batchDryRun();
  for (const change of changes) if (change !== undefined) call.effects.push(change());
  return token.keep({});
};

/** `AllTogether`: what stands against one stands against all. `SuccessFirst`: each gets its own answer. */
function power(call: Call, judge: (instanceId: string) => Change | undefined): Record<string, unknown> {
  const { world, params } = call;
  readRegion(call);
  const ids = readIds(call, "Abs.InvalidInstanceIds.MalFormed");
  const optimization = params.oneOf("BatchOptimization", ["AllTogether", "SuccessFirst"]) ?? "AllTogether";
  const dryRun = params.boolean("DryRun", false);

  // With SuccessFirst a dry run tells nothing of the instances.
  if (dryRun && optimization === "SuccessFirst") throw batchDryRun();
  const judged = ids.map((id) => judgeOne(id, judge));
  if (optimization === "AllTogether") {
    const refused = judged.find(({ error }) => error !== undefined)?.error;
    if (refused !== undefined) throw refused.code === instanceNotFound().code ? instancesNotFound() : refused;
  }
  if (dryRun) throw batchDryRun();
  const responses = judged.map(({ id, change, error }) => {
    const PreviousStatus = world.find(id)?.instance.Status ?? "";
    if (error !== undefined) {
      return { InstanceId: id, Code: error.code, Message: error.message, PreviousStatus: "", CurrentStatus: "" };
    }
    if (change !== undefined) call.effects.push(change());
    const CurrentStatus = world.find(id)?.instance.Status ?? "";
    return { InstanceId: id, Code: "200", Message: "success", PreviousStatus, CurrentStatus };
  });
  return { InstanceResponses: { InstanceResponse: responses } };
}

interface Judged {
  id: string;
  change?: Change | undefined;
  error?: WireError;
}

function judgeOne(id: string, judge: (instanceId: string) => Change | undefined): Judged {
  try {
    return { id, change: judge(id) };
  } catch (error) {
    // A key without the permission is refused as a whole.
    if (!(error instanceof WireError) || error.code === "Forbidden.RAM") throw error;
    return { id, error };
  }
}

function readIds({ params }: Call, malformed: Parameters<typeof batchIdsMalformed>[0]): string[] {
  const ids = [...new Set(params.list("InstanceId"))];
  if (ids.length === 0) throw noInstanceIds();
  if (ids.length > 100) throw tooManyInstanceIds();
  if (ids.some((id) => !/^i-[a-z0-9]+$/.test(id))) throw batchIdsMalformed(malformed);
  return ids;
}
