import { canonicalText } from "./canonical-text";

export type Facts = Readonly<Record<string, unknown>>;

/** Longer texts are compared once, not written out for each that has them: a refusal may name ten thousand machines. */
const longText = 200;

/**
 * What many have in common, each written once. Ten thousand times the same would be megabytes, in the state, in the
 * memory of three processes, and on every way between them.
 */
export class Alike {
  readonly all: Facts[] = [];
  private readonly places = new Map<string, number>();
  private readonly texts = new Map<string, number>();

  /** Where this, or what means the same, stands in `all`. */
  placeOf(facts: Facts): number {
    // Most come in the same order of keys, and need not be sorted.
    const written = this.textOf(facts);
    const known = this.places.get(written);
    if (known !== undefined) return known;
    const canonical = this.textOf(JSON.parse(canonicalText(facts) ?? "{}"));
    const place = this.places.get(canonical) ?? this.all.push(facts) - 1;
    this.places.set(written, place).set(canonical, place);
    return place;
  }

  at(place: number): Facts {
    return atPlace(this.all, place);
  }

  private textOf(facts: unknown): string {
    return JSON.stringify(facts, (_, value: unknown) =>
      typeof value === "string" && value.length > longText ? `\0${this.numberOf(value)}` : value,
    );
  }

  private numberOf(text: string): number {
    const number = this.texts.get(text) ?? this.texts.size;
    this.texts.set(text, number);
    return number;
  }
}

/** What stands at a place of a list that was read; nothing for a place that is none. Pure. */
export function atPlace(all: unknown, place: unknown): Facts {
  const found: unknown = Array.isArray(all) && typeof place === "number" ? all[place] : undefined;
  return typeof found === "object" && found !== null ? (found as Facts) : {};
}
