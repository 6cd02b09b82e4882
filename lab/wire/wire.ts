import { EventEmitter } from "node:events";
import http from "node:http";
import type { Socket } from "node:net";

/** What becomes of one request. */
export interface Passage {
  /** False: the process died before anything was sent. */
  readonly isSent: boolean;
  /** Whether it stands where nothing but time moves it: unanswered, or answered too slowly. */
  readonly stands: () => boolean;
  /** Told when the whole answer has arrived, before the caller learns it. */
  readonly answered?: (() => void) | undefined;
}

type Options = http.RequestOptions & { readonly headers?: Readonly<Record<string, string>> };

const realRequest = http.request;
const realNow = Date.now;
/** A request that neither ends nor stands for so long, on loopback, is a mistake of this laboratory. */
const longestMs = 20_000;
/** Parameters that must not be seen anywhere else. */
const secretParameter = /(?:^|&)(?:Signature|SignatureNonce)=([^&]+)/g;

/** The requests of this process that are under way to one port of this machine. */
export class Wire {
  private readonly flights = new Map<http.ClientRequest, Passage>();
  private readonly sockets = new Set<Socket>();
  private busySinceMs: number | undefined;
  /** Every signature and nonce that was sent, as written and as meant. */
  readonly secrets = new Set<string>();
  /** Requests that were sent. */
  count = 0;

  /** @param route Asked at each request, in the order in which the client makes them. */
  constructor(
    private readonly port: number,
    private readonly route: (action: string) => Passage,
  ) {}

  install(): void {
    // httpx, which the vendor's client stands on, takes it from there at each call.
    Object.assign(http, { request: this.request });
  }

  uninstall(): void {
    Object.assign(http, { request: realRequest });
  }

  /** Nothing is under way but what waits for time to pass. */
  isQuiet(): boolean {
    // Every passage is asked: some do something when they come to stand.
    const moving = [...this.flights.values()].filter((passage) => !passage.stands());
    if (moving.length === 0) {
      this.busySinceMs = undefined;
      return true;
    }
    this.busySinceMs ??= realNow();
    if (realNow() - this.busySinceMs > longestMs) throw new Error("a request neither ends nor waits for time to pass");
    return false;
  }

  /** The end of a process: its connections are gone with it. */
  hangUp(): void {
    this.flights.clear();
    // A reset leaves no port behind that would be unusable for a minute.
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.sockets.clear();
  }

  private readonly request = (options: Options): http.ClientRequest => {
    if (Number(options.port) !== this.port) return realRequest(options);
    const passage = this.route(options.headers?.["x-acs-action"] ?? "");
    if (!passage.isSent) return unsent();
    const request = realRequest(options);
    this.count += 1;
    this.flights.set(request, passage);
    request.once("close", () => this.flights.delete(request));
    request.once("socket", (socket) => {
      if (this.sockets.has(socket)) return;
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
    const { answered } = passage;
    if (answered !== undefined) request.once("response", (response) => response.once("end", answered));
    this.keepSecrets(request);
    return request;
  };

  private keepSecrets(request: http.ClientRequest): void {
    const end = request.end.bind(request) as (body?: unknown) => http.ClientRequest;
    Object.assign(request, {
      end: (body?: unknown) => {
        for (const [, value = ""] of String(body).matchAll(secretParameter)) {
          this.secrets.add(value);
          this.secrets.add(decodeURIComponent(value));
        }
        return end(body);
      },
    });
  }
}

/** Takes everything and never says anything. */
function unsent(): http.ClientRequest {
  const nothing = () => undefined;
  return Object.assign(new EventEmitter(), {
    end: nothing,
    abort: nothing,
    destroy: nothing,
  }) as unknown as http.ClientRequest;
}
