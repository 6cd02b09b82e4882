import type { Environment } from "../config";
import type { Look } from "./look";
import { passed } from "./look";
import type { Lookup } from "./lookup";

const pairs = [
  { id: "alicloud:accessKey", secret: "alicloud:secretKey", token: "alicloud:securityToken" },
  { id: "ALICLOUD_ACCESS_KEY", secret: "ALICLOUD_SECRET_KEY", token: "ALICLOUD_SECURITY_TOKEN" },
  {
    id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
    secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token: "ALIBABA_CLOUD_SECURITY_TOKEN",
  },
  { id: "ALIBABACLOUD_ACCESS_KEY_ID", secret: "ALIBABACLOUD_ACCESS_KEY_SECRET", token: "ALIBABACLOUD_SECURITY_TOKEN" },
] as const;

/** An environment in which no keys in clear stand. */
export function withoutKeyPairs(env: Environment): Environment {
  const names: readonly string[] = pairs.flatMap(({ id, secret, token }) => [id, secret, token]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

/**
 * Keys in clear: the configuration's pair, then the three of the environment. A key is never paired with the secret or
 * token of another pair; a half before the first complete pair stops, for it was meant to be used.
 */
export function lookForKeys(lookup: Lookup): readonly Look[] {
  const looks: Look[] = [];
  for (const pair of pairs) {
    const look = lookForPair(lookup, pair);
    const isHeldUp = look.kind === "found" && looks.some(({ kind }) => kind === "stopped");
    looks.push(isHeldUp ? passed(`${pair.id} + ${pair.secret}`, "set, but not reached") : look);
    if (!isHeldUp && look.kind === "found") break;
  }
  return looks;
}

function lookForPair(lookup: Lookup, { id, secret, token }: (typeof pairs)[number]): Look {
  const accessKeyId = lookup.text(id);
  const accessKeySecret = lookup.text(secret);
  if (accessKeyId !== undefined && accessKeySecret !== undefined) {
    const credentials = { accessKeyId, accessKeySecret, securityToken: lookup.text(token) };
    const text = id.startsWith("alicloud:") ? `configuration ${id}` : `environment ${id}`;
    return { kind: "found", choice: { text, open: () => Promise.resolve({ credentials, expiresAtMs: undefined }) } };
  }
  const source = `${id} + ${secret}`;
  if (accessKeyId === undefined && accessKeySecret === undefined) return passed(source);
  const missing = accessKeyId === undefined ? id : secret;
  return { kind: "stopped", source, reason: `incomplete: ${missing} is missing` };
}
