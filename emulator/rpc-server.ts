import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Execution } from "./execute";
import { admit, isAdmitted, serve } from "./gateway";
import type { FaultMoment } from "./faults";
import { maskSecrets } from "./ledger";
import { render } from "./render";
import { readWireRequest, type WireRequest } from "./wire-request";
import { without } from "./without";
import type { World } from "./world";

const largestBodyBytes = 1024 * 1024;
/** The vendor's typed clients put everything into the query: 32 KiB of UserData, or twenty long tags. */
const largestHeadBytes = 256 * 1024;

/** The RPC API over HTTP. Reads a request, lets the core decide, and breaks the answer where a fault says so. */
export function createRpcServer(world: World): Server {
  /** Opened, and nothing was asked yet. */
  const fresh = new WeakSet<Socket>();
  const server = createServer({ maxHeaderSize: largestHeadBytes }, (incoming, outgoing) => {
    // A client that kept its connection would open another one: it is refused all the same.
    if (!fresh.delete(incoming.socket) && isRefused(world)) {
      incoming.socket.destroy();
      return;
    }
    answer(world, incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.on("connection", (socket: Socket) => {
    if (isRefused(world)) socket.destroy();
    else fresh.add(socket);
  });
  // Longer than any client keeps an idle connection: closing first would race with its next request.
  server.keepAliveTimeout = 75_000;
  return server;
}

/** Asks the faults, and writes the row that no request stands behind. */
function isRefused(world: World): boolean {
  if (!world.faults.refuses(world.now())) return false;
  const requestId = world.random.uuid();
  const row = { action: "", params: {}, effect: "none", status: null, code: null, fault: "wire:refuse", requestId };
  world.ledger.append({ atMs: world.now(), ...row });
  return true;
}

async function answer(world: World, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  if (body === undefined) {
    outgoing.writeHead(413, { connection: "close" }).end();
    return;
  }
  const request = readWireRequest({
    method: incoming.method ?? "GET",
    url: incoming.url ?? "/",
    headers: plainHeaders(incoming),
    body,
  });
  const admitted = admit(world, request);
  if (!isAdmitted(admitted)) {
    send(world, request, admitted, outgoing);
    return;
  }
  const { fault } = admitted;
  if (fault !== undefined && "delayMs" in fault && fault.when === "before") {
    await wait(fault.delayMs);
    send(world, request, serve(world, request, admitted), outgoing);
    return;
  }
  if (fault !== undefined && "wire" in fault && fault.wire === "reset-before") {
    serve(world, request, admitted);
    reset(incoming);
    return;
  }
  if (fault !== undefined && "hold" in fault && fault.when === "before") await hold(world, request, fault);
  const execution = serve(world, request, admitted);
  if (fault !== undefined && "hold" in fault && fault.when !== "before") await hold(world, request, fault);
  if (execution.delayMs > 0) await wait(execution.delayMs);
  switch (execution.wire) {
    case undefined:
    case "no-request-id":
      send(world, request, execution, outgoing);
      return;
    case "reset-before":
    case "reset-after":
    case "refuse":
      reset(incoming);
      return;
    case "hang":
      return;
    case "html":
      writeHead(world, outgoing, 502, "text/html");
      outgoing.end("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>");
      return;
    case "empty":
      writeHead(world, outgoing, 200, "application/json;charset=utf-8");
      outgoing.end();
      return;
    case "null":
      writeHead(world, outgoing, 200, "application/json;charset=utf-8");
      outgoing.end("null");
      return;
    case "bad-json":
      writeHead(world, outgoing, 200, "application/json;charset=utf-8");
      outgoing.end('{"RequestId":"');
      return;
    case "no-code": {
      writeHead(world, outgoing, 500, "application/json;charset=utf-8");
      const { requestId: RequestId } = execution;
      outgoing.end(
        JSON.stringify({ RequestId, Message: "The request processing has failed due to some unknown error." }),
      );
      return;
    }
    case "drip":
      await drip(
        world,
        request,
        execution,
        outgoing,
        fault !== undefined && "overMs" in fault ? fault.overMs : undefined,
      );
      return;
    case "half": {
      const { contentType, text } = rendered(request, execution);
      const bytes = Buffer.from(text);
      writeHead(world, outgoing, execution.status, contentType, { "content-length": String(bytes.length) });
      outgoing.write(bytes.subarray(0, bytes.length >> 1), () => incoming.socket.end());
      return;
    }
  }
}

function hold(world: World, request: WireRequest, fault: { hold: string; when?: FaultMoment }): Promise<void> {
  const { action, params } = request;
  return world.holds.hold({ name: fault.hold, action, params: maskSecrets(params), when: fault.when ?? "after" });
}

const dripPieces = 20;

async function drip(
  world: World,
  request: WireRequest,
  execution: Execution,
  outgoing: ServerResponse,
  overMs = 10_000,
): Promise<void> {
  const { contentType, text } = rendered(request, execution);
  const bytes = Buffer.from(text);
  writeHead(world, outgoing, execution.status, contentType, { "content-length": String(bytes.length) });
  const pieceBytes = Math.ceil(bytes.length / dripPieces);
  const pauseMs = (overMs * pieceBytes) / bytes.length;
  outgoing.flushHeaders();
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    // Not after it: a client that has all of it may ask again at once, and its next answer would wait for this one's end.
    await wait(pauseMs);
    if (outgoing.destroyed) return;
    outgoing.write(bytes.subarray(from, from + pieceBytes));
  }
  outgoing.end();
}

function send(world: World, request: WireRequest, execution: Execution, outgoing: ServerResponse): void {
  const { contentType, text } = rendered(request, execution);
  const length = { "content-length": String(Buffer.byteLength(text)) };
  const requestId = execution.wire === "no-request-id" ? {} : { "x-acs-request-id": execution.requestId };
  const retryAfter = execution.retryAfter === undefined ? {} : { "x-acs-retry-after": execution.retryAfter };
  writeHead(world, outgoing, execution.status, contentType, { ...length, ...requestId, ...retryAfter });
  outgoing.end(text);
}

function rendered(request: WireRequest, execution: Execution): { contentType: string; text: string } {
  const body = execution.wire === "no-request-id" ? without(execution.body, "RequestId") : execution.body;
  return render(body, request.format, execution.code === undefined ? `${request.action}Response` : "Error");
}

function writeHead(
  world: World,
  outgoing: ServerResponse,
  status: number,
  contentType: string,
  headers: Record<string, string> = {},
): void {
  outgoing.sendDate = false;
  // The Date header follows the world: whoever reads the server's clock gets the world's time.
  outgoing.writeHead(status, { date: new Date(world.now()).toUTCString(), "content-type": contentType, ...headers });
}

function reset(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return headers;
}

/** Undefined when it is larger than anything the API takes. Not an async iterator, which costs several times as much. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    incoming.on("data", (chunk: Uint8Array) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= largestBodyBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on("end", () => {
      resolve(Buffer.concat(chunks, sizeBytes));
    });
    incoming.on("error", reject);
  });
}
