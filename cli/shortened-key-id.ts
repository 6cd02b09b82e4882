/** An access key id as it may be shown: enough to tell two apart, too little to use. Pure. */
export function shortenedKeyId(accessKeyId: string): string {
  if (accessKeyId.length < 12) return `${accessKeyId.slice(0, 2)}…`;
  return `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}
