import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./is-alive.mjs";
import { whenInterrupted } from "./when-interrupted.mjs";
import { withProgress } from "./with-progress.mjs";

const touchEveryMs = 5_000;
/** A holder that has not touched its lock for so long is gone, whatever its number says: numbers are given out again. */
const staleAfterMs = 60_000;

/** @param {string} path */
function holder(path) {
  try {
    const [pid, host] = readFileSync(path, "utf8").split("\n");
    return { pid: Number(pid), host, ageMs: Date.now() - statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

/** @param {NonNullable<ReturnType<typeof holder>>} lock */
function isStale({ pid, host, ageMs }) {
  // Another machine or container may share this folder; its process numbers say nothing here.
  const isGone = host === hostname() && pid > 0 && !isAlive(pid);
  return isGone || ageMs > staleAfterMs;
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, `${process.pid}\n${hostname()}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    return false;
  }
}

/** Renaming lets only one of several waiters take a stale lock away. @param {string} path */
function takeAway(path) {
  const away = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, away);
    rmSync(away, { force: true });
  } catch {
    // Another waiter was faster.
  }
}

/**
 * Does some work while no other process does the same. The lock only saves work: all that is made is also made aside and renamed.
 * @template T
 * @param {string} path of the lock file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  if (!take(path)) {
    const first = holder(path);
    const wait = async () => {
      for (;;) {
        const lock = holder(path);
        if (lock && isStale(lock)) takeAway(path);
        if (take(path)) return;
        await sleep(250);
      }
    };
    const isBusy = first !== undefined && !isStale(first);
    await (isBusy ? withProgress(`waiting for another set-up (process ${first.pid})`, wait) : wait());
  }
  const forget = whenInterrupted(() => rmSync(path, { force: true }));
  const touch = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Somebody removed the cache; what is being made will say so.
    }
  }, touchEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    forget();
    rmSync(path, { force: true });
  }
}
