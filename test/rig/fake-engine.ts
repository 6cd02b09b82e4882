import { Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { until } from "./child";
import { Empty, EngineService } from "./sdk";

export interface LogLine {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly text: string;
  readonly urn: string;
  readonly ephemeral: boolean;
}

/** The engine's Log service, and nothing else of it: keeps what is said, and can die. */
export class FakeEngine {
  private constructor(
    private readonly server: Server,
    readonly address: string,
    readonly lines: LogLine[],
  ) {}

  static async start(): Promise<FakeEngine> {
    const server = new Server();
    const lines: LogLine[] = [];
    const log = ({ request }: { request: LogRequest }, done: (error: null, answer: unknown) => void): void => {
      lines.push({
        severity: (["debug", "info", "warning", "error"] as const)[request.getSeverity()],
        text: request.getMessage(),
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
      });
      done(null, new Empty());
    };
    const notHere: UntypedHandleCall = (_call: unknown, done: (error: Error) => void): void => {
      done(new Error("not part of this engine"));
    };
    server.addService(EngineService, {
      log: log as UntypedHandleCall,
      getRootResource: notHere,
      setRootResource: notHere,
      startDebugging: notHere,
      requirePulumiVersion: notHere,
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return new FakeEngine(server, `127.0.0.1:${port}`, lines);
  }

  /** All that users would see; the debug lines are for machines. */
  said(): readonly string[] {
    return this.lines
      .filter(({ severity }) => severity !== "debug")
      .map(({ severity, text }) => `${severity}: ${text}`);
  }

  /** Waits for a line: lines and answers travel on connections of their own. */
  async hears(what: string | RegExp): Promise<void> {
    const matches = (line: string) => (typeof what === "string" ? line.includes(what) : what.test(line));
    await until(
      `a line with ${String(what)}, heard were:\n${this.said().join("\n")}`,
      () => this.said().some(matches),
      3_000,
    );
  }

  /** As a killed CLI: the port is closed at once. */
  die(): void {
    this.server.forceShutdown();
  }
}
