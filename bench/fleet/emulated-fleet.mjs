import { openSync, readSync, writeFileSync, closeSync, fstatSync } from "node:fs";
import { join } from "node:path";
import { startProcess } from "./processes.mjs";

const main = join(import.meta.dirname, "../../dist/emulator/main.js");
/** One key for all: what looks with another one than it acts with is refused. */
const key = "bench";
const byHand = /^(control|timer):/;
const reads = /^(Describe|GetCallerIdentity$)/;

export const regionId = "cn-hangzhou";
export const instanceName = "bench";
export const idsOf = (count) => Array.from({ length: count }, (_, index) => `i-bench${String(index).padStart(5, "0")}`);

/** An emulator in a process of its own, with so many instances, and what was asked of it. */
export class EmulatedFleet {
  #read = 0;

  constructor(child, ledgerFile, endpoint) {
    this.child = child;
    this.ledgerFile = ledgerFile;
    this.endpoint = endpoint;
  }

  /** `fieldsOf`: what else an instance has, by its index; `throttle`: the account's limits on calls. */
  static async start(folder, { count, status, transitionMs, fieldsOf = () => ({}), throttle = [] }) {
    const [world, ledger] = [join(folder, "world.json"), join(folder, "ledger.jsonl")];
    const file = {
      credentials: [{ accessKeyId: key, accessKeySecret: key }],
      timings: { startMs: transitionMs, stopMs: transitionMs, releaseMs: transitionMs },
      instances: idsOf(count).map((InstanceId, index) => ({
        InstanceId,
        InstanceName: instanceName,
        Status: status,
        ...fieldsOf(index),
      })),
      throttle,
    };
    writeFileSync(world, JSON.stringify(file));
    writeFileSync(ledger, "");
    const child = startProcess(process.execPath, [main, "--world", world, "--ledger", ledger], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const endpoint = await new Promise((resolve, reject) => {
      let [out, said] = ["", ""];
      child.stderr.on("data", (text) => {
        said += text;
      });
      child.stdout.on("data", (text) => {
        out += text;
        if (out.includes("\n")) resolve(JSON.parse(out).endpoint);
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}: ${said}`)));
    });
    return new EmulatedFleet(child, ledger, endpoint);
  }

  /** What a process needs to find this emulator and no other. */
  get environment() {
    return {
      ALIBABA_CLOUD_ENDPOINT_ECS: this.endpoint,
      ALICLOUD_ACCESS_KEY: key,
      ALICLOUD_SECRET_KEY: key,
      ALICLOUD_REGION: regionId,
    };
  }

  /** The requests since this was last asked. The program looks before anything is registered, so its looks are the first ones: so many. */
  requests(ofProgram = 0) {
    return tallied(this.rows(), ofProgram);
  }

  /** The same as the ledger has them. */
  rows() {
    const fd = openSync(this.ledgerFile, "r");
    try {
      const bytes = Buffer.alloc(fstatSync(fd).size - this.#read);
      readSync(fd, bytes, 0, bytes.length, this.#read);
      // A row that is being written is left for the next time.
      const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
      this.#read += whole.length;
      const rows = whole
        .toString()
        .split("\n")
        .slice(0, -1)
        .map((row) => JSON.parse(row));
      return rows.filter(({ action }) => !byHand.test(action));
    } finally {
      closeSync(fd);
    }
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    await ended;
  }
}

/** By side, then reads and writes; `polls`: the most looks that the provider has taken at one instance. */
function tallied(rows, ofProgram) {
  const tally = {
    program: { reads: 0, writes: 0, actions: {} },
    provider: { reads: 0, writes: 0, actions: {} },
    refused: 0,
    polls: 0,
  };
  const looks = new Map();
  for (const { action, params, code, fault } of rows) {
    const isOfProgram = action === "DescribeInstances" && tally.program.reads < ofProgram;
    const side = isOfProgram ? "program" : "provider";
    tally[side][reads.test(action) ? "reads" : "writes"] += 1;
    tally[side].actions[action] = (tally[side].actions[action] ?? 0) + 1;
    if (code !== null || fault !== null) tally.refused += 1;
    if (side !== "provider" || action !== "DescribeInstances") continue;
    for (const id of JSON.parse(params.InstanceIds ?? "[]")) looks.set(id, (looks.get(id) ?? 0) + 1);
  }
  tally.polls = Math.max(0, ...looks.values());
  return tally;
}
