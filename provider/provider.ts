import type { Properties } from "./core/outputs";
import type { Settings } from "./ecs/config";
import { settingText } from "./ecs/config";
import { connector } from "./ecs/connect";
import { connectEngine, engineAddress, noEngine } from "./engine-client";
import { isFleet } from "./fleet-run";
import type { Outside } from "./lifecycle";
import { Lifecycle } from "./lifecycle";
import { withLimitsOfToday } from "./limits-of-today";
import { noPeers, peersOf } from "./peers";
import { systemClock } from "./reconcile/clock";
import { keepHeapSmall } from "./small-heap";

/**
 * The entry that the state of every resource requires by name, for years to come: these seven functions and their
 * signatures are a promise. Nothing here runs before Pulumi calls it.
 */

let settings: Settings = () => undefined;
let outside: Outside | undefined;
let lifecycle: Lifecycle | undefined;

function world(): Outside {
  if (outside !== undefined) return outside;
  const address = engineAddress(process.argv);
  const engine = address === undefined ? noEngine : connectEngine(address);
  outside = {
    // Read at each use: `configure` may come after the object is made, and again for another provider instance.
    settings: (key) => settings(key),
    env: process.env,
    connect: connector(
      (key) => settings(key),
      process.env,
      () => systemClock.nowMs(),
    ),
    clock: systemClock,
    engine,
    peers: address === undefined ? noPeers : peersOf(address, (text) => engine.say("warning", text)),
  };
  return outside;
}

let hasSmallHeap = false;

function currentFleet(): Lifecycle["fleet"] {
  if (!hasSmallHeap) keepHeapSmall();
  hasSmallHeap = true;
  return current().fleet;
}

function current(): Lifecycle {
  lifecycle ??= new Lifecycle(world());
  return lifecycle;
}

/** Synchronous on purpose: the host awaits it for the first call only, and later calls must not run unconfigured. */
export function configure(request: { readonly config: { get(key: string): unknown } }): void {
  const recorded: Settings = (key) => settingText(request.config.get(key));
  // A provider of its own has limits of its own, and none of the stack's.
  settings = recorded("lifecycle:explicit") === undefined ? withLimitsOfToday(recorded, process.cwd()) : recorded;
}

export function check(olds: Properties, news: Properties) {
  return isFleet(news) ? currentFleet().check(olds, news) : current().check(olds, news);
}

export function diff(_id: string, olds: Properties, news: Properties) {
  return isFleet(news) ? currentFleet().diff(olds, news) : current().diff(olds, news);
}

export function create(inputs: Properties) {
  return isFleet(inputs) ? spoken((fleet) => fleet.create(inputs)) : current().create(inputs);
}

export function read(id: string, props: Properties) {
  return isFleet(props) ? spoken((fleet) => fleet.read(id, props)) : current().read(id, props);
}

export function update(_id: string, olds: Properties, news: Properties) {
  return isFleet(news) ? spoken((fleet) => fleet.update(olds, news)) : current().update(olds, news);
}

export function remove(id: string, props: Properties) {
  return isFleet(props) ? spoken((fleet) => fleet.delete(props)) : current().delete(id, props);
}

function spoken<T>(work: (fleet: Lifecycle["fleet"]) => Promise<T>): Promise<T> {
  return current().spoken(work(currentFleet()));
}

// `delete` can't be the name of a function, but Pulumi calls it by that name.
export { remove as delete };
