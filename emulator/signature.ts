import { createHash, createHmac } from "node:crypto";

/** RFC 3986: everything but `A-Za-z0-9-_.~` is escaped. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** RPC signature 1.0: what is signed. All parameters but `Signature` itself, sorted by their bytes. */
export function rpcStringToSign(method: string, params: Record<string, string>): string {
  const query = sortedByBytes(Object.keys(params).filter((name) => name !== "Signature"))
    .map((name) => `${percentEncode(name)}=${percentEncode(params[name] ?? "")}`)
    .join("&");
  return `${method}&${percentEncode("/")}&${percentEncode(query)}`;
}

export function rpcSignature(stringToSign: string, accessKeySecret: string): string {
  return createHmac("sha1", `${accessKeySecret}&`).update(stringToSign).digest("base64");
}

/** The parts of a request that ACS3-HMAC-SHA256 signs. */
export interface Acs3Request {
  method: string;
  path: string;
  query: Record<string, string>;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** Lower-case names, as `SignedHeaders` lists them. */
  signedHeaders: readonly string[];
  bodySha256: string;
}

export function acs3StringToSign(request: Acs3Request): string {
  const query = sortedByBytes(Object.keys(request.query))
    // The keys stand as they are: only values are encoded.
    .map((name) => `${name}=${percentEncode(request.query[name] ?? "")}`)
    .join("&");
  const names = sortedByBytes([...request.signedHeaders]);
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join("");
  const canonical = [request.method, request.path, query, headers, names.join(";"), request.bodySha256].join("\n");
  return `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
}

export function acs3Signature(stringToSign: string, accessKeySecret: string): string {
  return createHmac("sha256", accessKeySecret).update(stringToSign).digest("hex");
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** By the bytes of their UTF-8. JavaScript's own order is the same, but for characters beyond 16 bits. */
function sortedByBytes(names: string[]): string[] {
  if (!names.some((name) => surrogate.test(name))) return names.sort();
  return names.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

const surrogate = /[\ud800-\udfff]/;
