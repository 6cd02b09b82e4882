import { InitFailed, Lifecycle } from "../../provider/lifecycle";
import { noPeers } from "../../provider/peers";
import { Observer } from "../../provider/program/observer";
import { type RunInfo, runInput, writeRunInfo } from "../../provider/run-info";
import type { EcsPort } from "../../provider/ecs/port";
import type { Declaration, Method, Operation, Span, StateResource } from "../evidence";
import type { Cloud } from "../model/cloud";
import { region } from "../model/mini-engine";
import type { VirtualTime } from "../model/virtual-time";

/**
 * An `up` with `--continue-on-error` in which all resources are worked on at once, by one process. Nothing is replaced or
 * removed in it. The state that comes out is in the operation.
 */
export async function upSideBySide(
  cloud: Cloud,
  time: VirtualTime,
  stateBefore: readonly StateResource[],
  declarations: readonly Declaration[],
  settings: Readonly<Record<string, string>>,
): Promise<Operation> {
  const printed: string[] = [];
  const spans: Span[] = [];
  const after = new Map(stateBefore.map((resource) => [resource.name, resource]));
  let exit: Operation["exit"] = "ok";
  let isAlive = true;
  let isDoomed = false;
  let die: () => void = () => undefined;
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });
  const kill = () => {
    isAlive = false;
    exit = "killed";
    die();
  };
  cloud.onCrash = kill;
  cloud.onDoomed = () => {
    isDoomed = true;
  };
  const lastN = () => cloud.world.ledger.mark().lastN;
  const [worldBefore, afterN] = [cloud.facts(), lastN()];
  const say = (severity: string, text: string) => printed.push(`${severity}: ${text}`);
  const setting = (key: string) => (key === "alicloud:region" ? region : settings[key]);
  const ports = new Map<string, EcsPort>();
  const connect = (regionId: string) => {
    const port = ports.get(regionId) ?? cloud.port(regionId, () => isAlive);
    ports.set(regionId, port);
    return port;
  };
  const spanned = async <T>(method: Method, id: string | undefined, work: () => Promise<T>): Promise<T> => {
    const from = lastN();
    try {
      return await Promise.race([work(), death.then((): never => ended())]);
    } finally {
      spans.push({ method, id, afterN: from, toN: lastN() });
      if (isDoomed) kill();
    }
  };
  const lifecycle = new Lifecycle({
    settings: setting,
    env: {},
    connect,
    clock: { nowMs: () => Date.now(), sleep: (ms) => time.sleep(ms) },
    engine: {
      say,
      progress: (text) => say("progress", text),
      heard: () => Promise.resolve(),
      isThere: () => Promise.resolve(isAlive),
    },
    peers: noPeers,
  });

  const register = async ({ name, args }: Declaration, info: RunInfo): Promise<void> => {
    const old = stateBefore.find((resource) => resource.name === name);
    const { inputs, failures } = lifecycle.check(old?.inputs ?? {}, { ...args, [runInput]: writeRunInfo(info) });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const id = String(inputs["instanceId"]);
    const keep = (outputs: Readonly<Record<string, unknown>>, initErrors: readonly string[] = []) => {
      // What comes back when nobody is there any more is written down by nobody.
      if (isAlive) after.set(name, { name, id, inputs, outputs, initErrors });
    };
    try {
      if (old === undefined) {
        keep((await spanned("create", id, () => lifecycle.create(inputs))).outs);
      } else if (lifecycle.diff(old.outputs, inputs).changes || old.initErrors.length > 0) {
        keep((await spanned("update", id, () => lifecycle.update(old.outputs, inputs))).outs);
      }
    } catch (error) {
      if (error instanceof InitFailed) keep(error.properties, error.reasons);
      throw error;
    }
  };

  const work = async (): Promise<void> => {
    const watch = { dryRun: false, say, nowMs: () => Date.now() };
    const observer = new Observer(connect, setting, region, watch);
    const batch = declarations.map(({ name, args }) => ({ name, urn: name, args, instancesBehind: [] }));
    const { infos } = await spanned("program", undefined, () => observer.observe(batch));
    const ends = await Promise.allSettled(
      declarations.map((declaration, index) => register(declaration, infos[index] as RunInfo)),
    );
    for (const end of ends) {
      if (end.status === "fulfilled") continue;
      if (exit === "ok") exit = "failed";
      say("error", end.reason instanceof Error ? end.reason.message : String(end.reason));
    }
  };
  await time.run(
    work().catch((error: unknown) => {
      if (isAlive) throw error;
    }),
  );
  return {
    kind: "up",
    declarations,
    settings,
    exit,
    afterN,
    toN: lastN(),
    spans,
    stateBefore,
    stateAfter: [...after.values()],
    worldBefore,
    worldAfter: cloud.facts(),
    printed,
  };
}

function ended(): never {
  throw new Error("killed");
}
