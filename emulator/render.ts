export interface Rendered {
  contentType: string;
  text: string;
}

/** The body as the client asked for it. `root` names the XML's outermost element. */
export function render(body: Record<string, unknown>, format: "JSON" | "XML", root: string): Rendered {
  if (format === "JSON") return { contentType: "application/json;charset=utf-8", text: JSON.stringify(body) };
  return {
    contentType: "text/xml;charset=utf-8",
    text: `<?xml version='1.0' encoding='UTF-8'?>${element(root, body)}`,
  };
}

/** A list becomes its element repeated; everything else one element. */
function element(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item: unknown) => element(name, item)).join("");
  if (value !== null && typeof value === "object") {
    const children = Object.entries(value).map(([child, inner]) => element(child, inner));
    return `<${name}>${children.join("")}</${name}>`;
  }
  if (value === null || value === undefined) return `<${name}></${name}>`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `<${name}>${escape(text)}</${name}>`;
}

/** Characters that no XML may carry, not even escaped, are left out. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[<>&'"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
