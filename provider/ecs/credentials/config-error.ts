/** A setting that is missing or wrong; the message says which and what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(message: string) {
    super(message);
    this.stack = `ConfigError: ${message}`;
  }
}
