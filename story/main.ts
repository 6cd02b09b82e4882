import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bold, red } from "picocolors";
import { startEmulator } from "../emulator";
import { api, batch, fleet, old, web, worker } from "./fleet";
import type { Engine } from "./stage";
import { Stage } from "./stage";

const root = join(__dirname, "..", "..");
const hourMs = 3_600_000;

async function main(): Promise<void> {
  const stage = await open();
  const startedMs = Date.now();
  try {
    await tell(stage);
    console.log(bold(`\nThe whole story went as told, in ${Math.round((Date.now() - startedMs) / 1_000)} s.`));
  } catch (error) {
    console.error(red(`\nNot as told: ${error instanceof Error ? error.message : String(error)}`));
    process.exitCode = 1;
  } finally {
    await stage.clear();
  }
}

async function open(): Promise<Stage> {
  const file = pathToFileURL(join(root, "engine", "engine-command.mjs")).href;
  const { engineCommand } = (await import(file)) as { engineCommand: () => Promise<Engine> };
  const engine = await engineCommand();
  return new Stage(root, engine, await startEmulator({ world: fleet }));
}

async function tell(stage: Stage): Promise<void> {
  const nothing = { outcome: "ok", writes: [] } as const;
  const refused = { outcome: "refused", writes: [] } as const;
  // Two hours ahead; the emulator's clock will be moved past it, which the real one can't be.
  const releaseAt = new Date(Date.now() + 2 * hourMs).toISOString();
  const release = { instanceId: worker, state: "released", expect: { instanceName: "worker" } };
  const stopped = { instanceId: web, state: "stopped" };
  const running = { instanceId: api, state: "running" };
  const timed = { instanceId: batch, autoReleaseAt: releaseAt };
  const night = [stopped, running, timed, release];

  stage.say("1. The fleet as it is. Nothing is declared yet.");
  stage.showFleet();
  await stage.prepare();

  stage.say(
    "2. Four machines are declared: one stopped, one running, one with a release time, one released. A preview only looks.",
  );
  stage.declare(night);
  await stage.run(["preview"], nothing);

  stage.say("3. The update does exactly that.");
  await stage.run(["up", "--yes", "--skip-preview"], {
    outcome: "ok",
    writes: [
      `StopInstance ${web}`,
      `StartInstance ${api}`,
      `ModifyInstanceAutoReleaseTime ${batch}`,
      `StopInstance ${worker}`,
      `DeleteInstance ${worker}`,
    ],
  });
  stage.showFleet();

  stage.say("4. Once more: nothing to do.");
  await stage.run(["up", "--yes", "--skip-preview", "--expect-no-changes"], nothing);

  stage.say(`5. Somebody starts ${web} by hand. A plain preview shows it, a plain update corrects it.`);
  stage.byHand({ InstanceId: web, Status: "Running" });
  await stage.run(["preview"], nothing);
  await stage.run(["up", "--yes", "--skip-preview"], { outcome: "ok", writes: [`StopInstance ${web}`] });

  stage.say("6. The release time is cancelled, then set again.");
  stage.declare([stopped, running, { instanceId: batch, autoReleaseAt: "never" }, release]);
  const timer = { outcome: "ok", writes: [`ModifyInstanceAutoReleaseTime ${batch}`] } as const;
  await stage.run(["up", "--yes", "--skip-preview"], timer);
  stage.declare(night);
  await stage.run(["up", "--yes", "--skip-preview"], timer);

  stage.say(
    "7. Three hours pass on the emulator's clock. The timer has released the machine; the next update is still clean.",
  );
  stage.pass(3 * hourMs);
  stage.showFleet();
  await stage.run(["up", "--yes", "--skip-preview", "--expect-no-changes"], nothing);

  stage.say("8. A released machine can't run again. The preview says so.");
  stage.declare([stopped, running, timed, { ...release, state: "running" }]);
  await stage.run(["preview"], refused);

  stage.say("9. Three releases at once are more than lifecycle:maxReleases allows (1), so none of them happens.");
  const purge = old.map((instanceId, index) => ({
    instanceId,
    state: "released",
    expect: { instanceName: `old-${index + 1}` },
  }));
  stage.declare([...night, ...purge]);
  await stage.run(["up", "--yes", "--skip-preview"], refused);

  stage.say("10. Destroy only forgets: every machine that is left stays as it is.");
  await stage.run(["destroy", "--yes", "--skip-preview"], nothing);
  stage.showFleet();
}

void main();
