import pc from "picocolors";

/** Colours for a terminal, and none anywhere else: a CI that calls itself one still keeps its log as text. */
export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY && pc.isColorSupported);
}
