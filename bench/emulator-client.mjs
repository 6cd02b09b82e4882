// The client of `npm run bench:emulator`, a process of its own. It signs every request when it is sent, keeps a model of
// what each instance must look like, and holds every answer against it: a wrong answer ends the run.
import { createHash, createHmac, randomUUID } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import RPCClient from "@alicloud/pop-core";

const lanes = 32;
const moveMs = 3_000; // The emulator's default for both start and stop.
const apiVersion = "2014-05-26";
const { endpoint, accessKeyId, accessKeySecret, instanceCount, seed } = JSON.parse(process.argv[2]);
const { hostname, port, host } = new URL(endpoint);
const agent = new Agent({ keepAlive: true, maxSockets: lanes });

/** The world's time less the machine's. */
let offsetMs = 0;
const worldNow = () => Date.now() + offsetMs;
const withSeconds = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const pairs = (params, encodeName) =>
  Object.keys(params)
    .sort()
    .map((name) => `${encodeName(name)}=${encode(params[name])}`)
    .join("&");

function exchange(path, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ agent, hostname, port, path, method: "POST", headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function signature1(action, params) {
  const all = {
    Action: action,
    Version: apiVersion,
    Format: "JSON",
    AccessKeyId: accessKeyId,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: randomUUID(),
    Timestamp: withSeconds(worldNow()),
    ...params,
  };
  const query = pairs(all, encode);
  const signature = createHmac("sha1", `${accessKeySecret}&`)
    .update(`POST&%2F&${encode(query)}`)
    .digest("base64");
  const body = `${query}&Signature=${encode(signature)}`;
  return exchange(
    "/",
    { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) },
    body,
  );
}

const emptySha256 = createHash("sha256").update("").digest("hex");

function acs3(action, params) {
  const headers = {
    host,
    "x-acs-action": action,
    "x-acs-content-sha256": emptySha256,
    "x-acs-date": withSeconds(worldNow()),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-version": apiVersion,
  };
  const names = Object.keys(headers);
  const query = pairs(params, (name) => name);
  const canonical = [
    "POST",
    "/",
    query,
    names.map((name) => `${name}:${headers[name]}\n`).join(""),
    names.join(";"),
    emptySha256,
  ].join("\n");
  const toSign = `ACS3-HMAC-SHA256\n${createHash("sha256").update(canonical).digest("hex")}`;
  const signature = createHmac("sha256", accessKeySecret).update(toSign).digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return exchange(`/?${query}`, { ...headers, authorization, "content-length": 0 }, "");
}

const popClient = new RPCClient({ endpoint, apiVersion, accessKeyId, accessKeySecret, opts: { agent } });

async function popCore(action, params) {
  try {
    const stamped = { ...params, Timestamp: withSeconds(worldNow()) };
    return { status: 200, body: await popClient.request(action, stamped, { method: "POST", timeout: 60_000 }) };
  } catch (error) {
    if (error.entry === undefined) throw error;
    return { status: error.entry.response.statusCode, body: error.data };
  }
}

const schemes = { "signature-1.0": signature1, acs3, "pop-core": popCore };

/** mulberry32: the same seed asks the same. */
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** What an instance must be. `arrival`: the world's time between which two instants the status moves on. */
const models = Array.from({ length: instanceCount }, (_, index) => {
  const id = `i-bench${index}`;
  return { id, name: id, release: "", status: "Running", next: "", arrival: undefined };
});

/** The statuses that a request between these two instants may have met: nearly always one. */
function possible(model, sentMs, receivedMs) {
  if (model.arrival === undefined || receivedMs < model.arrival[0]) return [model.status];
  if (sentMs < model.arrival[1]) return [model.status, model.next];
  model.status = model.next;
  model.arrival = undefined;
  return [model.status];
}

const counts = { reads: 0, writes: 0, refused: 0, undecided: 0 };

function expectThat(condition, what, answer) {
  if (!condition) throw new Error(`wrong answer to ${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function ask(send, action, params) {
  const sentMs = worldNow();
  const answer = await send(action, params);
  return { ...answer, sentMs, receivedMs: worldNow() };
}

async function read(send, model) {
  const answer = await ask(send, "DescribeInstances", {
    RegionId: "cn-hangzhou",
    InstanceIds: JSON.stringify([model.id]),
  });
  const rows = answer.body.Instances?.Instance ?? [];
  const statuses = possible(model, answer.sentMs, answer.receivedMs);
  const [row] = rows;
  const right =
    answer.status === 200 &&
    rows.length === 1 &&
    answer.body.TotalCount === 1 &&
    row.InstanceId === model.id &&
    row.InstanceName === model.name &&
    row.AutoReleaseTime === model.release &&
    statuses.includes(row.Status);
  expectThat(right, `DescribeInstances of ${JSON.stringify(model)}`, answer);
  counts.reads += 1;
}

async function move(send, model, action, from, passing, to) {
  const answer = await ask(send, action, { InstanceId: model.id });
  const statuses = possible(model, answer.sentMs, answer.receivedMs);
  if (statuses.length > 1) counts.undecided += 1;
  const accepted = answer.status === 200;
  const right = accepted
    ? statuses.includes(from)
    : answer.status === 403 && answer.body.Code === "IncorrectInstanceStatus" && statuses.some((each) => each !== from);
  expectThat(right, `${action} of ${JSON.stringify(model)}`, answer);
  if (!accepted) {
    counts.refused += 1;
    return;
  }
  Object.assign(model, {
    status: passing,
    next: to,
    arrival: [answer.sentMs + moveMs, answer.receivedMs + moveMs],
  });
}

async function setRelease(send, model) {
  // Late enough that nothing is released while the clock is moved.
  const atMs = worldNow() + (1 + Math.floor(random() * 30)) * 24 * 3_600_000;
  const answer = await ask(send, "ModifyInstanceAutoReleaseTime", {
    RegionId: "cn-hangzhou",
    InstanceId: model.id,
    AutoReleaseTime: withSeconds(atMs),
  });
  expectThat(answer.status === 200, "ModifyInstanceAutoReleaseTime", answer);
  model.release = `${withSeconds(atMs).slice(0, 16)}Z`;
}

let lastName = 0;
async function rename(send, model) {
  lastName += 1;
  const name = `实例-${lastName}`;
  const answer = await ask(send, "ModifyInstanceAttribute", { InstanceId: model.id, InstanceName: name });
  expectThat(answer.status === 200, "ModifyInstanceAttribute", answer);
  model.name = name;
}

/** 80 % reads; of the writes 30 % stops, 30 % starts, 20 % release times, 20 % names. */
async function one(send, model) {
  if (random() < 0.8) return read(send, model);
  counts.writes += 1;
  const choice = random();
  if (choice < 0.3) return move(send, model, "StopInstance", "Running", "Stopping", "Stopped");
  if (choice < 0.6) return move(send, model, "StartInstance", "Stopped", "Starting", "Running");
  return choice < 0.8 ? setRelease(send, model) : rename(send, model);
}

async function run(scheme, requests) {
  const send = schemes[scheme];
  let left = requests;
  // Each lane has instances of its own: two requests about one instance never race.
  const lane = async (number) => {
    const own = models.filter((_, index) => index % lanes === number);
    while (left > 0) {
      left -= 1;
      await one(send, own[Math.floor(random() * own.length)]);
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds, cpuSeconds: (user + system) / 1e6, counts: { ...counts } };
}

process.on("message", (message) => {
  if (message.type === "end") {
    process.disconnect();
    agent.destroy();
    return;
  }
  offsetMs = message.offsetMs;
  run(message.scheme, message.requests).then(
    (result) => process.send(result),
    (error) => {
      process.send({ failed: String(error.stack ?? error) });
    },
  );
});
process.send("ready");
