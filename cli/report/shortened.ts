/** Widths of letters in a system's sans face, in parts of its size; generous, since fonts differ. */
function widthOf(letter: string): number {
  if (
    /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\p{Extended_Pictographic}]/u.test(
      letter,
    )
  )
    return 1.05;
  if (/[mwMW@%]/.test(letter)) return 0.92;
  if (/[A-Z\u0400-\u04ff]/.test(letter)) return 0.72;
  if (/[iljtfr.,:;'|! ()[\]-]/.test(letter)) return 0.36;
  return 0.59;
}

/** About how wide a text is drawn. Pure. */
export function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter) * size, 0);
}

/** A text that fits, with an ellipsis where it had to be cut. Pure. */
export function shortened(text: string, size: number, room: number): string {
  if (textWidth(text, size) <= room) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size) > room) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
