/** Says every few seconds which test files run, where for a while none has ended. */
export default class RunningReporter {
  #running = new Map();
  #timer;

  onTestRunStart(files) {
    this.#timer = setInterval(() => {
      const names = [...this.#running].map(
        ([name, sinceMs]) => `${name} (${Math.round((Date.now() - sinceMs) / 1_000)} s)`,
      );
      if (names.length > 0)
        console.log(`… ${this.#left} of ${files.length} test files left; running: ${names.join(", ")}`);
    }, 10_000);
    this.#left = files.length;
  }

  #left = 0;

  onTestModuleStart({ relativeModuleId }) {
    this.#running.set(relativeModuleId, Date.now());
  }

  onTestModuleEnd({ relativeModuleId }) {
    this.#running.delete(relativeModuleId);
    this.#left -= 1;
  }

  onTestRunEnd() {
    clearInterval(this.#timer);
  }
}
