import { readFileSync } from "node:fs";

let source: string | undefined;

/** htmx as it is installed, read when the page is first opened: whoever never opens it pays nothing. */
export function htmxSource(): string {
  source ??= readFileSync(require.resolve("htmx.org/dist/htmx.min.js"), "utf8");
  return source;
}
