import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, launch } from "puppeteer-core";

export interface OpenBrowser {
  readonly browser: Browser;
  /** Ends it and removes all that it wrote. */
  close(): Promise<void>;
}

/**
 * A headless Chromium out of node_modules that brings its libraries and a font: of the system it needs the C library only.
 * Everything that it unpacks and writes is in one temporary folder.
 */
export async function openBrowser(): Promise<OpenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "page-browser-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  try {
    const executablePath = await unpackInto(folder);
    const browser = await launch({
      executablePath,
      headless: "shell",
      pipe: true,
      userDataDir: join(folder, "profile"),
      // The package's own list of arguments is not used: it turns the checks of origins off.
      args: [
        "--no-sandbox",
        "--no-zygote",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-first-run",
        "--no-pings",
        "--no-proxy-server",
      ],
      env: {
        ...process.env,
        HOME: folder,
        TMPDIR: folder,
        LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
        FONTCONFIG_FILE: writeFontConfig(folder),
      },
    });
    return {
      browser,
      close: async () => {
        await browser.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The package unpacks into the temporary folder of the process, and its libraries only where it believes to be on Lambda. */
async function unpackInto(folder: string): Promise<string> {
  const before = { TMPDIR: process.env["TMPDIR"], AWS_EXECUTION_ENV: process.env["AWS_EXECUTION_ENV"] };
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" });
  try {
    return await chromium.executablePath();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** The package's own fonts.conf looks in /tmp only; without any font a text has no height. */
function writeFontConfig(folder: string): string {
  const path = join(folder, "fonts.conf");
  writeFileSync(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  );
  return path;
}
