import { afterAll } from "vitest";
import {
  type Emulator,
  type EmulatorOptions,
  type InstanceFields,
  type LedgerEntry,
  startEmulator,
} from "../../emulator/index";
import { oneByOne } from "../../lab/judge/one-by-one";
import { until } from "./process";

/** An assumed role changes nothing either. */
const reads = /^(Describe|GetCallerIdentity$|AssumeRole)/;
const byHand = /^(control|timer):/;

const opened: Emulator[] = [];
afterAll(async () => {
  await Promise.all(opened.map((emulator) => emulator.stop()));
});

/** An emulator of ECS for one test file, with a quick world, and its ledger as the tests read it. */
export class Cloud {
  private from = 0;

  private constructor(readonly emulator: Emulator) {}

  static async open(
    instances: readonly InstanceFields[] = [],
    world: EmulatorOptions["world"] = {},
    clock: "real" | "virtual" = "real",
  ): Promise<Cloud> {
    const emulator = await startEmulator({
      clock,
      world: {
        timings: { pendingMs: 100, startMs: 200, stopMs: 200, forceStopMs: 100, releaseMs: 200, snapshotMs: 200 },
        ...world,
        instances: [...instances],
      },
    });
    opened.push(emulator);
    return new Cloud(emulator);
  }

  /** What the provider needs to find this cloud and no other. */
  get env(): NodeJS.ProcessEnv {
    return {
      ALIBABA_CLOUD_ENDPOINT_ECS: this.emulator.endpoint,
      ALICLOUD_ACCESS_KEY: this.emulator.accessKeyId,
      ALICLOUD_SECRET_KEY: this.emulator.accessKeySecret,
      ALICLOUD_REGION: "cn-hangzhou",
    };
  }

  /** Somebody's hand: adds an instance or changes one. */
  put(...instances: readonly InstanceFields[]): void {
    for (const fields of instances) this.emulator.patchInstance(fields);
  }

  /** The calls since the last time that this was asked, writes and reads told apart, e.g. `StopInstance i-a`; failed ones with their code. */
  calls(): { readonly writes: readonly string[]; readonly reads: readonly string[] } {
    const rows = oneByOne(this.emulator.ledger({ since: this.from })).filter(({ action }) => !byHand.test(action));
    this.from = this.emulator.ledger().at(-1)?.n ?? this.from;
    const texts = rows.map(({ action, params, code, fault }) => ({
      isRead: reads.test(action),
      text: [action, params.InstanceId, code ?? fault].filter((part) => part !== undefined && part !== null).join(" "),
    }));
    return {
      writes: texts.filter(({ isRead }) => !isRead).map(({ text }) => text),
      reads: texts.filter(({ isRead }) => isRead).map(({ text }) => text),
    };
  }

  /** The writes since the last time, in alphabetical order: resources run side by side. */
  writes(): readonly string[] {
    return [...this.calls().writes].sort();
  }

  /** Runs something while a world of virtual time lives as fast as the machine's; before and after, it stands still. */
  async live<T>(run: () => Promise<T>): Promise<T> {
    const ticks = setInterval(() => this.emulator.advance(100), 100);
    try {
      return await run();
    } finally {
      clearInterval(ticks);
    }
  }

  /** The calls about one instance since the last time that `calls` or `writes` was asked, in order. */
  callsAbout(instanceId: string): readonly LedgerEntry[] {
    const isAbout = ({ params }: LedgerEntry) =>
      params.InstanceId === instanceId || (params.InstanceIds ?? params.DiskId ?? "").includes(instanceId.slice(2));
    return oneByOne(this.emulator.ledger({ since: this.from })).filter(
      (row) => !byHand.test(row.action) && isAbout(row),
    );
  }

  /** Somebody's hand: releases instances, and returns when they are listed no more. */
  async release(...instanceIds: readonly string[]): Promise<void> {
    for (const id of instanceIds) this.emulator.releaseInstance(id);
    await until("the release", () => instanceIds.every((id) => this.status(id) === "absent"));
  }

  status(instanceId: string): string {
    return this.emulator.instance(instanceId)?.Status ?? "absent";
  }
}

/** A minute this far ahead of now, as `autoReleaseAt` takes it. */
export function minutesAhead(minutes: number): string {
  return `${new Date(Math.floor(Date.now() / 60_000) * 60_000 + minutes * 60_000).toISOString().slice(0, 19)}Z`;
}
