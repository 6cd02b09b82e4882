import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

const repository = join(__dirname, "..", "..");

it("`npm run -s emulator` passes SIGTERM on: it ends with 0, and nothing listens any more", async () => {
  const npm = spawn("npm", ["run", "-s", "emulator", "--", "--port", "0"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(createInterface(npm.stdout), "line")) as [string];
  const { endpoint } = JSON.parse(line) as { endpoint: string };
  expect((await fetch(endpoint)).status).toBeGreaterThanOrEqual(400);
  npm.kill("SIGTERM");
  expect(await once(npm, "exit")).toEqual([0, null]);
  await expect(fetch(endpoint)).rejects.toThrow();
});
