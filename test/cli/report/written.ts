/** States and previews as the engine writes them, built by hand after recordings of real ones. */

export type Json = Readonly<Record<string, unknown>>;

export const type = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";
const providerText = "exports.handler = () => ({})";

export const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:Zm9yLXRlc3Rz:bm90LWEtc2VjcmV0",
};

export function urnOf(name: string, parent = ""): string {
  return `urn:pulumi:dev::fleet::${parent}${type}::${name}`;
}

export interface Declared {
  readonly name: string;
  /** The resource's id in the state, where it is not `instanceId`. */
  readonly id?: string;
  /** The arguments. */
  readonly args: Json;
  /** What the last run recorded beside them. */
  readonly recorded?: Json;
  /** What a refresh has made of the inputs. */
  readonly mirrored?: Json;
}

/** The outputs of a run that found it running, and what is different. */
export function outputsOf({ args, recorded }: Declared): Json {
  return {
    __provider: providerText,
    accountId: "1000000000000001",
    autoReleaseFixedAt: null,
    autoReleaseTime: null,
    chargeType: "PostPaid",
    createdAt: "2026-11-01T00:00Z",
    deletionProtection: false,
    instanceName: null,
    lastRun: { corrections: 0, steps: [], time: "2026-11-23T00:00:00.000Z" },
    lastSeenAt: "2026-11-23T00:00:00.000Z",
    observedDrift: null,
    ownReleaseTime: null,
    regionId: "cn-hangzhou",
    releasedAt: null,
    scheduleAppliedAt: null,
    releasedBy: null,
    schemaVersion: 1,
    serialNumber: "00000000-0000-0000-0000-000000000001",
    snapshotIds: [],
    status: "running",
    stoppedMode: "Not-applicable",
    ...args,
    ...recorded,
  };
}

export function inputsOf({ args, mirrored }: Declared): Json {
  return { __provider: providerText, __recorded: "{}", regionId: "cn-hangzhou", ...args, ...mirrored };
}

export function resourceOf(declared: Declared): Json {
  return {
    urn: urnOf(declared.name),
    custom: true,
    id: declared.id ?? declared.args.instanceId,
    type,
    inputs: inputsOf(declared),
    outputs: outputsOf(declared),
    parent: "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev",
  };
}

/** What `pulumi stack export` writes. */
export function exported(declared: readonly Declared[], others: readonly Json[] = []): string {
  const stack = {
    urn: "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev",
    custom: false,
    type: "pulumi:pulumi:Stack",
  };
  const resources = [stack, ...declared.map(resourceOf), ...others];
  return JSON.stringify({
    version: 3,
    deployment: { manifest: {}, secrets_providers: { type: "passphrase" }, resources, metadata: {} },
  });
}

export interface Previewed {
  readonly op: string;
  readonly name: string;
  readonly before?: Declared;
  readonly after?: Declared;
}

export interface Said {
  readonly name?: string;
  readonly severity?: string;
  readonly message: string;
}

/** What `pulumi preview --json` writes. */
export function previewed(steps: readonly Previewed[], said: readonly Said[] = [], changeSummary: Json = {}): string {
  return JSON.stringify({
    steps: steps.map(({ op, name, before, after }) => ({
      op,
      urn: urnOf(name),
      ...(before === undefined ? {} : { oldState: resourceOf(before) }),
      ...(after === undefined
        ? {}
        : { newState: { urn: urnOf(name), custom: true, type, inputs: inputsOf(after), outputs: {} } }),
      detailedDiff: null,
    })),
    diagnostics: said.map(({ name, severity = "info", message }) => ({
      ...(name === undefined ? {} : { urn: urnOf(name) }),
      message: `${message}\n`,
      severity,
    })),
    duration: 1,
    changeSummary,
  });
}

export const officeHours = {
  zone: "Asia/Shanghai",
  running: [{ days: "mon-fri", from: "08:00", to: "20:00" }],
};

/** A few of every kind. */
export function sampleFleet(): readonly Declared[] {
  return [
    {
      name: "web",
      args: { instanceId: "i-bp1web", state: "running", schedule: officeHours, stop: { mode: "StopCharging" } },
      recorded: { instanceName: "web-1" },
    },
    {
      name: "api",
      args: {
        instanceId: "i-bp1api",
        state: "running",
        schedule: { ...officeHours, running: [{ from: "07:00", to: "23:00" }] },
      },
    },
    { name: "db", args: { instanceId: "i-bp1db", state: "running" } },
    {
      name: "archive",
      args: { instanceId: "i-bp1archive", state: "stopped" },
      recorded: { status: "stopped", stoppedMode: "KeepCharging" },
    },
    {
      name: "batch",
      args: { instanceId: "i-bp1batch", autoReleaseAt: "2026-11-26T18:00:00+08:00" },
      recorded: { autoReleaseTime: "2026-11-26T10:00:00Z", ownReleaseTime: "2026-11-26T10:00:00Z" },
    },
    {
      name: "review",
      args: {
        instanceId: "i-bp1review",
        state: "running",
        schedule: {
          ...officeHours,
          life: { since: "2026-11-24T09:00:00+08:00", stopAfter: "48h", releaseAfter: "72h" },
        },
        stop: { mode: "StopCharging" },
      },
    },
  ];
}

/** As many as wanted, of every kind, some with long names. */
export function largeFleet(count: number): readonly Declared[] {
  const sample = sampleFleet();
  return Array.from({ length: count }, (_, index) => {
    const one = sample[index % sample.length] as Declared;
    const name =
      index % 7 === 3 ? `a-very-long-resource-name-of-somebody-who-likes-long-names-${index}` : `${one.name}-${index}`;
    return { ...one, name, args: { ...one.args, instanceId: `i-bp1n${index}` } };
  });
}

/** So many in Shanghai, and one in Berlin. */
export const twoZones = (count: number): readonly Declared[] => [
  ...largeFleet(count),
  {
    name: "berlin",
    args: { instanceId: "i-bp1berlin", state: "running", schedule: { ...officeHours, zone: "Europe/Berlin" } },
  },
];
