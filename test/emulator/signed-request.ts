import { createHmac } from "node:crypto";
import type { Emulator } from "../../emulator/index";

export interface RawAnswer {
  status: number;
  code: string | undefined;
}

/** DescribeRegions, signed here (signature 1.0) with the timestamp and the nonce that the test wants. */
export async function sendSigned(
  emulator: Pick<Emulator, "endpoint" | "accessKeyId" | "accessKeySecret">,
  { timestampMs, nonce }: { timestampMs: number; nonce: string },
): Promise<RawAnswer> {
  const params: [string, string][] = [
    ["AccessKeyId", emulator.accessKeyId],
    ["Action", "DescribeRegions"],
    ["Format", "JSON"],
    ["SignatureMethod", "HMAC-SHA1"],
    ["SignatureNonce", nonce],
    ["SignatureVersion", "1.0"],
    ["Timestamp", `${new Date(timestampMs).toISOString().slice(0, 19)}Z`],
    ["Version", "2014-05-26"],
  ];
  const query = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const signature = createHmac("sha1", `${emulator.accessKeySecret}&`)
    .update(`GET&%2F&${encodeURIComponent(query)}`)
    .digest("base64");
  const answer = await fetch(`${emulator.endpoint}/?${query}&Signature=${encodeURIComponent(signature)}`);
  const { Code } = (await answer.json()) as { Code?: string };
  return { status: answer.status, code: Code };
}
