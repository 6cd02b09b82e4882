/** Reads one setting by its full key, for example `alicloud:region`. */
export type Settings = (key: string) => string | undefined;

/** A setting's value as text: empty is not set, and what comes as an object or number is written as JSON. */
export function settingText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value and the key or variable that it stands in. */
export interface Found {
  readonly text: string;
  readonly name: string;
}

/** Configuration and environment, remembering what was read of them. An empty variable is none. */
export class Lookup {
  private readonly reads = new Map<string, string | undefined>();

  constructor(
    private readonly settings: Settings,
    readonly env: Environment,
  ) {}

  /** One setting (`alicloud:…`, `lifecycle:…`) or one variable of the environment. */
  text(name: string): string | undefined {
    const text = this.current(name);
    this.reads.set(name, text);
    return text;
  }

  /** The first of these names that is set. */
  first(...names: readonly string[]): Found | undefined {
    for (const name of names) {
      const text = this.text(name);
      if (text !== undefined) return { text, name };
    }
    return undefined;
  }

  isOn(variable: string): boolean {
    return this.text(variable)?.toLowerCase() === "true";
  }

  /** Whether all that was read still stands as it did: one process may be configured again, for another account. */
  isUnchanged(): boolean {
    return [...this.reads].every(([name, text]) => this.current(name) === text);
  }

  private current(name: string): string | undefined {
    const text = /^(alicloud|lifecycle):/.test(name) ? this.settings(name) : this.env[name];
    return text === "" ? undefined : text;
  }
}
