/** A stretch of the world's time: from the first moment on, until just before the second (RFC 3339 UTC). */
export interface Window {
  from?: string;
  to?: string;
}

/** Whether the moment lies in it; without a window every moment does. */
export function isWithin(window: Window | undefined, nowMs: number): boolean {
  if (window === undefined) return true;
  if (window.from !== undefined && nowMs < Date.parse(window.from)) return false;
  return window.to === undefined || nowMs < Date.parse(window.to);
}
