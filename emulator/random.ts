/** All chance in the emulator comes from one of these, so that a seed repeats a run. */
export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  /** An upper-case UUID, the form of the vendor's RequestId. */
  uuid(): string;
  /** Where it stands; another one with the same state goes on in the same way. */
  state(): number;
}

/** mulberry32: small, fast, good enough for faults and request ids. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const hex = (): string => next32().toString(16).padStart(8, "0").toUpperCase();
  return {
    next: () => next32() / 2 ** 32,
    state: () => state,
    uuid: () => {
      const digits = hex() + hex() + hex() + hex();
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `A${digits.slice(17, 20)}`,
        digits.slice(20),
      ].join("-");
    },
  };
}
