/** Whether what stands at this place is told where only a share is: spread evenly, and the same ones in every run, for it does not depend on chance. */
export function isInShare(share: number, index: number): boolean {
  return share >= 1 || (index * 0.618_033_988_749_895) % 1 < share;
}
