/** What Markdown, HTML or GitHub would read as more than a text: entities are texts to all of them. */
const special = /[&<>|\\`*_{}[\]~$#!@^"']/g;

/** A text as it is, in a paragraph, a list or a cell of a table. Pure. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll(special, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("://", "&#58;//")
    .replaceAll(/\bwww\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replace(
      /^(\s*)([-+=]|\d+[.)])/,
      (_, space: string, mark: string) => `${space}${mark.slice(0, -1)}&#${mark.charCodeAt(mark.length - 1)};`,
    );
}
