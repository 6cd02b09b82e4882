/** As the engine's: steps are begun in their order, and so many are under way at once. */
export class Workers {
  private readonly underWay = new Set<Promise<void>>();
  private isGood = true;

  constructor(private readonly most: number) {}

  /** Returns when there is room for another one. False: one has failed by then. */
  async begin(step: () => Promise<boolean>): Promise<boolean> {
    const done: Promise<void> = step().then((good) => {
      this.isGood &&= good;
      this.underWay.delete(done);
    });
    this.underWay.add(done);
    if (this.underWay.size >= this.most) await Promise.race(this.underWay);
    return this.isGood;
  }

  /** What is under way comes to its end. False: one has failed. */
  async end(): Promise<boolean> {
    await Promise.all(this.underWay);
    return this.isGood;
  }
}
