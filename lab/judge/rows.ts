import type { LedgerEntry } from "../../emulator/index";
import type { Evidence, Operation } from "../evidence";

/** Rows that nobody sent: done by hand, or by time. */
export function isByItself({ action }: LedgerEntry): boolean {
  return action.startsWith("control:") || action.startsWith("timer:");
}

/** The connection was refused, so that nobody can say which call it would have been. */
export function isUnheard({ action }: LedgerEntry): boolean {
  return action === "";
}

/** A call that is meant to change something, whatever became of it; a dry run of one counts too. */
export function isWrite(row: LedgerEntry): boolean {
  return (
    !isUnheard(row) && !isByItself(row) && !isTurnedAway(row) && !/^(Describe|Get|List|AssumeRole)/.test(row.action)
  );
}

/** Refused at the gateway for the request's own sake, before anybody looked at what it wanted. */
export function isTurnedAway({ code }: LedgerEntry): boolean {
  return code !== null && /^(InvalidTimeStamp|InvalidSecurityToken)\./.test(code);
}

/** Delivered twice by the network: the copy that was refused for its nonce, whatever became of the first, was never sent by anybody. */
export function withoutCopies(rows: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return rows.filter((row, index) => {
    const before = rows[index - 1];
    const isCopy = row.code === "SignatureNonceUsed" && before?.at === row.at;
    return !(isCopy && before.action === row.action && JSON.stringify(before.params) === JSON.stringify(row.params));
  });
}

export function isEffective(row: LedgerEntry): boolean {
  return row.effect !== "none";
}

export function rowsOf({ ledger }: Evidence, { afterN, toN }: Operation): readonly LedgerEntry[] {
  return ledger.slice(firstAfter(ledger, afterN), firstAfter(ledger, toN));
}

/** Where the rows begin that came after this one: they are numbered in their order, though numbers may be missing. */
function firstAfter(ledger: readonly LedgerEntry[], afterN: number): number {
  let [from, to] = [0, ledger.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ledger[middle] as LedgerEntry).n > afterN) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Rows never change, and each is asked about for every promise and every instance. */
const namedBy = new WeakMap<LedgerEntry, ReadonlySet<string>>();
const statusesIn = new WeakMap<LedgerEntry, ReadonlyMap<string, string>>();

/** The ids that a call names. */
export function idsOf(row: LedgerEntry): readonly string[] {
  return [...idSetOf(row)];
}

function idSetOf(row: LedgerEntry): ReadonlySet<string> {
  const known = namedBy.get(row);
  if (known !== undefined) return known;
  const ids = new Set(
    Object.entries(row.params).flatMap(([name, value]) => {
      if (name === "InstanceIds") return (JSON.parse(value) as string[]) ?? [];
      return name === "InstanceId" || /^InstanceId\.\d+$/.test(name) ? [value] : [];
    }),
  );
  namedBy.set(row, ids);
  return ids;
}

export function isAbout(row: LedgerEntry, id: string): boolean {
  return idSetOf(row).has(id);
}

/** The longest that a client of ours waits. */
const waitsMs = 10_000;

/** Whether the answer arrived whole and in time. An error that is put in its place is heard too, and so is an old look. */
export function isHeard({ fault, code }: LedgerEntry): boolean {
  if (fault === null) return true;
  // An error is known by its Code; that all is well has to be said by an answer that proves whose it is.
  if (fault === "wire:no-request-id") return code !== null;
  const [, delayMs] = /^delay:(\d+)/.exec(fault) ?? [];
  return delayMs === undefined ? /^(stale|hold|code):/.test(fault) : Number(delayMs) < waitsMs;
}

const notFound = ["InvalidInstanceId.NotFound", "InvalidInstanceIds.NotFound", "NoSuchResource"];

/** What an answer that arrived told of this id: a status, `absent`, or undefined when it told nothing. */
export function shownOf(row: LedgerEntry, id: string): string | undefined {
  if (!isAbout(row, id) || !row.action.startsWith("Describe") || !isHeard(row)) return undefined;
  if (row.code !== null && notFound.includes(row.code)) return "absent";
  if (row.shows === null || row.status !== 200) return undefined;
  return statusesOf(row, row.shows).get(id) ?? "absent";
}

function statusesOf(row: LedgerEntry, shows: string): ReadonlyMap<string, string> {
  const known = statusesIn.get(row);
  if (known !== undefined) return known;
  const statuses = new Map<string, string>();
  for (const shown of shows.split("; ")) {
    const [name, status] = shown.split(" ");
    if (name !== undefined && status !== undefined && !statuses.has(name)) statuses.set(name, status);
  }
  statusesIn.set(row, statuses);
  return statuses;
}

export function msOf({ at }: LedgerEntry): number {
  return Date.parse(at);
}
