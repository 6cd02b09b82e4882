import { readFileSync } from "node:fs";

/** Is this process in the foreground of a terminal, whose Ctrl-C reaches every process there? */
export function isForeground() {
  try {
    // "pid (name) state ppid pgrp session tty_nr tpgid …": the name may hold blanks and brackets.
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[2] === fields[5];
  } catch {
    return Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
  }
}
