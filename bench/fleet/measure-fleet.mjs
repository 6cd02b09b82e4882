import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callsFor, releasedOf } from "./call-limit.mjs";
import { EmulatedFleet, regionId } from "./emulated-fleet.mjs";
import { keepUntilTheEnd, removeFolder, runProcess } from "./processes.mjs";
import { Stack } from "./stack.mjs";

const up = ["up", "--yes", "--skip-preview"];

/** What is done to a fleet, in this order; `alone` is the same task without Pulumi, where there is one. */
export const steps = {
  preview: { args: ["preview"], isSpoken: true },
  stop: { args: up, alone: { task: "stop", status: "Running" } },
  "no-op": { args: up, alone: { task: "look", status: "Stopped" } },
  refresh: { args: ["refresh", "--yes", "--skip-preview"], alone: { task: "look", status: "Stopped" } },
  "refreshed preview": { args: ["preview", "--refresh"] },
  release: { args: up, releases: true, alone: { task: "release", status: "Stopped" } },
};

async function inFolder(use) {
  const folder = keepUntilTheEnd(mkdtempSync(join(tmpdir(), "bench-fleet-")));
  try {
    return await use(folder);
  } finally {
    removeFolder(folder);
  }
}

async function withFleet(folder, world, use) {
  const fleet = await EmulatedFleet.start(folder, world);
  try {
    return await use(fleet);
  } finally {
    await fleet.stop();
  }
}

/**
 * `upTo`: the last of the steps that are wanted. A step that fails is the last; its error is in the answer beside what was
 * measured before.
 */
async function runSteps(stack, { count, upTo, doing, requests = () => undefined }) {
  const results = {};
  for (const [step, { args, isSpoken = false, releases = false }] of Object.entries(steps)) {
    doing(step);
    const env = {
      BENCH_FLEET: JSON.stringify({ count, released: releases ? releasedOf(count) : 0 }),
      BENCH_SAYS: isSpoken ? "yes" : "no",
    };
    try {
      const { seconds, memory } = await stack.run(args, env);
      results[step] = { seconds, memory, requests: requests(args[0] === "refresh" ? 0 : callsFor(count)) };
      if (step === "stop") results.state = stack.stateBytes(count);
    } catch (error) {
      return { ...results, failed: error };
    }
    if (step === upTo) break;
  }
  return results;
}

/** A fleet of ours, or a resource for each instance, on the real engine and an emulator. */
export async function measureOurs(engine, { count, transitionMs, isSingle = false, ...given }) {
  return await inFolder((folder) =>
    withFleet(folder, { count, status: "Running", transitionMs }, async (fleet) => {
      const stack = await Stack[isSingle ? "ofSingles" : "ofFleet"](folder, engine, fleet, count);
      fleet.requests();
      return await runSteps(stack, { count, ...given, requests: (ofProgram) => fleet.requests(ofProgram) });
    }),
  );
}

/** The floor that Pulumi sets: a dynamic resource of the same size that does nothing. */
export async function measureFloor(engine, { sample, ...given }) {
  return await inFolder(async (folder) => await runSteps(await Stack.ofNothing(folder, engine, sample), given));
}

/** The same work without Pulumi: `way` is `sequential` or `each`. */
export async function measureAlone({ way, count, task, status, transitionMs }) {
  return await inFolder((folder) =>
    withFleet(folder, { count, status, transitionMs }, async (fleet) => {
      const { ALICLOUD_ACCESS_KEY: key } = fleet.environment;
      const given = JSON.stringify({ endpoint: fleet.endpoint, key, regionId, way, task, count });
      const { stdout } = await runProcess(process.execPath, [join(import.meta.dirname, "alone.mjs"), given], {});
      const { seconds, peakBytes } = JSON.parse(stdout);
      return { seconds, peakBytes, requests: fleet.requests() };
    }),
  );
}

/** A fleet of one as it is recorded after a stop, and how long a text its preview says. It also warms the machine's caches. */
export async function takeSample(engine, transitionMs) {
  return await inFolder((folder) =>
    withFleet(folder, { count: 1, status: "Running", transitionMs }, async (fleet) => {
      const inside = join(folder, "project");
      mkdirSync(inside);
      const stack = await Stack.ofFleet(inside, engine, fleet, 1);
      const env = { BENCH_FLEET: JSON.stringify({ count: 1, released: 0 }) };
      const { stdout } = await stack.run(["preview", "--json"], env);
      const texts = JSON.parse(stdout).diagnostics.filter(({ urn }) => urn !== undefined);
      await stack.run(up, env);
      return { ...stack.sample(), said: texts.reduce((sum, { message }) => sum + message.length, 0) };
    }),
  );
}
