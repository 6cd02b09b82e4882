import * as pulumi from "@pulumi/pulumi";

/** A resource as the program hands it to the engine. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Pulumi's mocks from now on: no check runs, a resource's outputs are its inputs and these. Returns what is registered, as it comes. What
 * the program looks at is what the tests are about, so the mocks can't be told from an engine.
 */
export async function recordRegistrations(outputs: object = {}): Promise<readonly Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, name, inputs: inputs as Registered["inputs"] });
      return { id: name, state: { ...(inputs as object), ...outputs } };
    },
    call: () => ({}),
  });
  pulumi.runtime.setMockOptions(withoutMocks(pulumi.runtime.getMonitor()));
  return registered;
}

function withoutMocks<T extends object>(monitor: T | undefined): T {
  if (monitor === undefined) throw new Error("there is no mock of the engine");
  return new Proxy(monitor, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name === "mocks") return undefined;
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
