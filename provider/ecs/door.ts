/** An answer that was understood. */
export interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The server's clock from its Date header; undefined when it sent none. */
  readonly serverTimeMs: number | undefined;
  /** A sentence of the answer without what it might quote of the request or the credentials; left out, none may be passed on. */
  readonly quote?: (sentence: string) => string;
}

/** One call in, one answer or one EcsError out; nothing is sent again but what was refused before it ran. */
export interface Door {
  /** @param limitMs A shorter limit for the answer than the configured one. */
  call(action: string, params: Readonly<Record<string, string | boolean | number>>, limitMs?: number): Promise<Answer>;
}
