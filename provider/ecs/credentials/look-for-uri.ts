import type { Look } from "./look";
import { passed } from "./look";
import type { Lookup } from "./lookup";
import { isLoopback } from "./loopback";
import type { Session } from "./session";
import { SourceFailure } from "./source-failure";
import { fromUri } from "./vendor-library";

const names = ["alicloud:credentialsUri", "ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"] as const;

export function lookForUri(lookup: Lookup, timeoutMs: number): Look {
  const found = lookup.first(...names);
  if (found === undefined) return passed(`credentials URI (${names.join(", ")})`);
  const text = `credentials URI of ${found.name}`;
  return { kind: "found", choice: { text, open: () => openUri(found.text, timeoutMs) } };
}

/** The address itself is never shown: sidecars put a secret into its path or query. */
export async function openUri(uri: string, timeoutMs: number): Promise<Session> {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    throw new SourceFailure("it is no URL");
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new SourceFailure("it has to be https; plain http is for loopback only");
  }
  return await fromUri(url.href, timeoutMs);
}
