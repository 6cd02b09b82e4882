import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchMemory } from "./peak-memory.mjs";
import { fleetProgram, floorPackage, floorProgram, floorProvider, singleProgram } from "./programs.mjs";
import { runProcess } from "./processes.mjs";

const root = join(import.meta.dirname, "../..");

/** A project with one stack of one program, in a folder of its own; the backend is files in there. */
export class Stack {
  constructor(folder, engine, name, env) {
    this.folder = folder;
    this.engine = engine;
    this.name = name;
    this.env = { ...engine.env, ...env, PULUMI_BACKEND_URL: `file://${join(folder, "backend")}` };
    // What the SDK compiles and keeps there goes with the folder.
    this.env.TMPDIR = join(folder, "tmp");
    this.env.PULUMI_CONFIG_PASSPHRASE = "bench";
    for (const made of ["backend", "tmp", "node_modules"]) mkdirSync(join(folder, made));
    symlinkSync(join(root, "node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
    this.write("package.json", JSON.stringify({ name, main: "index.js" }));
    this.write("Pulumi.yaml", `name: ${name}\nruntime: nodejs\nmain: index.js\n`);
  }

  /** A user's project with our package. */
  static async ofFleet(folder, engine, fleet, count, programOf = fleetProgram) {
    const stack = new Stack(folder, engine, "lifecycles", fleet.environment);
    symlinkSync(root, join(folder, "node_modules/pulumi-alicloud-lifecycle"));
    stack.write("index.js", programOf());
    await stack.run(["stack", "init", "dev"]);
    // The guards on large fleets are on by default; who means it says so.
    for (const limit of ["maxStops", "maxReleases"])
      await stack.run(["config", "set", `lifecycle:${limit}`, String(count)]);
    return stack;
  }

  /** The same with a resource for each instance. */
  static async ofSingles(folder, engine, fleet, count) {
    return await Stack.ofFleet(folder, engine, fleet, count, singleProgram);
  }

  /** A do-nothing resource with the inputs and outputs of `sample`. */
  static async ofNothing(folder, engine, sample) {
    const stack = new Stack(folder, engine, "do-nothing", {});
    const inside = join(folder, "node_modules", floorPackage);
    mkdirSync(inside);
    writeFileSync(join(inside, "package.json"), JSON.stringify({ name: floorPackage, version: "1.0.0" }));
    writeFileSync(join(inside, "provider.js"), floorProvider);
    writeFileSync(join(inside, "sample.json"), JSON.stringify(sample));
    stack.write("index.js", floorProgram);
    await stack.run(["stack", "init", "dev"]);
    return stack;
  }

  write(file, text) {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs a command to its end; rejects when it fails. */
  async run(args, env = {}) {
    let peaks = () => ({});
    const startedMs = performance.now();
    const options = { cwd: this.folder, env: { ...this.env, ...env } };
    const watch = (pid) => {
      peaks = watchMemory(pid);
    };
    const { stdout } = await runProcess(this.engine.command, [...args, "--non-interactive"], options, watch).finally(
      () => peaks(),
    );
    return { seconds: (performance.now() - startedMs) / 1_000, memory: peaks(), stdout };
  }

  #recorded() {
    const file = join(this.folder, "backend/.pulumi/stacks", this.name, "dev.json");
    const text = readFileSync(file, "utf8");
    return { text, state: JSON.parse(text) };
  }

  #ours(state) {
    return state.checkpoint.latest.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
  }

  /** Bytes that the file of the state holds for each of so many members: all, and those beyond the account of its last run. */
  stateBytes(count) {
    const { text, state } = this.#recorded();
    const ours = this.#ours(state);
    // As the engine has written it, on one line or indented.
    const indent = /^\{\n([ \t]+)/.exec(text)?.[1];
    const lengthNow = () => Buffer.byteLength(JSON.stringify(state, undefined, indent));
    const whole = lengthNow();
    for (const alike of ours.flatMap(({ outputs }) => outputs.alike ?? [])) delete alike.lastRun;
    const withoutRuns = lengthNow();
    const { latest } = state.checkpoint;
    latest.resources = latest.resources.filter((resource) => !ours.includes(resource));
    const rest = lengthNow();
    return {
      file: Buffer.byteLength(text),
      each: (whole - rest) / count,
      beyondLastRun: (withoutRuns - rest) / count,
    };
  }

  /** Inputs and outputs of one resource as recorded, without the text that stands for its provider. */
  sample() {
    const [{ inputs, outputs }] = this.#ours(this.#recorded().state);
    const withoutText = ({ __provider, ...rest }) => rest;
    return { inputs: withoutText(inputs), outputs: withoutText(outputs) };
  }
}
