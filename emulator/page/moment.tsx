/** An absolute time with its zone: `2026-03-01 08:00:20 UTC`. */
export function Moment({ ms, to }: { ms: number; to: "minute" | "second" }) {
  const iso = new Date(ms).toISOString();
  return <time datetime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, to === "minute" ? 16 : 19)} UTC`}</time>;
}
