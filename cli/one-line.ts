/** A text as one line, so that a message stays one in a log. Pure. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
