import { expect, test } from "vitest";
import { until } from "../rig/process";
import { command, starting } from "./command";

/** The first line on stdout, which says where it listens. */
async function endpointOf(running: ReturnType<typeof starting>): Promise<string> {
  await until("the first line", () => /"endpoint".*\n/.test(running.output()));
  return /"endpoint":"([^"]+)"/.exec(running.output())?.[1] ?? "";
}

test.each([
  "SIGTERM",
  "SIGINT",
] as const)("emulator: its options are passed on, and %s ends it with 0", async (signal) => {
  const running = starting(["emulator", "--port", "0", "--clock", "virtual"]);
  const endpoint = await endpointOf(running);
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  running.signal(signal);
  const { code, stderr } = await running.ended;
  expect(code).toBe(0);
  expect(stderr).toContain("not Alibaba Cloud");
});

test("emulator: a taken port is its exit 1", async () => {
  const first = starting(["emulator"]);
  const { port } = new URL(await endpointOf(first));
  const { code, stderr } = await command(["emulator", "--port", port]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `ecs-emulator: --port: ${port} is in use; choose another, or leave --port out for a free one.\n`,
  });
  first.signal("SIGTERM");
  await first.ended;
});

test.each([
  { args: ["--wrold", "x"], code: 2, says: "unknown option '--wrold'" },
  { args: ["--clock", "atomic"], code: 2, says: "real, virtual" },
  { args: ["--help"], code: 0, says: "Usage: ecs-emulator" },
])("emulator $args: as ecs-emulator says it", async ({ args, code, says }) => {
  const ended = await command(["emulator", ...args]);
  expect(ended.code).toBe(code);
  expect(ended.output).toContain(says);
});
