import * as v from "valibot";
import { UsageError } from "../usage-error";
import { groupedBy } from "./grouped-by";
import type { InstanceMoney, InstanceReport, Money } from "./report";
import { parseJson } from "./parse-json";
import { printable } from "./printable";
import { namesText } from "./row-texts";

const amount = v.pipe(v.number("must be a number"), v.minValue(0, "must be a number of at least 0"));
const words = v.pipe(v.string("must be a text"), v.nonEmpty("must not be empty"));
const known = <const T extends v.ObjectEntries>(entries: T) =>
  v.strictObject(entries, (issue) =>
    issue.expected === "never"
      ? `is not known; there are: ${Object.keys(entries).join(", ")}`
      : `must be an object with ${Object.keys(entries).join(", ")}`,
  );
const map = <const T extends v.GenericSchema>(value: T, of: string) =>
  v.record(v.string(), value, `must be an object of ${of}`);

const schema = known({
  currency: words,
  assumptions: v.optional(v.union([words, v.array(words)], "must be a text or a list of texts")),
  perHour: map(
    known({ running: amount, stopped: v.optional(amount) }),
    'prices such as "ecs.g7.large": { "running": 0.5 }',
  ),
  instances: v.optional(map(words, 'types such as "i-bp1": "ecs.g7.large"')),
});

/** What an hour costs. A type is written alone, or as `region/type`, which wins. */
export type Prices = v.InferOutput<typeof schema>;

const shape = 'it needs { "currency": "CNY", "perHour": { "ecs.g7.large": { "running": 0.5, "stopped": 0.1 } } }';

/** The text of a prices file. Throws an UsageError that names the first fault. */
export function readPrices(text: string, from: string): Prices {
  const result = v.safeParse(schema, parseJson(text, "--prices", from, shape));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "the file";
  const what = issue.received === "undefined" ? "is required" : issue.message;
  throw new UsageError(`--prices: ${printable(`${from}: ${path}`)}: ${what}; ${shape}`);
}

type Priced = Omit<InstanceReport, "money">;

/** What the declared hours of an instance save against always on, or why that isn't known. Never a guess. Pure. */
export function moneyOf(instance: Priced, prices: Prices): InstanceMoney {
  const { instanceId, regionId, hours, stopMode, chargeType, gone } = instance;
  if (gone) return { noPrice: "it is gone" };
  if (hours.unknown > 0) return { noPrice: "its hours are not known" };
  if (chargeType === "PrePaid") return { noPrice: "a subscription is paid whether it runs or not" };
  const type = Object.hasOwn(prices.instances ?? {}, instanceId) ? prices.instances?.[instanceId] : undefined;
  if (type === undefined) return { noPrice: 'no price: type not under "instances"' };
  const price = priceOf(prices, `${regionId}/${type}`) ?? priceOf(prices, type);
  if (price === undefined) return { noPrice: `no price for ${printable(type)}` };
  const isStopped = hours.stopped > 0;
  if (isStopped && stopMode === undefined) return { noPrice: "no price: how it is stopped is not known" };
  const stopped = stopMode === "KeepCharging" ? price.running : price.stopped;
  if (isStopped && stopped === undefined) return { noPrice: `no price for ${printable(type)} while stopped` };
  const all = hours.running + hours.stopped + hours.released + hours.unmanaged;
  return {
    type: printable(type),
    alwaysOn: all * price.running,
    saved: hours.stopped * (price.running - (stopped ?? price.running)) + hours.released * price.running,
  };
}

function byReason(instances: readonly InstanceReport[]): readonly string[] {
  const without = instances.flatMap(({ label, money, gone }) =>
    money === undefined || !("noPrice" in money) || gone ? [] : [{ label, reason: money.noPrice }],
  );
  const reasons = groupedBy(without, ({ reason }) => reason);
  return Array.from(reasons, ([reason, ones]) => `${namesText(ones.map(({ label }) => label))} (${reason})`);
}

function priceOf({ perHour }: Prices, key: string) {
  return Object.hasOwn(perHour, key) ? perHour[key] : undefined;
}

/** Pure. */
export function sumOfMoney(instances: readonly InstanceReport[], prices: Prices): Money {
  const priced = instances.flatMap(({ money }) => (money === undefined || "noPrice" in money ? [] : [money]));
  const { assumptions = [] } = prices;
  return {
    currency: printable(prices.currency),
    alwaysOn: priced.reduce((sum, { alwaysOn }) => sum + alwaysOn, 0),
    saved: priced.reduce((sum, { saved }) => sum + saved, 0),
    assumptions: [
      ...(typeof assumptions === "string" ? [assumptions] : assumptions).map(printable),
      "prices are those of the file, per hour; what is stopped with KeepCharging costs as much as running; disks, addresses and snapshots are not counted",
    ],
    priced: priced.length,
    withoutPrice: byReason(instances),
  };
}
