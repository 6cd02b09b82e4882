"use strict";

const { RunPluginResponse } = require("@pulumi/pulumi/proto/language_pb");
const { startNode } = require("./node-process.cjs");
const { runtimeOptions } = require("./runtime-options.cjs");
const { sdkModule } = require("./sdk-module.cjs");

/** Runs a plugin that is a Node package: a policy pack, or a provider written in TypeScript. */
exports.runPlugin = async function runPlugin(call) {
  const request = call.request;
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const options = runtimeOptions(info);
  const isPolicyPack = request.getKind() === "analyzer";
  const script = sdkModule(`@pulumi/pulumi/cmd/${isPolicyPack ? "run-policy-pack" : "run-plugin"}`, directory);
  // A policy pack wants its folder last, any other plugin first.
  const args = isPolicyPack ? [...request.getArgsList(), directory] : [directory, ...request.getArgsList()];

  const child = startNode([...options.nodeArgs, script, ...args], {
    // The vendor's policy SDK reads its package.json and tsconfig.json from the working directory.
    cwd: isPolicyPack ? directory : request.getPwd() || directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...Object.fromEntries(request.getEnvList().map(nameAndValue)), ...options.env },
  });
  const send = (set) => {
    const response = new RunPluginResponse();
    set(response);
    call.write(response);
  };
  child.stdout.on("data", (bytes) => send((response) => response.setStdout(bytes)));
  child.stderr.on("data", (bytes) => send((response) => response.setStderr(bytes)));
  call.on("cancelled", () => child.kill("SIGINT"));

  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      send((response) => response.setExitcode(code ?? 1));
      resolve();
    });
  });
};

function nameAndValue(entry) {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}
