// A language host for `runtime: nodejs`, used where only the Pulumi CLI itself could be had: the gRPC service
// pulumirpc.LanguageRuntime on the protos of Pulumi's own SDK. The CLI starts it and reads the port from its first line.
"use strict";

const grpc = require("@grpc/grpc-js");
const languageService = require("@pulumi/pulumi/proto/language_grpc_pb");
const { about } = require("./about.cjs");
const { handshake } = require("./handshake.cjs");
const { installDependencies } = require("./install-dependencies.cjs");
const { endChildren } = require("./node-process.cjs");
const { getPluginInfo } = require("./plugin-info.cjs");
const { getProgramDependencies } = require("./program-dependencies.cjs");
const { getRequiredPackages } = require("./required-packages.cjs");
const { runPlugin } = require("./run-plugin.cjs");
const { runProgram } = require("./run-program.cjs");
const { watchEngine } = require("./watch-engine.cjs");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

// The CLI passes its flags first (--tracing URL, -v=9, --logtostderr) and its own address last.
const args = process.argv.slice(2);
const tracingAt = args.indexOf("--tracing");
const engine = {
  address: args.at(-1) ?? "",
  tracing: tracingAt >= 0 ? (args[tracingAt + 1] ?? "") : "",
};

/** Answers a unary call with what an async function returns, or with its error's message. */
function unary(answer) {
  return (call, callback) => {
    answer(call.request, engine).then(
      (response) => callback(null, response),
      (error) => callback({ code: error.code ?? grpc.status.UNKNOWN, details: error.message }),
    );
  };
}

/** Answers a server-streaming call: the function writes to the call and ends by returning. */
function streaming(answer) {
  return (call) => {
    answer(call, engine).then(
      () => call.end(),
      (error) => call.emit("error", { code: grpc.status.UNKNOWN, details: error.message }),
    );
  };
}

const unlimited = -1;
const server = new grpc.Server({
  "grpc.max_receive_message_length": unlimited,
  "grpc.max_send_message_length": unlimited,
});

server.addService(languageService.LanguageRuntimeService, {
  handshake: unary(handshake),
  getPluginInfo: unary(getPluginInfo),
  getRequiredPackages: unary(getRequiredPackages),
  run: unary(runProgram),
  runPlugin: streaming(runPlugin),
  installDependencies: streaming(installDependencies),
  about: unary(about),
  getProgramDependencies: unary(getProgramDependencies),
  cancel: unary(async () => {
    endChildren();
    return new Empty();
  }),
});

async function leave(exitCode) {
  await endChildren();
  process.exit(exitCode);
}

// The CLI ends a plugin with SIGINT to its process group, and kills it five seconds later.
process.on("SIGINT", () => void leave(0));
process.on("SIGTERM", () => void leave(0));

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(`The Node language host could not listen on 127.0.0.1: ${error.message}`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
  watchEngine(engine, () => void leave(1));
});
