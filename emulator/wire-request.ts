/** An HTTP request as far as the RPC API is concerned with it. */
export interface WireRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** Query and form body together; where both have a name, the query counts. */
  params: Record<string, string>;
  action: string;
  version: string;
  format: "JSON" | "XML";
  isAcs3: boolean;
}

export function readWireRequest(raw: {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
}): WireRequest {
  const mark = raw.url.indexOf("?");
  const path = mark < 0 ? raw.url : raw.url.slice(0, mark);
  const query = readPairs(mark < 0 ? "" : raw.url.slice(mark + 1));
  const isForm = (raw.headers["content-type"] ?? "").toLowerCase().includes("application/x-www-form-urlencoded");
  const form = isForm ? readPairs(Buffer.from(raw.body.buffer, raw.body.byteOffset, raw.body.length).toString()) : {};
  const params = { ...form, ...query };
  // An Authorization header decides the scheme: pop-core sends x-acs-action with signature 1.0 too. An unsigned call of
  // the newer scheme (AssumeRoleWithOIDC) has none, and names itself in the headers only.
  const isNamedByHeader = params["Action"] === undefined && raw.headers["x-acs-action"] !== undefined;
  const isAcs3 = raw.headers["authorization"] !== undefined || isNamedByHeader;
  const action = isAcs3 ? raw.headers["x-acs-action"] : params["Action"];
  const version = isAcs3 ? raw.headers["x-acs-version"] : params["Version"];
  // Left out, the older scheme means XML and the newer one JSON.
  const format = (params["Format"] ?? (isAcs3 ? "JSON" : "XML")).toUpperCase() === "JSON" ? "JSON" : "XML";
  return { ...raw, path, query, params, action: action ?? "", version: version ?? "", format, isAcs3 };
}

function readPairs(text: string): Record<string, string> {
  // No prototype: a parameter may have any name.
  const pairs: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (pairs[name] === undefined) pairs[name] = value;
  }
  return pairs;
}
