import { describe, expect, test } from "vitest";
import { parseWorld, startEmulator } from "../../emulator/index";
import { now } from "./support";

const instances = (fields: Record<string, unknown>) => ({ instances: [{ InstanceId: "i-a", ...fields }] });

describe("a mistake is named, with what is right", () => {
  test.each<{ world: unknown; says: string }>([
    { world: [], says: "the world: must be an object, not a list." },
    { world: { instance: [] }, says: "instance: there is no such field; did you mean instances?" },
    { world: { servers: [] }, says: "servers: there is no such field; known are instances, disks" },
    { world: { instances: {} }, says: "instances: must be Array" },
    { world: { instances: [{}] }, says: "instances[0].InstanceId: is missing; write it." },
    {
      world: { instances: [{ InstanceId: "web" }] },
      says: "instances[0].InstanceId: must be i- and lower-case letters and digits.",
    },
    {
      world: { instances: [{ InstanceId: "i-a" }, { InstanceId: "i-a" }] },
      says: "instances[1].InstanceId: i-a is there twice",
    },
    {
      world: instances({ status: "Running" }),
      says: "instances[0].status: there is no such field; did you mean Status?",
    },
    {
      world: instances({ Status: "Released" }),
      says: 'instances[0].Status: must be ("Pending" | "Starting" | "Running" | "Stopping" | "Stopped"), not "Released".',
    },
    {
      world: instances({ DeletionProtection: "true" }),
      says: 'instances[0].DeletionProtection: must be boolean, not "true".',
    },
    {
      world: instances({ AutoReleaseTime: "tomorrow" }),
      says: "instances[0].AutoReleaseTime: must be a UTC time such as",
    },
    {
      world: instances({ CreationTime: "2026-13-01T00:00:00Z" }),
      says: "instances[0].CreationTime: must be a UTC time such as",
    },
    { world: instances({ Tags: [1] }), says: "instances[0].Tags: must be {" },
    {
      world: instances({ timings: { stopMS: 1 } }),
      says: "instances[0].timings.stopMS: there is no such field; did you mean stopMs?",
    },
    { world: instances({ timings: { stopMs: -1 } }), says: "instances[0].timings.stopMs: must be" },
    {
      world: { timings: { stopMs: "3s" } },
      says: "timings.stopMs: must be a number of milliseconds, or null for never.",
    },
    { world: { switches: { forceStop: "yes" } }, says: "switches.forceStop: there is no such field" },
    { world: { credentials: [] }, says: "credentials: must have at least one key pair." },
    { world: { credentials: [{ accessKeyId: "a" }] }, says: "credentials[0].accessKeySecret: is missing; write it." },
    {
      world: { credentials: [{ accessKeyId: "LTAI5tInventedForThisTest", accessKeySecret: "x" }] },
      says: "credentials[0].accessKeyId: looks like a real key of Alibaba Cloud: invent one",
    },
    {
      world: { credentials: [{ accessKeyId: "a", accessKeySecret: "b", accountId: "12" }] },
      says: "credentials[0].accountId: must be 16 digits.",
    },
  ])("$says", ({ world, says }) => {
    expect(() => parseWorld(world)).toThrow(says);
  });

  test("a refused secret is not repeated", () => {
    expect(() => parseWorld({ credentials: [{ accessKeyId: "a", accessKeySecret: 12_345_678 }] })).toThrow(
      "credentials[0].accessKeySecret: must be string.",
    );
  });
});

test("everything may be left out", () => {
  expect(parseWorld({})).toEqual({});
});

test("a start time is only for a virtual clock", async () => {
  await expect(startEmulator({ clock: "real", world: { now } })).rejects.toThrow("now: only a virtual clock");
});

test("a taken port is an error, and nothing stays open", async () => {
  const first = await startEmulator();
  const port = Number(new URL(first.endpoint).port);
  await expect(startEmulator({ port })).rejects.toThrow("EADDRINUSE");
  await first.stop();
  const again = await startEmulator({ port });
  await again.stop();
});

test("stopping twice is fine", async () => {
  const emulator = await startEmulator();
  await emulator.stop();
  await emulator.stop();
});

test("without a world there are the three documented instances", async () => {
  const emulator = await startEmulator();
  expect(emulator.world.toFile().instances).toMatchObject([
    { InstanceId: "i-bp1emulatorrunning01", Status: "Running", InstanceChargeType: "PostPaid" },
    { InstanceId: "i-bp1emulatorstopped02", Status: "Stopped", InstanceChargeType: "PostPaid" },
    { InstanceId: "i-bp1emulatorprepaid03", Status: "Running", InstanceChargeType: "PrePaid" },
  ]);
  await emulator.stop();
});
