import type { InstanceFields, World } from "../../emulator/index";
import type { Declaration, Properties } from "../evidence";
import type { Chapter } from "./longer-story";

/** One declared machine. */
export function declare(instanceId: string, args: Properties, name = instanceId): Declaration {
  return { name, args: { instanceId, ...args } };
}

export function all(ids: readonly string[], args: Properties): readonly Declaration[] {
  return ids.map((id) => declare(id, args));
}

export function up(...program: readonly Declaration[]): Chapter {
  return { kind: "up", program };
}

export function preview(...program: readonly Declaration[]): Chapter {
  return { kind: "preview", program };
}

export const refresh: Chapter = { kind: "refresh" };
export const destroy: Chapter = { kind: "destroy" };

export function wait(ms: number): Chapter {
  return { kind: "wait", ms };
}

export function byHand(act: (world: World) => void): Chapter {
  return { kind: "byHand", act };
}

/** Somebody changes a machine in the console. */
export function put(fields: InstanceFields): Chapter {
  return byHand((world) => {
    world.putInstance(fields);
  });
}

/** Somebody releases machines in the console, and they are gone. */
export function gone(...ids: readonly string[]): readonly Chapter[] {
  return [
    byHand((world) => {
      for (const id of ids) world.releaseInstance(id);
    }),
    wait(120_000),
  ];
}

export const named = { expect: { instanceName: "worker" } };

export function worker(InstanceId: string, fields: Partial<InstanceFields> = {}): InstanceFields {
  return { InstanceName: "worker", Status: "Running", ...fields, InstanceId };
}
