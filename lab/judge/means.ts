import type { LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation, Properties, Violation } from "../evidence";
import { declaredIn, readDeclared, recordedIn } from "./declared";
import type { Invariant } from "./invariant";
import { idsOf, isAbout, isByItself, isEffective, isUnheard, isWrite, msOf, rowsOf, shownOf } from "./rows";

type Found = Omit<Violation, "invariant">;

const minuteMs = 60_000;

function groupOf(args: Properties, name: string): Properties {
  const value = args[name];
  return typeof value === "object" && value !== null ? (value as Properties) : {};
}

function each(
  evidence: Evidence,
  search: (row: LedgerEntry, id: string, operation: Operation, rows: readonly LedgerEntry[]) => Found | undefined,
): readonly Found[] {
  return evidence.operations.flatMap((operation) => {
    const rows = rowsOf(evidence, operation);
    return rows.filter(isWrite).flatMap((row) => idsOf(row).flatMap((id) => search(row, id, operation, rows) ?? []));
  });
}

/** More of what S1 to S15 promise: by which means, by whose leave, and within which limits. */
export const meansInvariants: readonly Invariant[] = [
  {
    name: "S2",
    promise:
      "a machine is stopped in the mode that is declared, hibernated only where that is, and before a release it keeps charging",
    broken: (evidence) =>
      each(evidence, (row, id, operation) => {
        if (row.action !== "StopInstance") return undefined;
        const declared = declaredIn(operation, id) ?? recordedIn(operation, id);
        if (declared === undefined) return undefined;
        const stop = groupOf(declared.args, "stop");
        const mode = !declared.isReleased && typeof stop["mode"] === "string" ? stop["mode"] : "KeepCharging";
        if (row.params["StoppedMode"] !== mode) {
          return {
            because: `${id} was stopped with ${row.params["StoppedMode"]}, declared is ${mode}`,
            rows: [row],
          };
        }
        if (row.params["Hibernate"] === "true" && stop["hibernate"] !== true)
          return { because: `${id} was hibernated, which is not declared`, rows: [row] };
        return undefined;
      }),
  },
  {
    name: "S2",
    promise: "force comes no earlier than stop.forceAfter after the gentle stop",
    broken: (evidence) =>
      each(evidence, (row, id, operation, rows) => {
        if (row.action !== "StopInstance" || row.params["ForceStop"] !== "true") return undefined;
        const declared = declaredIn(operation, id) ?? recordedIn(operation, id);
        const after = groupOf(declared?.args ?? {}, "stop")["forceAfter"];
        if (typeof after !== "string") return undefined;
        const gentle = rows.find(
          (other) => isAbout(other, id) && (other.action === "StopInstance" || shownOf(other, id) === "Stopping"),
        );
        const waitedMs = gentle === undefined ? 0 : msOf(row) - msOf(gentle);
        if (waitedMs >= durationMs(after)) return undefined;
        return { because: `${id} was forced after ${waitedMs / 1_000} s, declared is ${after}`, rows: [row] };
      }),
  },
  {
    name: "S2",
    promise: "protection that was lifted for a release that did not come about is put back",
    broken: (evidence) =>
      each(evidence, (row, id, operation, rows) => {
        if (row.params["DeletionProtection"] !== "false" || !isEffective(row) || operation.exit !== "failed")
          return undefined;
        const isBare = operation.worldAfter.instances.get(id)?.DeletionProtection === false;
        const isTried = rows.some(
          (one) => one.n > row.n && (isUnheard(one) || one.params["DeletionProtection"] === "true"),
        );
        if (!isBare || isTried) return undefined;
        return { because: `${id} was left without the protection that it had`, rows: [row] };
      }),
  },
  {
    name: "S5",
    promise: "what is found never makes a refresh or a destroy fail",
    broken: (evidence) =>
      evidence.operations.flatMap((operation): readonly Found[] => {
        if (operation.kind !== "refresh" && operation.kind !== "destroy") return [];
        // What is set to hold back holds back what is left when something is removed, too.
        const isHeldBack = ["readOnly", "maxStops"].some((key) => operation.settings[`lifecycle:${key}`] !== undefined);
        if (operation.exit !== "failed" || isHeldBack) return [];
        const rows = rowsOf(evidence, operation);
        // A machine that goes its way very slowly is a time-out, and may be said as one.
        if (rows.some(({ fault }) => fault !== null) || hasUnusualTimings(operation)) return [];
        const errors = operation.printed.filter((line) => line.startsWith("error")).join(" / ");
        return [{ because: `a ${operation.kind} ended ${operation.exit}: ${errors}`, rows: rows.slice(-3) }];
      }),
  },
  {
    name: "S8",
    promise: "where lifecycle:readOnly is set, no write is sent at all",
    broken: (evidence) =>
      each(evidence, (row, id, { settings }) =>
        settings["lifecycle:readOnly"] === undefined || settings["lifecycle:readOnly"] === "false"
          ? undefined
          : { because: `${row.action} ${id}, although lifecycle:readOnly is set`, rows: [row] },
      ),
  },
  {
    name: "S9",
    promise: "an id that is declared twice is not written to",
    broken: (evidence) =>
      each(evidence, (row, id, { declarations }) =>
        declarations.filter(({ args }) => args["instanceId"] === id).length < 2
          ? undefined
          : { because: `${row.action} ${id}, which is declared more than once`, rows: [row] },
      ),
  },
  {
    name: "S10",
    promise: "stops and new or earlier release times of a run stay within their limits, as a whole or not at all",
    broken: (evidence) => evidence.operations.flatMap((operation) => overLimits(evidence, operation)),
  },
  {
    name: "S11",
    promise: "the first up of a resource releases only a machine that its declaration describes",
    broken: (evidence) =>
      each(evidence, (row, id, operation) => {
        if (!row.action.startsWith("DeleteInstance")) return undefined;
        if (operation.stateBefore.some((resource) => resource.id === id)) return undefined;
        const expect = groupOf(declaredIn(operation, id)?.args ?? {}, "expect");
        if (expect["instanceName"] !== undefined || expect["tags"] !== undefined) return undefined;
        return {
          because: `${id} was released by the first up of its resource, which describes no machine`,
          rows: [row],
        };
      }),
  },
  {
    name: "S11",
    promise:
      "another's member, a subscription, a protected or a locked machine gets no new release time, and another's member is not stopped",
    broken: (evidence) =>
      each(evidence, (row, id, operation, rows) => {
        const at = row.params["AutoReleaseTime"];
        const there = operation.worldBefore.instances.get(id);
        const declared = declaredIn(operation, id);
        if (there === undefined || declared === undefined || rows.some((one) => isByItself(one) && isAbout(one, id)))
          return undefined;
        const isDangerous = at !== undefined && (there.AutoReleaseTime === "" || at < there.AutoReleaseTime);
        if (!isDangerous && row.action !== "StopInstance") return undefined;
        const says = (because: string): Found => ({ because: `${row.action} ${id}, ${because}`, rows: [row] });
        const tags = groupOf(groupOf(declared.args, "expect"), "tags");
        const owner = there.Tags.Tag.find(({ TagKey }) => ownerTags.includes(TagKey))?.TagKey;
        if (owner !== undefined && tags[owner] === undefined) return says(`which belongs to ${owner}`);
        if (there.OperationLocks.LockReason.some(({ LockReason }) => LockReason === "security"))
          return says("which has a security lock");
        if (!isDangerous) return undefined;
        const lifts = groupOf(declared.args, "release")["deletionProtection"] === "lift";
        if (there.DeletionProtection && !lifts) return says("which is protected");
        return there.InstanceChargeType === "PrePaid" ? says("which is a subscription") : undefined;
      }),
  },
  {
    name: "S15",
    promise: "a snapshot from before the machine's last start saves nothing",
    broken: (evidence) =>
      each(evidence, (row, id, operation) => {
        if (!row.action.startsWith("DeleteInstance") || !isEffective(row)) return undefined;
        if (declaredIn(operation, id)?.isSaved !== true) return undefined;
        const startedMs = Date.parse(operation.worldBefore.instances.get(id)?.StartTime ?? "");
        const stale = (operation.worldBefore.disks.get(id) ?? []).filter(
          (diskId) =>
            !operation.worldAfter.snapshots.some(
              (one) => one.diskId === diskId && one.status === "accomplished" && Date.parse(one.createdAt) >= startedMs,
            ),
        );
        if (stale.length === 0 || Number.isNaN(startedMs)) return undefined;
        return { because: `${id} was released on old snapshots of ${stale.join(", ")}`, rows: [row] };
      }),
  },
];

const ownerTags = ["acs:autoscaling:scalingGroupId", "ack.aliyun.com"];

function overLimits(evidence: Evidence, operation: Operation): readonly Found[] {
  if (operation.kind !== "up") return [];
  const { declarations, settings, worldBefore, stateBefore } = operation;
  const rows = rowsOf(evidence, operation).filter(isWrite);
  const there = (args: Properties) => worldBefore.instances.get(String(args["instanceId"]));
  const sentFor = (ids: readonly string[], test: (row: LedgerEntry) => boolean) =>
    rows.filter((row) => test(row) && idsOf(row).some((id) => ids.includes(id)));
  const idsWhere = (test: (args: Properties) => boolean) =>
    declarations.filter(({ args }) => test(args)).map(({ args }) => String(args["instanceId"]));
  const check = (what: string, due: readonly string[], limit: number, sent: readonly LedgerEntry[]) =>
    due.length > limit && sent.length > 0
      ? [{ because: `${due.length} ${what} were due, ${limit} allowed, and some were sent`, rows: sent }]
      : [];

  const isStop = (row: LedgerEntry) => row.action === "StopInstance";
  const stops = idsWhere((args) => {
    const { state, mayForceRelease } = readDeclared(args);
    return there(args)?.Status === "Running" && (state === "stopped" || (state === "released" && !mayForceRelease));
  });
  const times = idsWhere((args) => {
    const [at, machine] = [args["autoReleaseAt"], there(args)];
    if (typeof at !== "string" || at === "never" || machine === undefined) return false;
    const wantedMs = Math.floor(Date.parse(at) / minuteMs) * minuteMs;
    const inForceMs = Date.parse(machine.AutoReleaseTime);
    return wantedMs > worldBefore.atMs && !(inForceMs <= wantedMs);
  });
  const isTime = (row: LedgerEntry) => row.params["AutoReleaseTime"] !== undefined;
  const maxStops = settings["lifecycle:maxStops"];
  const fresh = stops.filter((id) => !stateBefore.some((resource) => resource.id === id));
  return [
    ...check(
      "stops",
      stops,
      maxStops === undefined ? Number.POSITIVE_INFINITY : Number(maxStops),
      sentFor(stops, isStop),
    ),
    ...(maxStops === undefined
      ? check("stops of machines", stops, Math.max(5, Math.floor(declarations.length / 4)), sentFor(fresh, isStop))
      : []),
    ...check("release times", times, Number(settings["lifecycle:maxReleaseTimes"] ?? 10), sentFor(times, isTime)),
  ];
}

function hasUnusualTimings({ worldBefore }: Operation): boolean {
  return [...worldBefore.instances.values()].some(({ timings }) => Object.keys(timings).length > 0);
}

/** Of the durations that stories are written with: `90s`, `10m`, `8h`, `2d`. */
export function durationMs(text: string): number {
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.length === 0) throw new Error(`the laboratory reads no duration such as ${text}`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0);
}
