/** A name with a `*` for what only counts: `web-12` and `web-7` are `web-*`. Pure. */
export function stemOf(name: string): string {
  return name.replace(/\bi-[a-z0-9]+$/, "i-*").replaceAll(/\d+/g, "*");
}
