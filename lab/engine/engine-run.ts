import { isDeepStrictEqual } from "node:util";
import type { Emulator } from "../../emulator/index";
import type { Ended, Running } from "../../test/rig/child";
import type { Declaration, Operation, OperationKind, StateResource } from "../evidence";
import { factsOf } from "../model/facts";
import type { PulumiStack } from "./pulumi-stack";

const commandLines: Readonly<Record<OperationKind, readonly string[]>> = {
  preview: ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/** The commands of one stack, each told as the judge reads it. */
export class EngineRun {
  constructor(
    private readonly emulator: Emulator,
    private readonly stack: PulumiStack,
    private readonly declarations: readonly Declaration[],
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param meanwhile What is done to it while it runs.
   * @returns The operation; one that was killed ended so only where it did not end well all the same.
   */
  async tell(
    kind: OperationKind,
    meanwhile: (running: Running) => Promise<"let be" | "killed"> = () => Promise.resolve("let be"),
  ): Promise<Operation> {
    const { world } = this.emulator;
    const stateBefore = await this.stack.state();
    const [worldBefore, afterN] = [factsOf(world), world.ledger.mark().lastN];
    const running = this.stack.start(commandLines[kind]);
    const became = await meanwhile(running);
    const ended = await running.ended;
    return {
      kind,
      declarations: kind === "up" || kind === "preview" ? this.declarations : [],
      settings: this.settings,
      exit: exitOf(ended, became),
      afterN,
      toN: world.ledger.mark().lastN,
      spans: undefined,
      stateBefore,
      stateAfter: (await this.stack.state()).map((resource) => asBefore(resource, stateBefore)),
      worldBefore,
      worldAfter: factsOf(world),
      printed: ended.output.split("\n").map((line) => line.trim()),
    };
  }
}

/** What is still the same is the same object, so that it can be told from what was recorded anew. */
function asBefore(resource: StateResource, before: readonly StateResource[]): StateResource {
  const unchanged = before.find((one) => isDeepStrictEqual(one, resource));
  if (unchanged !== undefined) return unchanged;
  const outputs = before.find((one) => isDeepStrictEqual(one.outputs, resource.outputs))?.outputs;
  return { ...resource, outputs: outputs ?? resource.outputs };
}

function exitOf({ code }: Ended, became: "let be" | "killed"): Operation["exit"] {
  if (code === 0) return "ok";
  return became === "killed" || code === null ? "killed" : "failed";
}
