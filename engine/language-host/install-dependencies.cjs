"use strict";

const { spawn } = require("node:child_process");
const { InstallDependenciesResponse } = require("@pulumi/pulumi/proto/language_pb");
const { runtimeOptions } = require("./runtime-options.cjs");

/** `pulumi install` and `pulumi new`: the package manager's own install, in the program's folder. */
exports.installDependencies = async function installDependencies(call) {
  const info = call.request.getInfo();
  const { packageManager } = runtimeOptions(info);
  const command = packageManager === "auto" ? "npm" : packageManager;
  const child = spawn(command, ["install"], {
    cwd: info?.getProgramDirectory() || call.request.getDirectory(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const send = (set) => {
    const response = new InstallDependenciesResponse();
    set(response);
    call.write(response);
  };
  child.stdout.on("data", (bytes) => send((response) => response.setStdout(bytes)));
  child.stderr.on("data", (bytes) => send((response) => response.setStderr(bytes)));
  call.on("cancelled", () => child.kill("SIGINT"));

  await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`\`${command} install\` failed with exit code ${code}.`));
    });
  });
};
