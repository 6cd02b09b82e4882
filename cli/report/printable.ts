/** What moves the cursor, colours, or turns the direction of writing: a name must not draw on the report. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/gu;

/** A text from outside as one line that only shows what it says. Pure. */
export function printable(text: string): string {
  return text
    .replaceAll(/[\r\n\t]+/g, " ")
    .replaceAll(unprintable, "\ufffd")
    .trim();
}
