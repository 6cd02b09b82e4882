import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { bareEnvironment, run } from "../rig/process";
import { pythonEnvironment } from "./python-environment.mjs";
import { type TlsFront, tlsFront } from "./tls-front";
import { oidcProviderArn, oidcToken, owner, roleArn, world } from "./world";

/** What a script says of one of its checks. */
interface Line {
  readonly check: string;
  readonly ok: boolean;
  readonly error?: string;
}

// The first run installs the SDKs.
const preparationMs = 200_000;

/** Each check of a script in `python/` as a test of its own. The script runs once, against an emulator of its own. */
export function pythonChecks(script: string, more: Readonly<Record<string, string>> = {}): void {
  const path = join(__dirname, "python", script);
  const names = [...readFileSync(path, "utf8").matchAll(/^@check\("(.+)"\)$/gm)].map(([, name = ""]) => name);
  let emulator: Emulator | undefined;
  let front: TlsFront | undefined;
  let folder: string | undefined;
  let lines: readonly Line[] = [];
  let rest = "";
  let exitCode: number | null = null;

  beforeAll(async () => {
    const python = await pythonEnvironment();
    emulator = await startEmulator({ clock: "virtual", world });
    front = await tlsFront(emulator, python);
    folder = mkdtempSync(join(tmpdir(), "python-checks-"));
    const oidcTokenFile = join(folder, "token");
    writeFileSync(oidcTokenFile, oidcToken);
    const given = {
      ...more,
      endpoint: emulator.endpoint,
      control: emulator.control,
      ...owner,
      roleArn,
      oidcProviderArn,
      oidcTokenFile,
      secureHost: front.host,
    };
    const ended = await run(python, [path, JSON.stringify(given)], {
      env: {
        ...bareEnvironment(),
        HOME: folder,
        PYTHONDONTWRITEBYTECODE: "1",
        // How each of the two SDKs is told what to trust.
        ALIBABA_CLOUD_CA_BUNDLE: front.certificateFile,
        SSL_CERT_FILE: front.certificateFile,
      },
      cwd: folder,
      timeoutMs: 60_000,
    });
    exitCode = ended.code;
    lines = ended.stdout.split("\n").flatMap((line) => (line.startsWith('{"check"') ? [JSON.parse(line) as Line] : []));
    rest = ended.stderr.slice(-4_000);
  }, preparationMs);

  afterAll(async () => {
    await front?.close();
    await emulator?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  test("the script has checks, makes them all, and ends well", () => {
    expect(names.length).toBeGreaterThan(0);
    expect(lines.map(({ check }) => check)).toEqual(names);
    expect(exitCode, rest).toBe(0);
  });

  test.each(names)("%s", (name) => {
    const line = lines.find(({ check }) => check === name);
    expect(line, `not made: ${rest}`).toBeDefined();
    expect(line?.error).toBeUndefined();
    expect(line?.ok).toBe(true);
  });
}
