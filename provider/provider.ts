import type { Properties } from "./core/outputs";
import type { Settings } from "./ecs/config";
import { settingText } from "./ecs/config";
import { connector } from "./ecs/connect";
import { engineOfThisProcess } from "./engine-client";
import { Lifecycle } from "./lifecycle";
import { systemClock } from "./reconcile/clock";

/**
 * The entry that the state of every resource requires by name, for years to come: these seven functions and their
 * signatures are a promise. Nothing here runs before Pulumi calls it.
 */

let settings: Settings = () => undefined;
let lifecycle: Lifecycle | undefined;

function current(): Lifecycle {
  lifecycle ??= new Lifecycle({
    // Read at each use: `configure` may come after the object is made, and again for another provider instance.
    settings: (key) => settings(key),
    env: process.env,
    connect: connector(
      (key) => settings(key),
      process.env,
      () => systemClock.nowMs(),
    ),
    clock: systemClock,
    engine: engineOfThisProcess(process.argv),
  });
  return lifecycle;
}

/** Synchronous on purpose: the host awaits it for the first call only, and later calls must not run unconfigured. */
export function configure(request: { readonly config: { get(key: string): unknown } }): void {
  settings = (key) => settingText(request.config.get(key));
}

export function check(olds: Properties, news: Properties) {
  return current().check(olds, news);
}

export function diff(_id: string, olds: Properties, news: Properties) {
  return current().diff(olds, news);
}

export function create(inputs: Properties) {
  return current().create(inputs);
}

export function read(id: string, props: Properties) {
  return current().read(id, props);
}

export function update(_id: string, olds: Properties, news: Properties) {
  return current().update(olds, news);
}

export function remove(id: string, props: Properties) {
  return current().delete(id, props);
}

// `delete` can't be the name of a function, but Pulumi calls it by that name.
export { remove as delete };
