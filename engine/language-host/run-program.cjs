"use strict";

const { RunResponse } = require("@pulumi/pulumi/proto/language_pb");
const { startNode } = require("./node-process.cjs");
const { runtimeOptions } = require("./runtime-options.cjs");
const { sdkModule } = require("./sdk-module.cjs");

/** The SDK's exit code for "I have told the user already". */
const alreadyTold = 32;

function failed(error) {
  const response = new RunResponse();
  response.setError(error);
  return response;
}

function bailed() {
  const response = new RunResponse();
  response.setBail(true);
  return response;
}

/** What `@pulumi/pulumi/cmd/run` wants to be told on its command line. */
function argumentsFor(request, engine) {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engine.address,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory(),
    stack: request.getStack(),
    pwd: info?.getProgramDirectory() || request.getPwd(),
    parallel: String(request.getParallel()),
    tracing: engine.tracing,
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** Runs the user's program to its end; its output goes to this host's own, which the CLI shows. */
exports.runProgram = async function runProgram(request, engine) {
  if (request.getAttachDebugger()) {
    return failed("This Node language host cannot attach a debugger. Run without --attach-debugger.");
  }
  const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
  let run;
  let options;
  try {
    run = sdkModule("@pulumi/pulumi/cmd/run", directory);
    options = runtimeOptions(request.getInfo());
  } catch (error) {
    return failed(error.message);
  }

  const child = startNode([...options.nodeArgs, run, ...argumentsFor(request, engine)], {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      ...options.env,
    },
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(failed(`Node could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(new RunResponse());
      else if (code === alreadyTold) resolve(bailed());
      else if (signal) resolve(failed(`Program ended by signal ${signal}`));
      else resolve(failed(`Program exited with non-zero exit code: ${code}`));
    });
  });
};
