import { VirtualTime } from "../model/virtual-time";

/** The machine's own time, which passes by itself: for runs whose processes are real. */
export class MachineTime extends VirtualTime {
  /** Called at the end of each run, and waited for: its processes end with it. */
  ended: () => Promise<void> = () => Promise.resolve();

  constructor() {
    super(0);
  }

  override async run<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      await this.ended();
    }
  }
}
