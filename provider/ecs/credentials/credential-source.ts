import { chooseSource } from "./choose-source";
import { Lookup } from "./lookup";
import type { Environment, Settings } from "./lookup";
import { refuseDebug } from "./refuse-debug";
import type { Credentials, Session } from "./session";
import { sameCredentials } from "./session";
import type { Sts } from "./sts";

export interface CredentialSource {
  /**
   * The credentials to sign the next call with. Rejects with ConfigError.
   *
   * @param refused Credentials that the service has just called expired: they are not handed out again from memory.
   */
  (refused?: Credentials): Promise<Credentials>;
  /** When they end: to be compared with how long a run may take. Undefined when they don't, or when nobody tells. */
  expiresAtMs(): Promise<number | undefined>;
}

interface Kept {
  readonly lookup: Lookup;
  readonly fetched: Promise<Fetched>;
}

interface Fetched extends Session {
  readonly atMs: number;
}

const renewBeforeMs = 5 * 60_000;

/**
 * Credentials that are looked for when they are first needed, kept in memory until shortly before they end, and then
 * looked for anew. What fails is not kept: the next call begins at the first source again.
 */
export function credentialSource(
  settings: Settings,
  env: Environment,
  { sts, timeoutMs, nowMs }: { readonly sts: Sts; readonly timeoutMs: () => number; readonly nowMs: () => number },
): CredentialSource {
  let kept: Kept | undefined;

  const keep = (fetch: (lookup: Lookup) => Promise<Fetched>): Promise<Fetched> => {
    const lookup = new Lookup(settings, env);
    const mine: Kept = { lookup, fetched: fetch(lookup) };
    kept = mine;
    mine.fetched.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return mine.fetched;
  };

  const fetchAnew = async (lookup: Lookup): Promise<Fetched> => {
    const session = await chooseSource({ lookup, sts, timeoutMs: timeoutMs(), nowMs }).open();
    return { ...session, atMs: nowMs() };
  };

  const current = async (refused?: Credentials): Promise<Fetched> => {
    refuseDebug(env);
    const known = kept;
    if (known === undefined || !known.lookup.isUnchanged()) return await keep(fetchAnew);
    const fetched = await known.fetched;
    const isRefused = refused !== undefined && sameCredentials(fetched.credentials, refused);
    if (!isRefused && !isNearItsEnd(fetched, nowMs())) return fetched;
    // Somebody else who waited for the same ones is renewing them already.
    if (kept !== known) return await current(refused);
    return await keep((lookup) =>
      fetchAnew(lookup).catch((error: unknown) => {
        // Renewing failed, but early enough: what there is still holds for a while, and as if new is tried again later.
        if (isRefused || fetched.expiresAtMs === undefined || nowMs() >= fetched.expiresAtMs) throw error;
        return { ...fetched, atMs: nowMs() };
      }),
    );
  };

  return Object.assign(async (refused?: Credentials) => (await current(refused)).credentials, {
    expiresAtMs: async () => (await current()).expiresAtMs,
  });
}

/** Five minutes before, or a quarter of their life where that is less. */
function isNearItsEnd({ expiresAtMs, atMs }: Fetched, nowMs: number): boolean {
  if (expiresAtMs === undefined) return false;
  return nowMs >= expiresAtMs - Math.min(renewBeforeMs, (expiresAtMs - atMs) / 4);
}
