import type { World } from "../world";

export interface NextRelease {
  instanceId: string;
  atMs: number;
}

/** The release time that comes first; undefined when no instance has one. */
export function nextRelease(world: World): NextRelease | undefined {
  let first: NextRelease | undefined;
  for (const { instance, released } of world.compute.all()) {
    if (released || instance.AutoReleaseTime === "") continue;
    const atMs = Date.parse(instance.AutoReleaseTime);
    if (first === undefined || atMs < first.atMs) first = { instanceId: instance.InstanceId, atMs };
  }
  return first;
}
