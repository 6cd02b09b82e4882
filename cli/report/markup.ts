import type { HtmlEscapedString } from "hono/utils/html";

/** An element as text, with everything in it escaped. Throws for one that waits for something, which none of ours does. */
export function markup(element: HtmlEscapedString | Promise<HtmlEscapedString>): string {
  if (element instanceof Promise) throw new TypeError("an element of the report is not drawn at once");
  return element.toString();
}
