import type { Agent } from "node:http";
import RPCClient = require("@alicloud/pop-core");
import type { Credentials } from "./credentials/session";
import { sameCredentials } from "./credentials/session";
import type { Answer, Door } from "./door";
import { classify, EcsError } from "./errors";

interface Entry {
  readonly response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, unknown>> };
}

/** Calls without a signature, which the client makes when its provider of credentials has none. */
interface UnsignedConfig {
  readonly endpoint: string;
  readonly apiVersion: string;
  readonly credentialsProvider: { getCredentials(): Promise<undefined> };
}

const unreachable = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"];
const endpointAdvice =
  "check regionId, the network, and the endpoint if alicloud:endpoints, ALIBABA_CLOUD_ENDPOINT_ECS or ALIBABA_CLOUD_ENDPOINT_STS names one";

/** The client as it is, with the second constructor argument that its types leave out: answers come with their headers. */
type VerboseClient = new (
  config: RPCClient.Config | UnsignedConfig,
  verbose: true,
) => { request(action: string, params: object, options: object): Promise<[unknown, Entry]> };

/**
 * The only way out to the vendor's API: @alicloud/pop-core, always by POST, because on GET its errors carry the whole
 * signed URL. One call in, one answer or one EcsError out; nothing is sent again here but what was refused before it ran:
 * for a clock that is off, and for a token that has ended.
 */
export class PopDoor implements Door {
  private clockOffsetMs = 0;
  private client: { readonly of: Credentials | undefined; readonly pop: InstanceType<VerboseClient> } | undefined;
  private proxy: Promise<Agent | undefined> | undefined;

  /**
   * @param credentials Asked at each call, and once more with those that were refused as expired. Undefined ones: the call
   * is not signed. What it rejects with goes through as it is.
   * @param agent Opened when first needed; undefined where no proxy is in between.
   */
  constructor(
    private readonly endpoint: string,
    private readonly apiVersion: string,
    private readonly credentials: (refused?: Credentials) => Promise<Credentials | undefined>,
    private readonly timeoutMs: number,
    private readonly nowMs: () => number,
    private readonly agent: () => Promise<Agent | undefined> = () => Promise.resolve(undefined),
  ) {}

  async call(
    action: string,
    params: Readonly<Record<string, string | boolean | number>>,
    limitMs?: number,
  ): Promise<Answer> {
    let credentials = await this.credentials();
    let isRenewed = false;
    let isClockSet = false;
    for (;;) {
      try {
        return await this.send(action, params, credentials, limitMs);
      } catch (error) {
        if (!(error instanceof EcsError)) throw error;
        // Both kinds are refused before they run. The Date header of the first has just told us by how much we are off.
        if (error.errorClass === "clock" && this.clockOffsetMs !== 0 && !isClockSet) {
          isClockSet = true;
        } else if (error.code === "InvalidSecurityToken.Expired" && credentials !== undefined && !isRenewed) {
          const renewed = await this.credentials(credentials);
          if (sameCredentials(renewed, credentials)) throw error;
          credentials = renewed;
          isRenewed = true;
        } else {
          throw error;
        }
      }
    }
  }

  private async send(
    action: string,
    params: Readonly<Record<string, string | boolean | number>>,
    credentials: Credentials | undefined,
    limitMs: number | undefined,
  ): Promise<Answer> {
    const timeoutMs = Math.min(limitMs ?? this.timeoutMs, this.timeoutMs);
    const client = this.popClient(credentials);
    const timestamp = this.clockOffsetMs === 0 ? {} : { Timestamp: toTimestamp(this.nowMs() + this.clockOffsetMs) };
    let body: unknown;
    let entry: Entry;
    try {
      this.proxy ??= this.agent();
      const agent = await this.proxy;
      const options = { method: "POST", timeout: timeoutMs, ...(agent === undefined ? {} : { agent }) };
      const running = client.request(action, { ...params, ...timestamp }, options);
      [body, entry] = await (agent === undefined && limitMs === undefined
        ? running
        : withinMs(limitMs ?? 2 * timeoutMs, running));
    } catch (error) {
      throw this.toEcsError(action, error, credentials, timeoutMs);
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
    const quote = (sentence: string) => scrub(plain(sentence), credentials);
    return { body, requestId: body.RequestId, serverTimeMs: dateHeader(entry), quote };
  }

  /** Kept while the credentials stay the same, for the sake of its open connections. */
  private popClient(of: Credentials | undefined): InstanceType<VerboseClient> {
    const kept = this.client;
    if (kept !== undefined && sameCredentials(kept.of, of)) return kept.pop;
    const Client = RPCClient as unknown as VerboseClient;
    const { endpoint, apiVersion } = this;
    const pop = new Client({ endpoint, apiVersion, ...signedBy(of) }, true);
    this.client = { of, pop };
    return pop;
  }

  private toEcsError(
    action: string,
    error: unknown,
    credentials: Credentials | undefined,
    timeoutMs: number,
  ): EcsError {
    const { code, data, entry, name } = fieldsOf(error);
    if (code === undefined || data === undefined) {
      // No answer of the vendor's: reset, time-out, HTML, half a body. It may have run.
      const what =
        name === "RequestTimeoutError" || name === "ResponseTimeoutError"
          ? `no answer within ${timeoutMs} ms`
          : (code ?? name ?? "unreadable answer");
      return new EcsError(
        action,
        "NoAnswer",
        "unknownOutcome",
        `${what} from ${new URL(this.endpoint).host}`,
        unreachable.includes(what) ? endpointAdvice : undefined,
        undefined,
        undefined,
      );
    }
    const message = scrub(messageOf(code, data), credentials);
    const rule = classify(code, entry?.response?.statusCode, message);
    const date = dateHeader(entry);
    if (rule.class === "clock" && date !== undefined) this.clockOffsetMs = date - this.nowMs();
    return new EcsError(action, code, rule.class, message, rule.advice, requestIdOf(data), retryAfterMs(entry));
  }
}

/** Parameters of a signed request, wherever they are quoted. */
const signedParameters = /\b(AccessKeyId|Signature|SignatureNonce|SecurityToken)=[^&\s"']*/gi;

/** Whatever the vendor's sentence quotes of our credentials is taken out of it. */
function scrub(text: string, credentials: Credentials | undefined): string {
  const { accessKeyId, accessKeySecret, securityToken } = credentials ?? {};
  const secrets = [accessKeyId, accessKeySecret, securityToken].filter((secret) => secret !== undefined);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text.replace(signedParameters, "***"));
}

function signedBy(credentials: Credentials | undefined) {
  if (credentials === undefined) return { credentialsProvider: { getCredentials: () => Promise.resolve(undefined) } };
  const { securityToken, ...pair } = credentials;
  return { ...pair, ...(securityToken === undefined ? {} : { securityToken }) };
}

/** The client's own time-outs begin when it has a connection, and a proxy may take the connection and say nothing. */
async function withinMs<T>(ms: number, running: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error("too late");
    error.name = "RequestTimeoutError";
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The vendor's sentence, but for those that quote the signed request. */
function messageOf(code: string, data: Readonly<Record<string, unknown>>): string {
  if (code.startsWith("Signature") || code.startsWith("IncompleteSignature") || typeof data.Message !== "string")
    return "";
  return plain(data.Message);
}

function plain(sentence: string): string {
  return sentence
    .replace(/https?:\/\/\S+/g, "")
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
