import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Credential, Emulator, EmulatorOptions, LedgerEntry, Statement } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import type { Ended, Running } from "../rig/process";
import { bareEnvironment, start } from "../rig/process";

/** The built command as users run it: a process of its own, in a folder and a home of its own, with no keys but those it is given. */

export const main = join(__dirname, "../../dist/cli/main.js");

/** Keys whose secret halves must come up in no output, whatever goes wrong. */
export const keys = { accessKeyId: "doctor-key-000001", accessKeySecret: "never-shown-secret" } as const;
const neverShown: string[] = [keys.accessKeySecret, keys.accessKeyId];

let folder = "";
const outputs: string[] = [];
const emulators: Emulator[] = [];

beforeAll(() => {
  if (!existsSync(main)) throw new Error("dist/cli/main.js is missing: run `npm run build` first.");
  folder = mkdtempSync(join(tmpdir(), "cli-"));
  mkdirSync(join(folder, "bin"));
  pulumiThat('echo "v3.250.0"');
});

afterEach(async () => {
  await Promise.all(emulators.splice(0).map((emulator) => emulator.stop()));
  const shown = outputs.splice(0).join("\n");
  for (const text of neverShown) expect(shown).not.toContain(text);
});

afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

/** Another text that no output may hold from here on. */
export function neverShow(text: string): void {
  neverShown.push(text);
}

/** Puts a `pulumi` on the command's PATH that runs this line of shell. */
export function pulumiThat(does: string): void {
  const path = join(folder, "bin", "pulumi");
  writeFileSync(path, `#!/bin/sh\n${does}\n`);
  chmodSync(path, 0o755);
}

export interface Given {
  readonly emulator?: Emulator;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the command against that emulator, with `keys` and a region, unless `env` says otherwise. */
export function starting(args: readonly string[], { emulator, env = {} }: Given = {}): Running {
  const ofEmulator =
    emulator === undefined
      ? {}
      : {
          ALIBABA_CLOUD_ENDPOINT_ECS: emulator.endpoint,
          ALICLOUD_ACCESS_KEY: keys.accessKeyId,
          ALICLOUD_SECRET_KEY: keys.accessKeySecret,
          ALICLOUD_REGION: "cn-hangzhou",
        };
  const bare = bareEnvironment();
  const PATH = [join(folder, "bin"), bare.PATH ?? ""].join(delimiter);
  const running = start(process.execPath, [main, ...args], {
    env: { ...bare, HOME: folder, PATH, ...ofEmulator, ...env },
    cwd: folder,
    timeoutMs: 25_000,
  });
  void running.ended.then(({ output }) => outputs.push(output));
  return running;
}

export function command(args: readonly string[], given: Given = {}): Promise<Ended> {
  return starting(args, given).ended;
}

export const running = "i-running";
export const stopped = "i-stopped";

/** An emulator with a running and a stopped instance that takes `keys`, with these rights. It ends with the test. */
export async function cloud(
  rights: { readonly deny?: Statement[] } & Partial<Credential> = {},
  options: EmulatorOptions = {},
): Promise<Emulator> {
  const emulator = await startEmulator({
    ...options,
    world: {
      instances: [
        { InstanceId: running, InstanceName: "web", Status: "Running" },
        { InstanceId: stopped, Status: "Stopped" },
      ],
      credentials: [{ ...keys, userName: "ann", ...rights }],
      ...options.world,
    },
  });
  emulators.push(emulator);
  return emulator;
}

/** What was asked, without what hands and timers did. */
export function asked(emulator: Emulator): readonly LedgerEntry[] {
  return emulator.ledger().filter(({ action }) => !/^(control|timer):/.test(action));
}
