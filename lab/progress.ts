/** A line of progress: where there is a terminal it is written over; in a log it is repeated only every ten seconds. */
export function liveProgress(stream: NodeJS.WriteStream = process.stderr): {
  say: (text: string) => void;
  end: () => void;
} {
  const everyMs = stream.isTTY ? 200 : 10_000;
  let saidMs = 0;
  let isOpen = false;
  const startedMs = Date.now();
  return {
    say: (text) => {
      const nowMs = Date.now();
      if (nowMs - saidMs < everyMs) return;
      saidMs = nowMs;
      const line = `[${Math.round((nowMs - startedMs) / 1_000)} s] ${text}`;
      isOpen = stream.isTTY;
      stream.write(stream.isTTY ? `\r\u001b[2K${line.slice(0, (stream.columns ?? 80) - 1)}` : `${line}\n`);
    },
    end: () => {
      if (isOpen) stream.write("\r\u001b[2K");
      isOpen = false;
    },
  };
}
