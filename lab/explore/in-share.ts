/**
 * Whether what stands at this place is told where only a share is: spread evenly, and the same ones in every run, for it does
 * not depend on chance. Another `draw` tells others.
 */
export function isInShare(share: number, index: number, draw = 0): boolean {
  return share >= 1 || ((index + draw) * 0.618_033_988_749_895) % 1 < share;
}
