const most = 30;

/**
 * The first lines of an output: what went wrong first is what to look at.
 * @param {string} output
 */
export function beginning(output) {
  const lines = output.trim().split("\n");
  const left = lines.length - most;
  return left > 0 ? [...lines.slice(0, most), `… ${left} more lines`].join("\n") : lines.join("\n");
}
