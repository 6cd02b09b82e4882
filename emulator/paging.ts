import type { Parameters } from "./parameters";
import { invalidParameter } from "./wire-error";

/** The two ways to ask for a part of a list. */
export type Page =
  | { style: "number"; pageNumber: number; pageSize: number }
  | { style: "token"; pageNumber: 1; pageSize: number; afterSequence: number };

export interface PageLimits {
  largestPage: number;
  /** More than that counts as that. */
  mostResults: number;
  /** Fewer than that counts as that. Default 10. */
  fewestResults?: number;
  /** Where the call knows only one of the two ways: the other one's parameters are unknown to it. */
  only?: Page["style"];
}

/** NextToken or MaxResults chooses tokens; then the page parameters don't count. */
export function readPage(params: Parameters, limits: PageLimits = { largestPage: 100, mostResults: 100 }): Page {
  const knowsTokens = limits.only !== "number";
  const token = (knowsTokens ? params.text("NextToken") : undefined) ?? "";
  const maxResults = knowsTokens ? params.integer("MaxResults") : undefined;
  if (limits.only === "token" || maxResults !== undefined || token !== "") {
    const pageSize = Math.min(limits.mostResults, Math.max(limits.fewestResults ?? 10, maxResults ?? 10));
    return { style: "token", pageNumber: 1, pageSize, afterSequence: readToken(token) };
  }
  const pageNumber = params.integer("PageNumber") ?? 1;
  const pageSize = params.integer("PageSize") ?? 10;
  if (pageNumber < 1) throw invalidParameter("PageNumber");
  if (pageSize < 1 || pageSize > limits.largestPage) throw invalidParameter("PageSize");
  return { style: "number", pageNumber, pageSize };
}

/** The rows of that page, and what the answer says of it. */
export function cutPage<Row extends { readonly sequence: number }>(
  rows: readonly Row[],
  page: Page,
): { shown: Row[]; about: Record<string, unknown> } {
  if (page.style === "number") {
    const from = (page.pageNumber - 1) * page.pageSize;
    return { shown: rows.slice(from, from + page.pageSize), about: aboutPage(rows.length, page, "") };
  }
  const rest = page.afterSequence === 0 ? rows : rows.filter((row) => row.sequence > page.afterSequence);
  const shown = rest.slice(0, page.pageSize);
  const last = shown.at(-1);
  const token = rest.length > shown.length && last !== undefined ? writeToken(last.sequence) : "";
  // With tokens the vendor calls the count meaningless; zero keeps callers from leaning on it.
  return { shown, about: aboutPage(0, page, token) };
}

function aboutPage(totalCount: number, page: Page, nextToken: string): Record<string, unknown> {
  return { TotalCount: totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize, NextToken: nextToken };
}

function writeToken(sequence: number): string {
  return Buffer.from(`after:${sequence}`).toString("base64url");
}

function readToken(token: string): number {
  if (token === "") return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalidParameter("NextToken");
  return Number(match[1]);
}
