// `npm run bench:emulator [N]`: how fast the emulator answers, and whether its memory stays within bounds. The emulator is
// in this process, the client (emulator-client.mjs) in another; between them is HTTP on loopback. Ends with 1 when an answer
// is wrong, never because it is slow.
import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startEmulator, World } from "../dist/emulator/index.js";

const total = Number(process.argv[2] ?? 200_000);
if (!Number.isInteger(total) || total < 10_000) throw new Error("N must be a whole number, 10000 or more.");
const parts = 10;
const instanceCount = 10_000;
const minutesBetweenParts = 3;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
const folder = mkdtempSync(join(tmpdir(), "bench-emulator-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const ids = Array.from({ length: instanceCount }, (_, index) => `i-bench${index}`);
const worldFile = { strictTime: true, instances: ids.map((InstanceId) => ({ InstanceId, InstanceName: InstanceId })) };
const mb = (bytes) => (bytes / 1024 / 1024).toFixed(1);
const count = (number) => Math.round(number).toLocaleString("en-US");

/** An emulator here and a client over there. */
async function withClient(options, use) {
  const emulator = await startEmulator({ world: worldFile, ...options });
  const { endpoint, accessKeyId, accessKeySecret } = emulator;
  const given = JSON.stringify({ endpoint, accessKeyId, accessKeySecret, instanceCount, seed: 1 });
  const client = fork(join(import.meta.dirname, "emulator-client.mjs"), [given]);
  // Of the messages and the end whatever comes first.
  const reply = async () => {
    const ended = new AbortController();
    try {
      const [message] = await Promise.race([
        once(client, "message", { signal: ended.signal }),
        once(client, "exit", { signal: ended.signal }).then(([code]) => [{ failed: `the client ended with ${code}` }]),
      ]);
      if (message.failed !== undefined) throw new Error(message.failed);
      return message;
    } finally {
      ended.abort();
    }
  };
  try {
    await reply();
    return await use(emulator, (scheme, requests) => {
      client.send({ type: "run", scheme, requests, offsetMs: emulator.world.now() - Date.now() });
      return reply();
    });
  } finally {
    if (client.connected) client.send({ type: "end" });
    else client.kill();
    await emulator.stop();
  }
}

/** Twice: the first collection only finds that a buffer is unused. */
function settledMemory() {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage();
}

const heldBytes = () => {
  const { heapUsed, arrayBuffers } = settledMemory();
  return heapUsed + arrayBuffers;
};

const [{ model }] = cpus();
console.log(`Node ${process.version}, ${cpus().length} × ${model}, ${mb(totalmem() / 1024)} GB`);
console.log(`${count(instanceCount)} instances, 32 connections; 80 % DescribeInstances of one id, 20 % writes\n`);

// Speed and memory over many requests. The world's clock goes on by some minutes between two parts.
const ledgerFile = join(folder, "ledger.jsonl");
const speeds = [];
await withClient({ ledgerFile }, async (emulator, run) => {
  const sample = (requests, perSecond, cpuUs) => {
    const { rss, heapUsed, arrayBuffers } = settledMemory();
    const minutes = Math.round((emulator.world.now() - Date.now()) / 60_000);
    const cells = [requests, perSecond, cpuUs, mb(rss), mb(heapUsed), mb(arrayBuffers)];
    console.log(
      `| ${[...cells, count(emulator.world.nonces.size), count(emulator.world.ledger.mark().rows.length), minutes].join(" | ")} |`,
    );
  };
  console.log(
    "| requests | a second | CPU of one, µs | RSS, MB | heap, MB | buffers, MB | nonces | rows | clock, min |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  sample("none yet", "", "");
  // Of each instance the world keeps some earlier looks: all that it will ever keep are there before the first sample.
  for (let change = 1; change <= 20; change += 1) {
    for (const InstanceId of ids) emulator.patchInstance({ InstanceId, Description: `change ${change}` });
  }
  sample("and filled", "", "");
  let seconds = 0;
  let last;
  for (let part = 1; part <= parts; part += 1) {
    const requests = Math.floor(total / parts);
    const cpuBefore = process.cpuUsage();
    last = await run("signature-1.0", requests);
    const { user, system } = process.cpuUsage(cpuBefore);
    seconds += last.seconds;
    sample(count(part * requests), count(requests / last.seconds), count((user + system) / requests));
    emulator.advance(minutesBetweenParts * 60_000);
  }
  const asked = parts * Math.floor(total / parts);
  speeds.push(["signature 1.0, with a ledger file", asked, seconds]);
  // The file must have every request, once, and the rows of the clock.
  const text = readFileSync(ledgerFile, "utf8");
  const rows = text.trimEnd().split("\n");
  const requestRows = rows.filter((row) => !row.includes('"action":"control:')).length;
  if (requestRows !== asked) throw new Error(`the ledger has ${requestRows} rows of ${asked} requests`);
  const { reads, writes, refused, undecided } = last.counts;
  console.log(
    `\n${count(asked)} answers, all right: ${count(reads)} reads, ${count(writes)} writes, of which ${count(refused)} refused` +
      ` by the status (${undecided} came in the instant of a change, where both answers are right).` +
      `\nThe ledger file: ${count(rows.length)} rows with the changes made by hand before, ${mb(statSync(ledgerFile).size)} MB.`,
  );
});

for (const [name, scheme, share, options] of [
  ["signature 1.0, no file", "signature-1.0", 0.2, {}],
  ["ACS3-HMAC-SHA256, no file", "acs3", 0.2, {}],
  ["@alicloud/pop-core, no file", "pop-core", 0.1, {}],
]) {
  await withClient(options, async (_, run) => {
    await run(scheme, 5_000);
    const requests = Math.floor(total * share);
    speeds.push([name, requests, (await run(scheme, requests)).seconds]);
  });
}
console.log("\n| client | requests | a second |\n|---|---|---|");
for (const [name, requests, seconds] of speeds) {
  console.log(`| ${name} | ${count(requests)} | ${count(requests / seconds)} |`);
}

// What a nonce costs: as many as 2,000 requests a second leave in 15 minutes.
{
  const { nonces } = new World({});
  const nonceCount = 1_800_000;
  const startMs = Date.UTC(2026, 0, 1);
  const before = heldBytes();
  const startedMs = performance.now();
  for (let index = 0; index < nonceCount; index += 1) {
    const atMs = startMs + Math.floor(index / 2);
    if (!nonces.use("emulator-key", `nonce-${index}`, atMs, [atMs])) throw new Error(`nonce ${index} counted as used`);
  }
  const tookMs = performance.now() - startedMs;
  const bytes = heldBytes() - before;
  console.log(
    `\n${count(nonceCount)} nonces of 15 minutes: ${mb(bytes)} MB, ${(bytes / nonces.size).toFixed(1)} bytes each,` +
      ` ${((tookMs / nonceCount) * 1000).toFixed(2)} µs each.`,
  );
}

// What it costs that a row is in the file before its answer is sent.
{
  const row = readFileSync(ledgerFile, "utf8").trimEnd().split("\n").at(-2);
  const fd = openSync(join(folder, "rows.jsonl"), "a");
  const rows = 50_000;
  const startedMs = performance.now();
  for (let index = 0; index < rows; index += 1) writeSync(fd, `${row}\n`);
  const tookMs = performance.now() - startedMs;
  closeSync(fd);
  console.log(`writeSync of a row of ${row.length} bytes: ${((tookMs / rows) * 1000).toFixed(1)} µs.`);
}
