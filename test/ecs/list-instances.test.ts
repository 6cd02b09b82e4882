import { describe, expect, it } from "vitest";
import type { Criteria } from "../../provider/core/fleet";
import { EcsError } from "../../provider/ecs/errors";
import { listInstances } from "../../provider/ecs/list-instances";

type Body = Record<string, unknown>;

const byName: Criteria = {
  tags: {},
  instanceName: "web-*",
  vpcId: undefined,
  zoneId: undefined,
  resourceGroupId: undefined,
  chargeType: undefined,
};
const rows = (...ids: readonly string[]) => ({ Instances: { Instance: ids.map((InstanceId) => ({ InstanceId })) } });

/** Answers with these pages, one after the other; `asked` is what was sent for each. */
function pages(...bodies: readonly Body[]) {
  const asked: Body[] = [];
  const read = (params: Body) => {
    asked.push(params);
    const body = bodies[asked.length - 1] ?? {};
    return Promise.resolve({ body, requestId: "REQUEST-ID", serverTimeMs: undefined });
  };
  return { asked, list: (criteria: Criteria = byName) => listInstances(read, "cn-hangzhou", criteria) };
}

describe("DescribeInstances by criteria", () => {
  it("sends each criterion, and nothing for those that are left out", async () => {
    const { asked, list } = pages(rows(), rows());
    await list({
      tags: { env: "dev", team: "" },
      instanceName: "web-*",
      vpcId: "vpc-1",
      zoneId: "z",
      resourceGroupId: "rg",
      chargeType: "PrePaid",
    });
    await list();
    expect(asked).toEqual([
      {
        RegionId: "cn-hangzhou",
        MaxResults: 100,
        InstanceName: "web-*",
        VpcId: "vpc-1",
        ZoneId: "z",
        ResourceGroupId: "rg",
        InstanceChargeType: "PrePaid",
        "Tag.1.Key": "env",
        "Tag.1.Value": "dev",
        "Tag.2.Key": "team",
        "Tag.2.Value": "",
      },
      { RegionId: "cn-hangzhou", MaxResults: 100, InstanceName: "web-*" },
    ]);
  });

  it("reads what criteria are about", async () => {
    const Instance = {
      InstanceId: "i-a",
      InstanceName: "web-1",
      ZoneId: "z",
      ResourceGroupId: "rg",
      InstanceChargeType: "PrePaid",
      VpcAttributes: { VpcId: "vpc-1" },
      Tags: { Tag: [{ TagKey: "env", TagValue: "dev" }] },
    };
    const { list } = pages({ Instances: { Instance: [Instance, { InstanceId: "i-b" }] } });
    const free = { instanceName: "", zoneId: "", resourceGroupId: "", chargeType: "", vpcId: "", tags: {} };
    expect(await list()).toEqual([
      {
        instanceId: "i-a",
        instanceName: "web-1",
        zoneId: "z",
        resourceGroupId: "rg",
        chargeType: "PrePaid",
        vpcId: "vpc-1",
        tags: { env: "dev" },
      },
      { ...free, instanceId: "i-b" },
    ]);
  });

  it("goes on from page to page, also after one that is empty, and takes each instance once", async () => {
    const { asked, list } = pages(
      { ...rows("i-a", "i-b"), NextToken: "two" },
      { ...rows(), NextToken: "three" },
      { ...rows("i-b", "i-c"), NextToken: "" },
    );
    expect((await list()).map(({ instanceId }) => instanceId)).toEqual(["i-a", "i-b", "i-c"]);
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, "two", "three"]);
  });

  it.each([
    ["no list", [{}], "NoInstances"],
    ["no list on a later page", [{ ...rows("i-a"), NextToken: "two" }, {}], "NoInstances"],
    ["a row without an id", [{ Instances: { Instance: [{}] } }], "NoInstanceId"],
    ["a token that stands still", [1, 2].map(() => ({ ...rows("i-a"), NextToken: "same" })), "NoNextPage"],
    ["a token that is none", [{ ...rows("i-a"), NextToken: 5 }], "NoNextPage"],
  ])("%s is an error, never a smaller list", async (_, bodies, code) => {
    const failed = await pages(...bodies)
      .list()
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(EcsError);
    expect(failed).toMatchObject({ code });
  });

  it("as many by tags as ECS lists at most may not be all, and pages without end are none", async () => {
    const full = (page: number) => ({
      ...rows(...Array.from({ length: 100 }, (_, n) => `i-${page}x${n}`)),
      NextToken: `after-${page}`,
    });
    const many = Array.from({ length: 200 }, (_, page) => full(page));
    const tagged = { ...byName, tags: { env: "dev" } };
    await expect(pages(...many.slice(0, 9), { ...full(9), NextToken: "" }).list(tagged)).rejects.toThrow(
      /1000 by tags/,
    );
    await expect(pages(...many.slice(0, 8), { ...full(9), NextToken: "" }).list(tagged)).resolves.toHaveLength(900);
    await expect(pages(...many).list()).rejects.toThrow(/more than 20000/);
  });
});
