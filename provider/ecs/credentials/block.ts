import { SourceFailure } from "./source-failure";

export type Block = Readonly<Record<string, string | undefined>>;

/** A structured setting, which arrives as JSON: an object, or a list of one. Throws SourceFailure. */
export function readBlock(text: string, key: string): Block {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notReadable(key);
  }
  const entry: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) throw notReadable(key);
  const fields = Object.entries(entry as Record<string, unknown>);
  return Object.fromEntries(
    fields.flatMap(([name, field]) =>
      (typeof field === "string" && field !== "") || typeof field === "number" ? [[name, String(field)]] : [],
    ),
  );
}

function notReadable(key: string): SourceFailure {
  return new SourceFailure(`not readable; set it with \`pulumi config set --path "${key}.roleArn" ARN\``);
}
