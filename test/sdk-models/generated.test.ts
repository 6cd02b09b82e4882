import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { execute } from "../../emulator/index";
import { ann, bob, crowdedWorld, eve } from "../emulator/crowded-world";
import { actionSpecs } from "../emulator/parameter-specs";
import { ignoredOf } from "./ignored-parameters";
import { accountOf, judge } from "./judge";
import { listings } from "./listed-rows";
import { type ModelledAction, modelledActions } from "./modelled-actions";
import { requestsOf } from "./requests";
import { seed } from "./seed";
import { ids } from "./values";

// Thousands of requests, made from the vendor's own request models, each held against everything that is true of every
// answer (judge.ts). A failure prints its seed and the shrunk request; EMULATOR_SEED=<seed> makes the same run again.

const credentials = fc.oneof(
  { arbitrary: fc.constant(ann), weight: 6 },
  { arbitrary: fc.constant(bob), weight: 2 },
  { arbitrary: fc.constant(eve), weight: 1 },
);

const walks = [
  { action: "DescribeInstances", maxResults: "10" },
  { action: "DescribeDisks", maxResults: "10" },
  { action: "DescribeSnapshots", maxResults: "2" },
  { action: "DescribeSnapshotGroups", maxResults: undefined },
];

const ofPages = ["PageNumber", "PageSize", "MaxResults", "NextToken", "DryRun"];

const runs = ({ request, version }: ModelledAction) => (version !== "2014-05-26" ? 100 : request.size > 50 ? 400 : 220);

let asked = 0;

// Shrinking a failure takes its time.
describe(`EMULATOR_SEED=${seed}`, { timeout: 120_000 }, () => {
  test.each(modelledActions)("$action: whatever is sent, the answer is one of the vendor's", (modelled) => {
    let successes = 0;
    fc.assert(
      fc.property(requestsOf(modelled), credentials, (params, credential) => {
        asked += 1;
        const { code } = judge(crowdedWorld(), { modelled, params, credential });
        if (code === undefined) successes += 1;
      }),
      { numRuns: runs(modelled), seed },
    );
    // Requests that never get through would show little. One call is always refused.
    if (modelled.action !== "ModifyInstanceChargeType") expect(successes).toBeGreaterThan(runs(modelled) / 40);
  });

  test("several calls on one world, with time between them", () => {
    const anyCall = fc.oneof(
      ...modelledActions.map((modelled) => requestsOf(modelled).map((params) => ({ modelled, params }))),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyCall, credentials, fc.constantFrom(0, 0, 1000, 5000, 3_600_000)), {
          minLength: 5,
          maxLength: 15,
        }),
        (steps) => {
          const world = crowdedWorld();
          for (const [call, credential, passMs] of steps) {
            asked += 1;
            judge(world, { ...call, credential }, { isCrowd: false });
            if (passMs > 0) world.advance(passMs);
          }
        },
      ),
      { numRuns: 60, seed },
    );
  });

  // Of the whole file: a run that names single tests makes fewer.
  test("at least 5,000 requests were made", () => {
    expect(asked).toBeGreaterThanOrEqual(5000);
  });

  test.each(walks)("$action: the pages that NextToken leads to show every row once", ({ action, maxResults }) => {
    const modelled = modelledActions.find((each) => each.action === action);
    const listing = listings[action];
    if (modelled === undefined || listing === undefined) throw new Error(`${action} is no list.`);
    const noPages = fc.tuple(requestsOf(modelled), fc.subarray(ids.instance)).map(([params, some]) => {
      const rest = Object.fromEntries(Object.entries(params).filter(([name]) => !ofPages.includes(name)));
      const shuffled = JSON.stringify([...some].reverse());
      return rest["InstanceIds"] === undefined ? rest : { ...rest, InstanceIds: shuffled };
    });
    let walked = 0;
    fc.assert(
      fc.property(noPages, (params) => {
        const world = crowdedWorld();
        const seen: unknown[] = [];
        let token = "";
        do {
          const page = { ...(maxResults === undefined ? {} : { MaxResults: maxResults }), NextToken: token };
          const answer = judge(
            world,
            { modelled, params: { ...params, ...page }, credential: ann },
            { isCrowd: false },
          );
          if (answer.code !== undefined) return;
          const rows = answer.body[listing.path[0]] as Record<string, Record<string, unknown>[]>;
          seen.push(...(rows[listing.path[1]] ?? []).map(listing.id));
          token = answer.body["NextToken"] as string;
          if (token !== "") walked += 1;
        } while (token !== "" && seen.length < 1000);
        expect(seen).toEqual(listing.expected(world, params, accountOf(ann)));
      }),
      { numRuns: 60, seed },
    );
    expect(walked).toBeGreaterThan(0);
  });
});

test("every parameter of the vendor's models decides something, or is listed as one that is ignored", () => {
  const open = modelledActions.flatMap(({ action, version, request }) => {
    const spec = actionSpecs.find((each) => each.action === action);
    const tabled = Object.keys(spec?.params ?? {}).map((name) => name.split(".")[0] ?? name);
    const paging = ["PageNumber", "PageSize", "MaxResults", "NextToken"];
    const known = new Set([...tabled, ...(listings[action]?.filters ?? []), ...paging]);
    const ignored = new Set(ignoredOf(action, version));
    return [...request.keys()]
      .filter((name) => known.has(name) === ignored.has(name))
      .map((name) => `${action}.${name}`);
  });
  expect(open).toEqual([]);
});

test.each(modelledActions)("$action: what is listed as ignored changes nothing", ({ action, version }) => {
  const spec = actionSpecs.find((each) => each.action === action);
  const good: Record<string, string> = {};
  for (const [name, { required, valid }] of Object.entries(spec?.params ?? {})) {
    if (required === true) good[name] = valid[0] ?? "";
  }
  Object.assign(good, spec?.success);
  const answerTo = (params: Record<string, string>) => {
    const { body, effect, requestId } = execute(crowdedWorld(), { action, version, params, credential: ann });
    return JSON.stringify({ body, effect }).replaceAll(requestId, "");
  };
  for (const name of ignoredOf(action, version)) {
    for (const given of [{ [name]: "true" }, { [name]: "" }, { [`${name}.1`]: "x" }, { [`${name}.Key`]: "1" }]) {
      expect({ given, answer: answerTo({ ...good, ...given }) }).toEqual({ given, answer: answerTo(good) });
    }
  }
});
