import type { Candidate, Criteria } from "../core/fleet";
import type { Answer } from "./door";
import { EcsError } from "./errors";
import { detached, listOf, toPresent } from "./instance";
import { isRecord } from "./pop-door";
import { tagParameters } from "./tag-parameters";

type Params = Readonly<Record<string, string | boolean | number>>;

/** The vendor's largest page. */
export const perPage = 100;
/** More pages than any account has: then the tokens lead in a circle. */
const mostPages = 200;
/** By tags ECS finds at most this many; whether there are more can't be told. */
const mostByTags = 1_000;

/** Everything that DescribeInstances lists for these criteria, from the first page to the last. Throws EcsError rather than leave out one. */
export async function listInstances(
  read: (params: Params) => Promise<Answer>,
  regionId: string,
  criteria: Criteria,
): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>();
  let token = "";
  for (let page = 1; page <= mostPages; page += 1) {
    const { body, requestId } = await read({
      RegionId: regionId,
      ...filtersOf(criteria),
      MaxResults: perPage,
      ...(token === "" ? {} : { NextToken: token }),
    });
    if (!isRecord(body.Instances)) throw broken("NoInstances", "the answer has no list of instances", requestId);
    for (const raw of listOf(body.Instances, "Instance")) {
      const one = toCandidate(raw);
      if (one === undefined) throw broken("NoInstanceId", "the answer lists something without an id", requestId);
      found.set(one.instanceId, one);
    }
    if (Object.keys(criteria.tags).length > 0 && found.size >= mostByTags) {
      throw broken(
        "TooMany",
        `${mostByTags} by tags, and ECS lists no more; narrow it by another criterion`,
        requestId,
      );
    }
    const next = body.NextToken;
    if (next === undefined || next === "") return [...found.values()];
    if (typeof next !== "string" || next === token) throw broken("NoNextPage", "the pages lead nowhere", requestId);
    token = next;
  }
  throw broken("TooMany", `more than ${mostPages * perPage} instances`, undefined);
}

function filtersOf(criteria: Criteria): Params {
  const { instanceName, vpcId, zoneId, resourceGroupId, chargeType } = criteria;
  const filters = {
    InstanceName: instanceName,
    VpcId: vpcId,
    ZoneId: zoneId,
    ResourceGroupId: resourceGroupId,
    InstanceChargeType: chargeType,
  };
  const given = Object.entries(filters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(given), ...tagParameters(criteria.tags) };
}

function toCandidate(raw: unknown): Candidate | undefined {
  const present = toPresent(raw);
  if (present === undefined || !isRecord(raw)) return undefined;
  const { instanceId, instanceName, chargeType, tags } = present;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const vpcId = text(isRecord(raw.VpcAttributes) ? raw.VpcAttributes.VpcId : undefined);
  const place = detached({ vpcId, zoneId: text(raw.ZoneId), resourceGroupId: text(raw.ResourceGroupId) });
  return { instanceId, instanceName, chargeType, tags, ...place };
}

function broken(code: string, detail: string, requestId: string | undefined): EcsError {
  return new EcsError("DescribeInstances", code, "unknownOutcome", detail, undefined, requestId, undefined);
}
