/**
 * The same text for the same meaning: the engine drops what is null and gives keys back in an order of its own. Undefined for
 * what is nothing. Pure.
 */
export function canonicalText(value: unknown): string | undefined {
  const canonical = canonicalOf(value);
  return canonical === undefined ? undefined : JSON.stringify(canonical);
}

function canonicalOf(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => canonicalOf(item) ?? null);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]: [string, unknown]) => [key, canonicalOf(item)] as const)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
