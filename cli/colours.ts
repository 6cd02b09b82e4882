import pc from "picocolors";

/** Colours for a terminal, and none anywhere else: a CI that calls itself one still keeps its log as text. */
export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  // Undefined where it is none, and the library would then decide by itself.
  return pc.createColors(Boolean(stream.isTTY) && pc.isColorSupported);
}
