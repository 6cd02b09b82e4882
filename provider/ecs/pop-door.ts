import RPCClient = require("@alicloud/pop-core");
import { classify, EcsError } from "./errors";
import type { Credentials } from "./config";

/** An answer that was understood. */
export interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The server's clock from its Date header; undefined when it sent none. */
  readonly serverTimeMs: number | undefined;
}

interface Entry {
  readonly response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, unknown>> };
}

/** The client as it is, with the second constructor argument that its types leave out: answers come with their headers. */
type VerboseClient = new (
  config: RPCClient.Config,
  verbose: true,
) => { request(action: string, params: object, options: object): Promise<[unknown, Entry]> };

/**
 * The only way out to the vendor's API: @alicloud/pop-core, always by POST, because on GET its errors carry the whole
 * signed URL. One call in, one answer or one EcsError out; nothing is retried here but a clock that is off.
 */
export class PopDoor {
  private clockOffsetMs = 0;
  private client: { readonly of: Credentials; readonly pop: InstanceType<VerboseClient> } | undefined;

  constructor(
    private readonly endpoint: string,
    private readonly apiVersion: string,
    private readonly credentials: () => Credentials,
    private readonly timeoutMs: number,
    private readonly nowMs: () => number,
  ) {}

  async call(action: string, params: Readonly<Record<string, string | boolean | number>>): Promise<Answer> {
    try {
      return await this.send(action, params);
    } catch (error) {
      // Refused before it ran, and its Date header has just told us by how much we are off.
      if (error instanceof EcsError && error.errorClass === "clock" && this.clockOffsetMs !== 0)
        return await this.send(action, params);
      throw error;
    }
  }

  private async send(action: string, params: Readonly<Record<string, string | boolean | number>>): Promise<Answer> {
    const client = this.popClient(this.credentials());
    const timestamp = this.clockOffsetMs === 0 ? {} : { Timestamp: toTimestamp(this.nowMs() + this.clockOffsetMs) };
    let body: unknown;
    let entry: Entry;
    try {
      [body, entry] = await client.request(
        action,
        { ...params, ...timestamp },
        { method: "POST", timeout: this.timeoutMs },
      );
    } catch (error) {
      throw this.toEcsError(action, error);
    }
    const status = entry.response?.statusCode;
    if (!isRecord(body) || typeof body.RequestId !== "string" || (status !== undefined && status >= 400)) {
      throw new EcsError(
        action,
        `Http${status ?? "Unknown"}`,
        "unknownOutcome",
        "the answer is not one of ECS",
        undefined,
        undefined,
        undefined,
      );
    }
    return { body, requestId: body.RequestId, serverTimeMs: dateHeader(entry) };
  }

  /** Whatever the vendor's sentence quotes of our credentials is taken out of it. */
  private scrub(text: string): string {
    const { accessKeyId, accessKeySecret, securityToken } = this.credentials();
    const secrets = [accessKeyId, accessKeySecret, securityToken].filter((secret) => secret !== undefined);
    return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text.replace(signedParameters, "***"));
  }

  /** Kept while the credentials stay the same, for the sake of its open connections. */
  private popClient(of: Credentials): InstanceType<VerboseClient> {
    const kept = this.client;
    if (
      kept !== undefined &&
      kept.of.accessKeyId === of.accessKeyId &&
      kept.of.accessKeySecret === of.accessKeySecret &&
      kept.of.securityToken === of.securityToken
    ) {
      return kept.pop;
    }
    const Client = RPCClient as unknown as VerboseClient;
    const { securityToken, ...pair } = of;
    const pop = new Client(
      {
        endpoint: this.endpoint,
        apiVersion: this.apiVersion,
        ...pair,
        ...(securityToken === undefined ? {} : { securityToken }),
      },
      true,
    );
    this.client = { of, pop };
    return pop;
  }

  private toEcsError(action: string, error: unknown): EcsError {
    const { code, data, entry, name } = fieldsOf(error);
    if (code === undefined || data === undefined) {
      // No answer of the vendor's: reset, time-out, HTML, half a body. It may have run.
      const what =
        name === "RequestTimeoutError" || name === "ResponseTimeoutError"
          ? `no answer within ${this.timeoutMs} ms`
          : (code ?? name ?? "unreadable answer");
      return new EcsError(
        action,
        "NoAnswer",
        "unknownOutcome",
        `${what} from ${new URL(this.endpoint).host}`,
        undefined,
        undefined,
        undefined,
      );
    }
    const message = this.scrub(messageOf(code, data));
    const rule = classify(code, entry?.response?.statusCode, message);
    const date = dateHeader(entry);
    if (rule.class === "clock" && date !== undefined) this.clockOffsetMs = date - this.nowMs();
    return new EcsError(action, code, rule.class, message, rule.advice, requestIdOf(data), retryAfterMs(entry));
  }
}

/** Parameters of a signed request, wherever they are quoted. */
const signedParameters = /\b(AccessKeyId|Signature|SignatureNonce|SecurityToken)=[^&\s"']*/gi;

/** The vendor's sentence, but for those that quote the signed request. */
function messageOf(code: string, data: Readonly<Record<string, unknown>>): string {
  if (code.startsWith("Signature") || code.startsWith("IncompleteSignature") || typeof data.Message !== "string")
    return "";
  return data.Message.replace(/https?:\/\/\S+/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.;]$/, "")
    .slice(0, 300);
}

function requestIdOf(data: Readonly<Record<string, unknown>>): string | undefined {
  return typeof data.RequestId === "string" ? data.RequestId : undefined;
}

function fieldsOf(error: unknown): {
  readonly code: string | undefined;
  readonly name: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly entry: Entry | undefined;
} {
  const fields = isRecord(error) ? error : {};
  const { code, data, entry } = fields;
  return {
    code: typeof code === "string" ? code : undefined,
    name: error instanceof Error ? error.name : undefined,
    data: isRecord(data) ? data : undefined,
    entry: isRecord(entry) ? entry : undefined,
  };
}

function dateHeader(entry: Entry | undefined): number | undefined {
  const date = entry?.response?.headers?.date;
  const ms = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** The vendor defines no unit for this header; a small number is read as seconds, a large one as milliseconds. */
function retryAfterMs(entry: Entry | undefined): number | undefined {
  const value = Number(entry?.response?.headers?.["x-acs-retry-after"]);
  if (!Number.isFinite(value) || value <= 0) return undefined;
  return value < 600 ? value * 1_000 : value;
}

function toTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
