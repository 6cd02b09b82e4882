import { ConfigError } from "./config-error";
import type { Environment } from "./lookup";

/** What the client under pop-core prints when DEBUG names it: whole requests and answers, with tokens and new keys. */
const telltales = ["httpx:body", "httpx:header"];

/** Throws ConfigError when DEBUG would put keys into the log of a CI. */
export function refuseDebug(env: Environment): void {
  const patterns = (env.DEBUG ?? "").split(/[\s,]+/).filter((pattern) => pattern !== "");
  const wanted = patterns.filter((pattern) => !pattern.startsWith("-"));
  const unwanted = patterns.filter((pattern) => pattern.startsWith("-")).map((pattern) => pattern.slice(1));
  const printed = telltales.filter((name) => matchesAny(name, wanted) && !matchesAny(name, unwanted));
  if (printed.length === 0) return;
  throw new ConfigError(
    `no credentials: DEBUG would print them (${printed.join(", ")}); unset it, or add ${printed.map((name) => `-${name}`).join(",")} to it`,
  );
}

function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(name);
  });
}
