import { readFileSync } from "node:fs";
import { descendantsOf } from "./processes.mjs";

const sides = { provider: "/cmd/dynamic-provider", program: "/cmd/run" };
/** To find processes costs more than to look at them. */
const findMs = 500;
const lookMs = 100;

/**
 * Watches what a `pulumi` command starts. The kernel keeps each process's own peak (VmHWM), so the last look before its end
 * has it whatever came between two looks. Linux only: elsewhere nothing is found.
 */
export function watchMemory(pid) {
  const peaks = { provider: undefined, program: undefined };
  if (process.platform !== "linux") return () => peaks;
  const found = new Map();
  const find = setInterval(() => {
    for (const one of descendantsOf(pid)) {
      const side = found.has(one) ? undefined : sideOf(one);
      if (side !== undefined) found.set(one, side);
    }
  }, findMs);
  const look = setInterval(() => {
    for (const [one, side] of found) {
      const peak = peakOf(one);
      if (peak !== undefined) peaks[side] = Math.max(peaks[side] ?? 0, peak);
    }
  }, lookMs);
  return () => {
    clearInterval(find);
    clearInterval(look);
    return peaks;
  };
}

function sideOf(pid) {
  const [command, ...args] = read(`/proc/${pid}/cmdline`).split("\0");
  // The launcher is a shell that becomes Node.
  if (!/(^|\/)node$/.test(command)) return undefined;
  return Object.keys(sides).find((side) => args.some((arg) => arg.includes(sides[side])));
}

/** Bytes. */
function peakOf(pid) {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** Nothing of a process that has just ended. */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
