const everyMs = 2_000;

/** Says every two seconds on stderr what is going on, so that a long step does not look like a dead one. */
export function startProgress(stream = process.stderr) {
  const startedMs = performance.now();
  let doing = "starting";
  const say = () => {
    const line = `[${Math.round((performance.now() - startedMs) / 1_000)} s] ${doing}`;
    stream.write(stream.isTTY ? `\r\u001b[2K${line.slice(0, (stream.columns ?? 80) - 1)}` : `${line}\n`);
  };
  const timer = setInterval(say, everyMs);
  return {
    doing: (text) => {
      doing = text;
      say();
    },
    end: () => {
      clearInterval(timer);
      if (stream.isTTY) stream.write("\r\u001b[2K");
    },
  };
}
