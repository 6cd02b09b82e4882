import { SourceFailure } from "./source-failure";

export type Section = Readonly<Record<string, string>>;

/** Sections of an INI file by name. A line that can't be read is named by its number, never quoted. Pure. */
export function parseIni(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith(";")) continue;
    const header = /^\[([^\]]+)\]$/.exec(trimmed)?.[1]?.trim();
    if (header !== undefined) {
      section = sections.get(header) ?? {};
      sections.set(header, section);
      continue;
    }
    const at = trimmed.indexOf("=");
    if (at < 1) throw new SourceFailure(`line ${index + 1} is neither [name] nor key = value`);
    const value = trimmed.slice(at + 1).trim();
    if (section !== undefined) section[trimmed.slice(0, at).trim()] = value.replace(/^(["'])(.*)\1$/, "$2");
  }
  return sections;
}
