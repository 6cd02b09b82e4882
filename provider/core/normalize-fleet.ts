import * as v from "valibot";
import { instanceIdThat, knownKeys, notA, text } from "./argument-schemas";
import { rightName } from "./closest-name";
import type { Criteria, DesiredFleet } from "./fleet";
import { unknownValue } from "./model";
import { argumentNames, misspeltArguments, normalize } from "./normalize";
import { normalizeTimed } from "./normalize-timed";

export interface FleetDeclaration {
  /** Faults, each beginning with the argument's name. Empty: nothing is wrong with what is known. */
  readonly failures: readonly string[];
  /** Names of the arguments that are not known yet. */
  readonly unknown: readonly string[];
  /** Undefined while something is wrong, or it is not known which instances are meant. */
  readonly fleet: DesiredFleet | undefined;
  /** What a selection may not do. Said apart, because the refusal names what the selection finds. */
  readonly forbidden: readonly string[];
}

const example = "such as i-bp67acfmxazb4p";

const idList = v.array(instanceIdThat(`must be an instance id ${example}`), (issue) =>
  notA("must be a list of instance ids", issue.input, "write a list"),
);

const count = (least: number) => {
  const wanted = `must be a whole number, ${least} or more`;
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(least, wanted));
};

/** Not a record of the library's: that would drop keys such as `constructor` in silence, and with them a criterion. */
const tags = v.pipe(
  v.custom<Record<string, string>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object of texts",
  ),
  v.check((value) => Object.values<unknown>(value).every((one) => typeof one === "string"), "must hold texts only"),
  v.check((value) => Object.keys(value).length > 0, "must name at least one tag; leave it out instead"),
  // Tag.N of DescribeInstances goes up to 20.
  v.check((value) => Object.keys(value).length <= 20, "must be 20 tags at most"),
  v.check((value) => !Object.hasOwn(value, ""), "must not have an empty key"),
);

const criteria = {
  tags: v.optional(tags),
  instanceName: v.optional(
    v.pipe(
      text,
      v.check(
        (value) => !/^\*+$/.test(value),
        'must be more than "*", which fits every name; leave it out and write another criterion, such as tags',
      ),
    ),
  ),
  vpcId: v.optional(text),
  zoneId: v.optional(text),
  resourceGroupId: v.optional(text),
  chargeType: v.optional(
    v.picklist(["PostPaid", "PrePaid"], (issue) => `must be "PostPaid" or "PrePaid", not "${String(issue.input)}"`),
  ),
};

const criteriaNames = Object.keys(criteria).join(", ");

const own = {
  instanceIds: v.optional(idList),
  select: v.optional(
    v.pipe(
      knownKeys(
        criteria,
        `must be an object with ${criteriaNames}`,
        (key) => `is not a criterion; ${rightName(key, Object.keys(criteria))}`,
      ),
      v.check(
        (value) => Object.values(value).some((one) => one !== undefined),
        `must have at least one criterion, or it would find every instance; there are: ${criteriaNames}`,
      ),
    ),
  ),
  exclude: v.optional(idList),
  minMatches: v.optional(count(0)),
  maxMatches: v.optional(count(1)),
  order: v.optional(
    v.picklist(
      ["parallel", "forward", "backward"],
      (issue) => `must be "parallel", "forward" or "backward", not "${String(issue.input)}"`,
    ),
  ),
};

const schema = v.object(own);
const ownNames = Object.keys(own);

/** The arguments that are handed to each instance's own resource. */
const sharedNames = argumentNames.filter((name) => name !== "instanceId");

/** Stands for the ids, so that the shared arguments are judged by the rules of one resource. */
const anyInstance = "i-any";

/**
 * A fleet's args → which instances it is about, or every fault at once. Pure. `defaultRegionId` is what the configuration
 * says where the argument is left out.
 */
export function normalizeFleet(
  args: Readonly<Record<string, unknown>>,
  defaultRegionId: string | undefined,
): FleetDeclaration {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const unknown = given.filter(([, value]) => hasUnknown(value)).map(([name]) => name);
  const known = Object.fromEntries(given.filter(([name]) => !unknown.includes(name)));
  const result = v.safeParse(schema, known, { abortPipeEarly: true });
  const shared = normalize(
    Object.fromEntries([...given.filter(([name]) => sharedNames.includes(name)), ["instanceId", anyInstance]]),
    defaultRegionId,
  );
  const timed = normalizeTimed(known, unknown);
  const failures = [
    ...misspelt(given.map(([name]) => name)),
    ...(result.issues ?? []).map((issue) => `${v.getDotPath(issue) ?? "arguments"}: ${issue.message}`),
    ...contradictions(known, unknown),
    ...shared.failures,
    ...timed.failures,
  ];
  const value = result.success ? result.output : undefined;
  const regionId = typeof known.regionId === "string" ? known.regionId : defaultRegionId;
  const undecided = [...ownNames, "regionId"].some((name) => unknown.includes(name));
  if (failures.length > 0 || undecided || value === undefined || regionId === undefined) {
    return { failures: [...new Set(failures)], unknown, fleet: undefined, forbidden: [] };
  }
  const { select, instanceIds = [], exclude = [], minMatches = 1, maxMatches, order = "parallel" } = value;
  const members =
    select === undefined
      ? ({ by: "ids", instanceIds } as const)
      : ({ by: "selection", criteria: toCriteria(select) } as const);
  return {
    failures: [],
    unknown,
    fleet: { regionId, members, exclude, minMatches, maxMatches, order },
    forbidden: members.by === "selection" ? forbidden(known, timed.schedule?.life.releaseAfter !== undefined) : [],
  };
}

/** A selection is what ECS answers today, and such an answer must not decide what is destroyed. */
function forbidden(args: Readonly<Record<string, unknown>>, endsReleased: boolean): readonly string[] {
  const must = "can't be declared for a selection, which is another one tomorrow";
  const timed = args.autoReleaseAt !== undefined && args.autoReleaseAt !== "never";
  const rules: readonly [boolean, string][] = [
    [args.state === "released", `state: released ${must}; write the ids`],
    [endsReleased, `schedule.life.releaseAfter: a release ${must}; write the ids`],
    [timed, `autoReleaseAt: a release time ${must}; write the ids`],
    [args.autoReleaseAfter !== undefined, `autoReleaseAfter: a release time ${must}; write the ids`],
    [
      args.onDelete !== undefined && args.onDelete !== "retain",
      `onDelete: ${String(args.onDelete)} can't be declared for a selection: what leaves it is only forgotten; write "retain" or leave it out`,
    ],
  ];
  return rules.flatMap(([applies, text]) => (applies ? [text] : []));
}

/** The same as `misspeltArguments`, for a fleet. Pure. */
export function misspeltFleetArguments(args: Readonly<Record<string, unknown>>): readonly string[] {
  const shared = Object.entries(args).filter(([name]) => sharedNames.includes(name));
  return [...misspelt(Object.keys(args)), ...misspeltArguments(Object.fromEntries(shared))];
}

function misspelt(names: readonly string[]): readonly string[] {
  const all = [...ownNames, ...sharedNames];
  return names
    .filter((name) => !all.includes(name))
    .map((name) =>
      name === "instanceId"
        ? "instanceId: is not an argument of a fleet; write instanceIds, a list"
        : `${name}: is not an argument; ${rightName(name, all)}`,
    );
}

function contradictions(args: Readonly<Record<string, unknown>>, unknown: readonly string[]): readonly string[] {
  const has = (name: string) => args[name] !== undefined || unknown.includes(name);
  const { instanceIds, minMatches, maxMatches } = args;
  const listed: readonly unknown[] = Array.isArray(instanceIds) ? instanceIds : [];
  const seen = new Set<unknown>();
  // One that makes no more of them stood there before.
  const twice = listed.filter((id) => seen.size === seen.add(id).size);
  const rules: readonly [boolean, string][] = [
    [
      has("instanceIds") && has("select"),
      "select: can't be combined with instanceIds; declare one of the two (exclude leaves single instances out)",
    ],
    [
      !has("instanceIds") && !has("select"),
      `instanceIds: is required, a list of instance ids; or select, with at least one of ${criteriaNames}`,
    ],
    [twice.length > 0, `instanceIds: ${[...new Set(twice)].join(", ")} stands there more than once; keep one of them`],
    [
      typeof minMatches === "number" && typeof maxMatches === "number" && minMatches > maxMatches,
      "maxMatches: must not be smaller than minMatches",
    ],
  ];
  return rules.flatMap(([applies, text]) => (applies ? [text] : []));
}

function toCriteria(select: v.InferOutput<v.ObjectSchema<typeof criteria, undefined>>): Criteria {
  const { tags = {}, instanceName, vpcId, zoneId, resourceGroupId, chargeType } = select;
  return { tags, instanceName, vpcId, zoneId, resourceGroupId, chargeType };
}

function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}
