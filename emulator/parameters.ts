import { invalidParameter, missingParameter } from "./wire-error";

/** What a call sent, read as the vendor reads it. Names are case-sensitive, booleans are not. */
export class Parameters {
  readonly #values: Record<string, string>;

  constructor(values: Record<string, string>) {
    this.#values = values;
  }

  /** Undefined when it wasn't sent; an empty value stays empty. */
  text(name: string): string | undefined {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  }

  /** `true`/`false` in any case: some clients send `True`. Empty counts as left out. */
  boolean(name: string, byDefault: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined || value === "") return byDefault;
    if (value === "true") return true;
    if (value === "false") return false;
    throw invalidParameter(name);
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined || value === "") return undefined;
    if (!/^\d{1,9}$/.test(value)) throw invalidParameter(name);
    return Number(value);
  }

  oneOf<Value extends string>(name: string, allowed: readonly Value[]): Value | undefined {
    const value = this.text(name);
    if (value === undefined || value === "") return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw invalidParameter(name);
    return found;
  }

  /** `InstanceId.1`, `InstanceId.2` …: the values, in order. */
  list(prefix: string): string[] {
    return this.indexesOf(prefix).flatMap((index) => {
      const value = this.text(`${prefix}.${index}`);
      return value === undefined || value === "" ? [] : [value];
    });
  }

  /** What makes two calls the same to a ClientToken: everything but what each request has of its own. */
  fingerprint(): string {
    const names = Object.keys(this.#values).filter((name) => !ofTheRequest.has(name));
    return JSON.stringify(names.sort().map((name) => [name, this.#values[name]]));
  }

  /** `Tag.1.Key`, `Tag.2.Key` …: the numbers that occur, in order. They count from 1; `Tag.0.Key` and `Tag.01.Key` are unknown names. */
  indexesOf(prefix: string): number[] {
    const found = new Set<number>();
    for (const name of Object.keys(this.#values)) {
      if (!name.startsWith(`${prefix}.`)) continue;
      const number = /^[1-9]\d{0,8}(?=\.|$)/.exec(name.slice(prefix.length + 1));
      if (number !== null) found.add(Number(number[0]));
    }
    return [...found].sort((left, right) => left - right);
  }
}

const ofTheRequest = new Set(
  ["ClientToken", "Action", "Version", "Format", "Timestamp", "AccessKeyId", "SecurityToken"].concat([
    "Signature",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "SignatureType",
  ]),
);
