import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { FakeEngine } from "./fake-engine";
import { bareEnvironment, quickStart, type Running, start, until } from "./child";
import { type Json, messages, requireFromSdk, ResourceProviderClient, Status, toStruct } from "./sdk";

export const repository = resolve(__dirname, "../..");

/** What a create or an update that stopped half-way sends along. */
export interface InitFailure {
  readonly id: string;
  readonly properties: Json;
  readonly reasons: readonly string[];
}

export interface HostOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly config?: Json;
  /** The folder whose node_modules hold SDK and package; default: this repository. */
  readonly cwd?: string;
  /** Told when its configuration has been sent to it, and not answered yet. */
  readonly configuring?: (pid: number) => void;
}

/** The SDK's own host for dynamic providers, spoken to over gRPC as the engine does. */
export class Host {
  /** The ids of which the program's words have been handed to it. */
  private readonly looked = new Set<unknown>();

  private constructor(
    private readonly running: Running,
    private readonly client: InstanceType<typeof ResourceProviderClient>,
    readonly engine: FakeEngine,
    private readonly temp: string,
  ) {}

  static async start({ env, config = {}, cwd = repository, configuring }: HostOptions): Promise<Host> {
    const engine = await FakeEngine.start();
    const script = requireFromSdk(resolve(cwd, "index.js")).resolve("./cmd/dynamic-provider");
    // Killed at once, it removes nothing that it has made there.
    const temp = mkdtempSync(join(tmpdir(), "lifecycle-host-"));
    const running = start(process.execPath, [script, engine.address], {
      env: { ...bareEnvironment(), ...quickStart, ...env, TMPDIR: temp },
      cwd,
      timeoutMs: 120_000,
    });
    await until("the host's port", () => running.output().includes("\n"), 60_000);
    const port = running.output().split("\n")[0];
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const host = new Host(running, client, engine, temp);
    try {
      const configured = host.configure(config);
      configuring?.(running.pid);
      await configured;
      return host;
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  /** As the kernel would end it: at once, and without a word. */
  kill(): void {
    this.running.signal("SIGKILL");
  }

  /** What the host itself has printed. */
  printed(): string {
    return this.running.output();
  }

  async stop(): Promise<void> {
    this.client.close();
    this.running.signal("SIGKILL");
    await this.running.ended;
    rmSync(this.temp, { recursive: true, force: true });
    this.engine.die();
  }

  private async configure(config: Json): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    await this.call<ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async check(olds: Json, news: Json): Promise<{ inputs: Json; failures: { property: string; reason: string }[] }> {
    if (news.__run !== undefined) this.looked.add(news.instanceId);
    const request = new messages.CheckRequest();
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const answer = await this.call<CheckResponse>((done) => this.client.check(request, done));
    return {
      inputs: answer.getInputs()?.toJavaScript() ?? {},
      failures: answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(
    id: string,
    olds: Json,
    news: Json,
  ): Promise<{ changes: "UNKNOWN" | "NONE" | "SOME"; replaces: string[] }> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const answer = await this.call<DiffResponse>((done) => this.client.diff(request, done));
    const changes = (["UNKNOWN", "NONE", "SOME"] as const)[answer.getChanges()];
    if (changes === undefined) throw new Error(`unknown answer ${answer.getChanges()}`);
    return { changes, replaces: answer.getReplacesList() };
  }

  /** As the engine does. A test that begins with create or update is taken to come from a program that has seen the machine. */
  private async checkFirst(olds: Json, news: Json): Promise<void> {
    if (this.looked.has(news.instanceId) || news.__fleet !== undefined) return;
    await this.check(olds, { ...news, __run: seenRunning(String(news.instanceId), news.regionId ?? "cn-hangzhou") });
  }

  async create(inputs: Json): Promise<{ id: string; outs: Json }> {
    await this.checkFirst({}, inputs);
    const request = new messages.CreateRequest();
    request.setProperties(toStruct(inputs));
    const answer = await this.call<CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), outs: answer.getProperties()?.toJavaScript() ?? {} };
  }

  async update(id: string, olds: Json, news: Json): Promise<{ outs: Json }> {
    await this.checkFirst(olds, news);
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const answer = await this.call<UpdateResponse>((done) => this.client.update(request, done));
    return { outs: answer.getProperties()?.toJavaScript() ?? {} };
  }

  async read(id: string, outs: Json): Promise<{ id: string; outs: Json; inputs: Json | undefined }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(toStruct(outs));
    const answer = await this.call<ReadResponse>((done) => this.client.read(request, done));
    return {
      id: answer.getId(),
      outs: answer.getProperties()?.toJavaScript() ?? {},
      inputs: answer.getInputs()?.toJavaScript(),
    };
  }

  async delete(id: string, outs: Json): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(toStruct(outs));
    await this.call((done) => this.client.delete(request, done));
  }

  private call<Answer>(send: (done: (error: ServiceError | null, answer: Answer) => void) => unknown): Promise<Answer> {
    return new Promise((answered, failed) => {
      send((error, answer) => {
        if (error === null) answered(answer);
        else failed(new HostError(error, initFailureOf(error)));
      });
    });
  }
}

function initFailureOf(error: ServiceError): InitFailure | undefined {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (bytes === undefined) return undefined;
  const [detail] = Status.deserializeBinary(Buffer.from(bytes)).getDetailsList();
  if (detail === undefined) return undefined;
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return {
    id: failure.getId(),
    properties: failure.getProperties()?.toJavaScript() ?? {},
    reasons: failure.getReasonsList(),
  };
}

export class HostError extends Error {
  override readonly name = "HostError";

  constructor(
    error: ServiceError,
    /** Set when the engine would record what was reached. */
    readonly initFailure: InitFailure | undefined,
  ) {
    super(error.details);
  }
}

/** The error of a call that has to fail. */
export async function failureOf(call: Promise<unknown>): Promise<HostError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  throw new Error("it should have failed and did not");
}

/** The program's words of a machine of which a test says no more. */
function seenRunning(instanceId: string, regionId: unknown): string {
  const texts = [
    "stoppedMode",
    "instanceName",
    "instanceType",
    "networkType",
    "createdAt",
    "serialNumber",
    "startedAt",
  ];
  const seen = {
    presence: "present",
    instanceId,
    regionId,
    status: "running",
    chargeType: "PostPaid",
    deletionProtection: false,
    locks: [],
    tags: {},
    publicIps: [],
    ...Object.fromEntries(texts.map((name) => [name, ""])),
  };
  return JSON.stringify({ urn: "", dryRun: false, regionId, instanceId, atMs: Date.now(), seen, refused: [] });
}
