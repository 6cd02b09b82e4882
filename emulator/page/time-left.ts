const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `2 d 3 h`, `5 h 12 min`, `41 min`, `95 s`: as exact as the distance deserves, so that a far date doesn't change every second. */
export function timeLeft(ms: number): string {
  if (ms >= 2 * dayMs) return `${Math.floor(ms / dayMs)} d ${Math.floor((ms % dayMs) / hourMs)} h`;
  if (ms >= hourMs) return `${Math.floor(ms / hourMs)} h ${Math.floor((ms % hourMs) / minuteMs)} min`;
  if (ms >= 2 * minuteMs) return `${Math.floor(ms / minuteMs)} min`;
  return `${Math.max(0, Math.floor(ms / secondMs))} s`;
}
