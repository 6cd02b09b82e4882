import { createHash } from "node:crypto";

/** The first letters of an id tell the region. */
const marks: Readonly<Record<string, string>> = {
  "cn-hangzhou": "bp",
  "cn-qingdao": "m5",
  "cn-zhangjiakou": "8v",
  "cn-beijing": "2z",
};

/** `d-bp1…`: the vendor's form, always the same for the same `from`. Pure. */
export function newId(prefix: "i" | "d" | "s" | "ssg", regionId: string, from: string): string {
  const digest = BigInt(`0x${createHash("sha1").update(`${prefix} ${from}`).digest("hex")}`).toString(36);
  return `${prefix}-${marks[regionId] ?? "t4"}1${digest.slice(-17)}`;
}
