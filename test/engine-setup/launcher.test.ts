import { mkdirSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineCommand } from "../../engine/engine-command.mjs";
import { Bench, repository, until } from "./bench";

let bench: Bench;
let launcher: string;
beforeEach(() => {
  bench = new Bench();
  // As npm links it.
  mkdirSync(join(bench.root, "node_modules", ".bin"), { recursive: true });
  symlinkSync(join(repository, "engine", "pulumi"), join(bench.root, "node_modules", "pulumi-engine"));
  launcher = join(bench.root, "node_modules", ".bin", "pulumi");
  symlinkSync("../pulumi-engine/pulumi.mjs", launcher);
  bench.env.PATH = [dirname(launcher), bench.env.PATH].join(delimiter);
});
afterEach(() => bench.remove());

const good = (rest: string) => `test "$1" = version && { echo v3.250.0; exit; }\n${rest}`;

describe("npx pulumi", () => {
  it("passes arguments on and returns the engine's exit code", async () => {
    bench.pulumi("a", good('echo "args: $*"; exit 7'));
    expect(await bench.start(launcher, ["up", "a b"]).ended).toEqual({ code: 7, output: "args: up a b\n" });
  });

  it("gives the engine a home of its own and its language host", async () => {
    const command = bench.pulumi("a", good('echo "$PULUMI_HOME $PULUMI_SKIP_UPDATE_CHECK $PATH"'));
    const { output } = await bench.start(launcher, []).ended;
    expect(output).toMatch(new RegExp(`^${bench.cache} 1 ${dirname(command)}:`));
  });

  it("leaves a PULUMI_HOME that is set", async () => {
    bench.pulumi("a", good('echo "$PULUMI_HOME"'));
    bench.env.PULUMI_HOME = "/somewhere";
    expect((await bench.start(launcher, []).ended).output).toBe("/somewhere\n");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("passes %s on, once", async (signal) => {
    const name = signal.slice(3);
    bench.pulumi(
      "a",
      // Waits for the signal however long it takes on a busy machine, and then a little for a second one.
      good(
        `trap 'echo got ${name}; got=yes' ${name}\necho ready\ni=0; while [ -z "$got" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done\nsleep 0.5\nexit 5`,
      ),
    );
    const { child, ended, output } = bench.start(launcher, ["up"]);
    await until(() => output().includes("ready"));
    child.kill(signal);
    expect(await ended).toEqual({ code: 5, output: `ready\ngot ${name}\n` });
  });

  it("tells what to do when there is no engine", async () => {
    expect(await bench.start(launcher, ["up"]).ended).toEqual({
      code: 1,
      output: "There is no Pulumi engine yet: run `npm run setup`.\n",
    });
  });
});

describe("engineCommand", () => {
  it("returns the command and a whole environment", async () => {
    const command = bench.pulumi("a", "echo v3.250.0");
    const engine = await engineCommand(bench.env);
    expect(engine).toMatchObject({ command, source: "PATH", version: "3.250.0" });
    expect(engine.env).toMatchObject({ HOME: bench.env.HOME, PULUMI_HOME: bench.cache });
  });

  it("throws where there is none", async () => {
    await expect(engineCommand(bench.env)).rejects.toThrow("run `npm run setup`");
  });
});
