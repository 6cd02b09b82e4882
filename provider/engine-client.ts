import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineService from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "debug" | "info" | "warning";

/** The engine as its display and as the one who wants the work done. */
export interface Engine {
  /** A line in the engine's display, at the resource's own row where its URN is known. Never throws: losing a line loses no work. */
  say(severity: Severity, text: string, urn?: string): void;
  /** A line that the next one replaces, for waiting. */
  progress(text: string, urn?: string): void;
  /** When all that was said has arrived: the engine may end right after the last answer of ours. Never throws. */
  heard(): Promise<void>;
  /** False once the CLI is gone: a provider process outlives a killed one, and nobody would record what it does. */
  isThere(): Promise<boolean>;
}

/** Without an address (unit tests, other hosts) there is nobody to talk to, and nobody who could have died. */
export const noEngine: Engine = {
  say: () => undefined,
  progress: () => undefined,
  heard: () => Promise.resolve(),
  isThere: () => Promise.resolve(true),
};

const aliveDeadlineMs = 5_000;

/** The engine at an address, over its Log service. Loads gRPC at the first line, from the SDK's own copy, since two copies don't mix. */
export function connectEngine(address: string): Engine {
  let opened:
    | { client: EngineService.EngineClient; messages: typeof EngineMessages; metadata: Grpc.Metadata }
    | undefined;
  const open = () => {
    if (opened === undefined) {
      const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
      const grpc = fromSdk("@grpc/grpc-js") as typeof Grpc;
      const { EngineClient } = fromSdk("./proto/engine_grpc_pb") as typeof EngineService;
      const messages = fromSdk("./proto/engine_pb") as typeof EngineMessages;
      opened = {
        client: new EngineClient(address, grpc.credentials.createInsecure()),
        messages,
        metadata: new grpc.Metadata(),
      };
    }
    return opened;
  };
  /** Resolves to whether it arrived. */
  const log = (severity: Severity, text: string, urn: string | undefined, ephemeral: boolean): Promise<boolean> => {
    const { client, messages, metadata } = open();
    const { LogRequest, LogSeverity } = messages;
    const request = new LogRequest();
    request.setSeverity({ debug: LogSeverity.DEBUG, info: LogSeverity.INFO, warning: LogSeverity.WARNING }[severity]);
    request.setMessage(text);
    request.setUrn(urn ?? "");
    request.setEphemeral(ephemeral);
    return new Promise((resolve) => {
      client.log(request, metadata, { deadline: Date.now() + aliveDeadlineMs }, (error) => resolve(error === null));
    });
  };
  // One after another: what was said first must not be shown last.
  let spoken: Promise<unknown> = Promise.resolve();
  const speak = (severity: Severity, text: string, urn: string | undefined, ephemeral: boolean) => {
    spoken = spoken.then(() => log(severity, text, urn, ephemeral));
  };
  // A hundred that share a call ask in the same moment: one question for all, sent after the last of them has asked.
  let asked: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    await new Promise(setImmediate);
    asked = undefined;
    return await log("debug", "pulumi-alicloud-lifecycle: still there?", undefined, false);
  };
  return {
    say: (severity, text, urn) => speak(severity, text, urn, false),
    progress: (text, urn) => speak("info", text, urn, true),
    heard: async () => {
      await spoken;
    },
    isThere: () => {
      asked ??= ask();
      return asked;
    },
  };
}

/** The dynamic-provider host gets the engine's address as its last argument. Undefined in other hosts, and in unit tests. */
export function engineAddress(argv: readonly string[]): string | undefined {
  const last = argv.at(-1);
  return last !== undefined && /^[^\s/]+:\d+$/.test(last) ? last : undefined;
}
