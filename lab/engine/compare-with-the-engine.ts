import { resolve } from "node:path";
import { startEmulator, type Emulator } from "../../emulator/index";
import type { Violation } from "../evidence";
import { VirtualTime } from "../model/virtual-time";
import { endOnSignals } from "../process/end-on-signals";
import { livingClock } from "../process/living-clock";
import { declarationOf } from "../scenarios/scenario";
import { beginningAt } from "../scenarios/shifted";
import type { Failure, TierOptions, TierReport } from "../tier-report";
import { type Command, type Modelled, modelled, refusal } from "./modelled";
import { type Plan, planOf, scenariosInTurn } from "./plan";
import { PulumiStack } from "./pulumi-stack";
import { recordedOf, type Told, writesOf } from "./told";
import { worldOf } from "./world-of";

export interface CompareOptions extends TierOptions {
  /** How many plans are run on both engines. */
  readonly plans: number;
  /** Only the plans of this scenario. */
  readonly scenario?: string | undefined;
}

const up = ["up", "--yes", "--skip-preview", "--continue-on-error"];
const commandLines: Readonly<Record<Command, readonly string[]>> = {
  up,
  "up again": up,
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/**
 * The same plans on the real engine and on the model of it: the same writes in the same order, the same records and the same
 * end, for two runs, a refresh and a destroy. What the model gets wrong would make all that was explored with it worthless.
 */
export async function compareWithTheEngine(options: CompareOptions): Promise<TierReport> {
  endOnSignals();
  const startedMs = Date.now();
  const root = resolve(__dirname, "../../..");
  const models = await inMemory(plansOf(options));
  const byCheck = ({ endedIn, told }: Modelled) => told.up.exit === "failed" && endedIn === "check";
  const groups = [
    models.filter((model) => !byCheck(model)),
    // The first refusal of a check ends a run, so each of these has one of its own.
    ...models.filter(byCheck).map((model) => [model]),
  ].filter((group) => group.length > 0);
  const failures: Failure[] = [];
  let compared = 0;
  for (const group of groups) {
    const say = (text: string) =>
      options.progress(
        `the same on both engines: ${compared} of ${models.length} plans, ${failures.length} differ; ${text}`,
      );
    failures.push(...(await compare(group, root, options.seed, say)));
    compared += group.length;
  }
  return {
    tier: "the real engine and the model of it",
    scenarios: models.length,
    enumerated: models.length,
    covered: compared,
    executions: models.length,
    failures,
    limits: {},
    seconds: (Date.now() - startedMs) / 1_000,
    figures: {
      "refused by a check": models.filter(byCheck).length,
      "stopped half-way": models.filter(({ plan }) => plan.refused !== undefined).length,
    },
  };
}

/** Every fifth stops half-way, as far as there is something to refuse. */
function plansOf({ plans, seed, scenario }: CompareOptions): readonly Plan[] {
  const scenarios = scenariosInTurn(seed).filter(({ name }) => scenario === undefined || name === scenario);
  const beginsAtMs = beginningAt(Date.now());
  const chosen: Plan[] = [];
  for (let index = 0; index < plans && index < scenarios.length * 2; index += 1) {
    const one = scenarios[index % scenarios.length];
    if (one === undefined) break;
    const isSecond = index >= scenarios.length;
    const refused = isSecond || index % 5 === 4 ? lastWriteOf(String(one.args["state"]), one.args) : undefined;
    chosen.push(planOf(one, index, beginsAtMs, refused));
  }
  return chosen;
}

/** What the declaration comes to in the end. */
function lastWriteOf(state: string, args: Readonly<Record<string, unknown>>): string {
  if (state === "released") return "DeleteInstance";
  if (args["autoReleaseAt"] !== undefined || args["autoReleaseAfter"] !== undefined)
    return "ModifyInstanceAutoReleaseTime";
  return state === "running" ? "StartInstance" : "StopInstance";
}

async function inMemory(plans: readonly Plan[]): Promise<readonly Modelled[]> {
  const time = new VirtualTime(0);
  time.install();
  try {
    const models: Modelled[] = [];
    for (const plan of plans) models.push(await modelled(plan, time));
    return models;
  } finally {
    time.uninstall();
  }
}

async function compare(
  models: readonly Modelled[],
  root: string,
  seed: number,
  say: (text: string) => void,
): Promise<readonly Failure[]> {
  const emulator = await startEmulator({ clock: "virtual", world: worldOf(models) });
  emulator.world.clock = livingClock(emulator.world.now());
  const heartbeat = setInterval(() => say("running"), 1_500);
  let stack: PulumiStack | undefined;
  try {
    stack = await PulumiStack.open(root, {
      ALIBABA_CLOUD_ENDPOINT_ECS: emulator.endpoint,
      ALICLOUD_ACCESS_KEY: emulator.accessKeyId,
      ALICLOUD_SECRET_KEY: emulator.accessKeySecret,
    });
    return await run(models, emulator, stack, seed);
  } finally {
    clearInterval(heartbeat);
    stack?.remove();
    await emulator.stop();
  }
}

/** Those that end well first: the end of a run is the end of all that is in it. Then the others join them. */
async function run(
  models: readonly Modelled[],
  emulator: Emulator,
  stack: PulumiStack,
  seed: number,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const endWell = models.filter(({ told }) => told.up.exit === "ok");
  const others = models.filter(({ told }) => told.up.exit === "failed");
  const lasting = others.filter(({ told }) => told["up again"].exit === "ok");
  const step = async (
    command: Command,
    declared: readonly Modelled[],
    expected: readonly (readonly [Modelled, Command])[],
  ) => {
    stack.declare(
      declared.map(({ plan }) => ({ ...declarationOf(plan.scenario), name: plan.name })),
      declared[0]?.plan.scenario.settings ?? {},
    );
    const afterN = emulator.world.ledger.mark().lastN;
    const ended = await stack.run(commandLines[command]);
    const rows = emulator.ledger({ since: afterN });
    const state = await stack.state();
    const wanted = expected.every(([model, as]) => model.told[as].exit === "ok") ? "ok" : "failed";
    const exit = ended.code === 0 ? "ok" : "failed";
    if (exit !== wanted) {
      for (const [model] of expected.slice(0, 1)) {
        failures.push(
          differs(model, command, [`it ended ${exit}, in the model ${wanted}: ${ended.output.slice(-2_000)}`], seed),
        );
      }
    }
    for (const [model, as] of expected) {
      const { plan, disks } = model;
      const resource = state.find(({ id }) => id === plan.id);
      const told: Told = {
        exit: model.told[as].exit,
        writes: writesOf(rows, plan, disks),
        recorded: recordedOf(resource, plan),
      };
      const found = differences(told, model.told[as]);
      if (found.length > 0) failures.push(differs(model, command, found, seed));
    }
  };
  await stack.record(endWell.flatMap(({ state }) => state));
  const pairs = (some: readonly Modelled[], command: Command) => some.map((model) => [model, command] as const);
  if (endWell.length > 0) await step("up", endWell, pairs(endWell, "up"));
  if (others.length > 0) {
    for (const { plan } of others) {
      if (plan.refused !== undefined)
        emulator.addFault({ action: plan.refused, instanceId: plan.id, times: "always", then: refusal });
    }
    await stack.record([...(await stack.state()), ...others.flatMap(({ state }) => state)]);
    await step("up", models, [...pairs(endWell, "up again"), ...pairs(others, "up")]);
    emulator.clearFaults();
  }
  const kept = [...endWell, ...lasting];
  if (kept.length === 0) return failures;
  await step("up again", kept, pairs(kept, "up again"));
  await step("refresh", kept, pairs(kept, "refresh"));
  await step("destroy", kept, pairs(kept, "destroy"));
  return failures;
}

function differences(engine: Told, model: Told): readonly string[] {
  const found: string[] = [];
  if (engine.writes.join("\n") !== model.writes.join("\n")) {
    const shown = (writes: readonly string[]) => writes.join(", ") || "nothing";
    found.push(`it sent ${shown(engine.writes)}; the model ${shown(model.writes)}`);
  }
  const only = (some: readonly string[], others: readonly string[]) =>
    some.filter((value) => !others.includes(value)).join(", ") || "nothing";
  if (engine.recorded.join("\n") !== model.recorded.join("\n")) {
    found.push(
      `it alone recorded ${only(engine.recorded, model.recorded)}; the model alone ${only(model.recorded, engine.recorded)}`,
    );
  }
  return found;
}

function differs({ plan }: Modelled, command: Command, found: readonly string[], seed: number): Failure {
  const violations = found.map(
    (because): Violation => ({ invariant: "the model", because: `${command}: ${because}`, rows: [] }),
  );
  const fault = plan.refused === undefined ? "none" : `${plan.refused} refused`;
  const replay = `npm run lab -- --only compare --seed ${seed} --scenario ${JSON.stringify(plan.scenario.name)}`;
  return { scenario: plan.scenario.name, call: -1, action: command, fault, violations, replay };
}
