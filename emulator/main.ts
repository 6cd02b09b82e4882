#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { startEmulator } from "./start-emulator";
import type { WorldFile } from "./world-input";
import { parseWorld, WorldFileError } from "./world-file";

/** Something that the person at the keyboard can put right: one line, exit 2. */
class UsageError extends Error {}

interface Options {
  port?: number;
  world?: string;
  ledger?: string;
  clock: "real" | "virtual";
  seed?: number;
}

const command = new Command("ecs-emulator")
  .description("An emulator, not Alibaba Cloud: it speaks the ECS RPC API (2014-05-26) on 127.0.0.1.")
  .option("--port <n>", "port of the API on 127.0.0.1 (default: a free one)", wholeNumber(65_535))
  .option("--world <file>", "JSON file with instances, credentials, timings (default: three instances)")
  .option("--ledger <file>", "append every request to this file, one JSON object a line")
  .addOption(
    new Option("--clock <kind>", "real: the machine's; virtual: stands still until it is moved")
      .choices(["real", "virtual"])
      .default("real"),
  )
  .option("--seed <n>", "where all chance comes from (default: 1)", wholeNumber(2 ** 32 - 1))
  .allowExcessArguments(false)
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  const world = options.world === undefined ? undefined : readWorld(options.world);
  const emulator = await startEmulator({
    clock: options.clock,
    ...(world === undefined ? {} : { world }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.ledger === undefined ? {} : { ledgerFile: options.ledger }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const { endpoint, control, accessKeyId, accessKeySecret } = emulator;
  const stop = (): void => {
    emulator.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // Before the first line: whoever reads it may send the signal at once.
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.stdout.write(`${JSON.stringify({ endpoint, control, accessKeyId, accessKeySecret })}\n`);
  process.stderr.write(`${pc.yellow("This is an emulator, not Alibaba Cloud.")} It listens on 127.0.0.1 only.\n`);
}

function readWorld(file: string): WorldFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--world: can't read ${file} (${codeOf(error)}); name a readable JSON file.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--world: ${file} is not JSON (${reason.split("\n")[0]}); correct it or leave --world out.`);
  }
  try {
    return parseWorld(json);
  } catch (error) {
    if (!(error instanceof WorldFileError)) throw error;
    throw new UsageError(`--world: ${file}: ${error.message}`);
  }
}

function wholeNumber(largest: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number > largest) {
      throw new InvalidArgumentError(`It must be a whole number from 0 to ${largest}.`);
    }
    return number;
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  const code = codeOf(error);
  const { port, ledger } = command.opts<Options>();
  if (code === "EADDRINUSE")
    return `--port: ${port ?? 0} is in use; choose another, or leave --port out for a free one.`;
  if (code === "EACCES" && ledger === undefined) return `--port: ${port ?? 0} is not allowed; choose one above 1023.`;
  if (ledger !== undefined && /^E[A-Z]+$/.test(code))
    return `--ledger: can't write ${ledger} (${code}); name a writable file.`;
  return `${error instanceof WorldFileError ? "--world: " : ""}${error instanceof Error ? error.message : String(error)}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`ecs-emulator: ${explain(error)}\n`);
  process.exit(error instanceof UsageError || error instanceof WorldFileError ? 2 : 1);
});
