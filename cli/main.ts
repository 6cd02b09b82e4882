#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { messageOf } from "../provider/core/message-of";
import { ConfigError } from "../provider/ecs/config";
import { cancelReleaseCommand } from "./cancel-release/cancel-release-command";
import { doctorCommand } from "./doctor/doctor-command";
import { emulatorCommand } from "./emulator-command";
import { oneLine } from "./one-line";
import { reportCommand } from "./report/report-command";
import { UsageError } from "./usage-error";

const name = "alicloud-lifecycle";

const program = new Command(name)
  .description("Looks after what pulumi-alicloud-lifecycle needs: credentials, rights, release times, an emulator.")
  .version(versionOfPackage(), "--version", "print the version of the package")
  .helpOption("-h, --help", "print this help")
  .enablePositionalOptions()
  .configureOutput({
    // Commander's own has a second line, `(Did you mean …?)`.
    outputError: (text, write) =>
      write(`${name}: ${oneLine(text).replace(/^error: |\.$/g, "")}; see \`${name} --help\`\n`),
  })
  .exitOverride();

// Every subcommand is one line here.
add(doctorCommand());
add(reportCommand());
add(cancelReleaseCommand());
add(emulatorCommand());

function add(command: Command): void {
  program.addCommand(command.configureOutput(program.configureOutput()).exitOverride());
}

function versionOfPackage(): string {
  const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** What to put right is exit 2, what went wrong all the same is exit 1; each is one line, and no stack that could quote anything. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${name}: ${oneLine(messageOf(error))}\n`);
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}

program.parseAsync().catch((error: unknown) => {
  process.exitCode = explain(error);
});
