import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Request {
  readonly method: string;
  readonly path: string;
  /** Parameters of the form. */
  readonly params: Readonly<Record<string, string>>;
  readonly atMs: number;
}

export type Answer = (response: ServerResponse, request: Request) => void;

export interface EcsServer {
  readonly endpoint: string;
  readonly requests: Request[];
  /** How often an action was asked for. */
  count(action: string): number;
}

const open: Server[] = [];

/** For the `afterAll` of a file that opens servers; not per test, for tests that run at the same time share the hooks. */
export async function closeServers(): Promise<void> {
  await Promise.all(
    open.splice(0).map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

/** A real server on a free port; its answers are given one after the other, the last one for good. */
export async function ecsServer(...answers: readonly Answer[]): Promise<EcsServer> {
  const requests: Request[] = [];
  const server = createServer((incoming, response) => {
    void readForm(incoming).then((params) => {
      const request = { method: incoming.method ?? "", path: incoming.url ?? "", params, atMs: Date.now() };
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(request);
      answer?.(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    count: (action) => requests.filter(({ params }) => params.Action === action).length,
  };
}

async function readForm(incoming: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export function text(status: number, body: string): Answer {
  return (response) => response.writeHead(status, { "content-type": "text/html" }).end(body);
}

export const halfABody: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"RequestId":"R","Inst');
  setTimeout(() => response.destroy(), 20);
};

export const reset: Answer = (response) => response.destroy();

/** Never answers. */
export const hang: Answer = () => undefined;

export function failure(
  status: number,
  code: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(
    status,
    { RequestId: "REQUEST-F", HostId: "ecs.aliyuncs.com", Code: code, Message: `About ${code}.`, ...more },
    headers,
  );
}

export const accepted: Answer = json(200, { RequestId: "REQUEST-1" });

/** An answer of DescribeInstances that lists every id that was asked for. */
export const listAll: Answer = (response, request) => {
  const ids = JSON.parse(request.params.InstanceIds ?? "[]") as string[];
  const Instance = ids.map((InstanceId) => ({ InstanceId, RegionId: "cn-hangzhou", Status: "Running" }));
  json(200, { RequestId: "REQUEST-L", TotalCount: ids.length, Instances: { Instance } })(response, request);
};
