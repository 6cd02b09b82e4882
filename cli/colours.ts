import pc from "picocolors";

/** Whether a stream is a terminal that shows colours, and nobody asked for none. */
export function hasColours(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  // Not asked of the library, which colours whatever calls itself a CI: there the log is a text. Undefined where it is none.
  return Boolean(stream.isTTY) && (NO_COLOR ?? "") === "" && TERM !== "dumb";
}

export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors(hasColours(stream));
}
