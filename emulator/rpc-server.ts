import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Execution } from "./execute";
import { admit, isAdmitted, serve } from "./gateway";
import { render } from "./render";
import { readWireRequest, type WireRequest } from "./wire-request";
import type { World } from "./world";

const largestBodyBytes = 1024 * 1024;

/** The RPC API over HTTP. Reads a request, lets the core decide, and breaks the answer where a fault says so. */
export function createRpcServer(world: World): Server {
  const server = createServer((incoming, outgoing) => {
    answer(world, incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  // Longer than any client keeps an idle connection: closing first would race with its next request.
  server.keepAliveTimeout = 75_000;
  return server;
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
  const execution = serve(world, request, admitted);
  if (execution.delayMs > 0) await wait(execution.delayMs);
  switch (execution.wire) {
    case undefined:
    case "no-request-id":
      send(world, request, execution, outgoing);
      return;
    case "reset-before":
    case "reset-after":
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
    case "half": {
      const { contentType, text } = rendered(request, execution);
      const bytes = Buffer.from(text);
      writeHead(world, outgoing, execution.status, contentType, { "content-length": String(bytes.length) });
      outgoing.write(bytes.subarray(0, bytes.length >> 1), () => incoming.socket.end());
      return;
    }
  }
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
  const { RequestId, ...rest } = execution.body;
  const body = execution.wire === "no-request-id" ? rest : { RequestId, ...rest };
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

/** Undefined when it is larger than anything the API takes. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
