import { VirtualTime } from "../model/virtual-time";
import { virtualDate } from "./virtual-date";
import type { Wire } from "./wire";

const realDate = Date;
const { setImmediate: realImmediate } = globalThis;

/**
 * Virtual time beside real sockets: it passes only when no request is under way, or all that are wait for it themselves.
 * So a story takes as much virtual time as it would without sockets, however busy the machine is.
 */
export class WireTime extends VirtualTime {
  /** Undefined: there is none yet. */
  wire: Wire | undefined;

  override install(): void {
    super.install();
    // The vendor's client signs with `new Date()`.
    Object.assign(globalThis, { Date: virtualDate(realDate) });
  }

  override uninstall(): void {
    super.uninstall();
    Object.assign(globalThis, { Date: realDate });
  }

  /** When the process is at its end, what it has sent arrives all the same; then its connections are gone. */
  override async run<T>(work: Promise<T>): Promise<T> {
    try {
      return await super.run(work);
    } finally {
      while (this.wire?.isQuiet() === false) {
        await new Promise((resolve) => {
          realImmediate(resolve);
        });
      }
      this.wire?.hangUp();
    }
  }

  protected override mayPass(): boolean {
    return this.wire?.isQuiet() ?? true;
  }
}
