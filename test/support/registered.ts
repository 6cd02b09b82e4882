import * as pulumi from "@pulumi/pulumi";

/** A resource as the program hands it to the engine. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Pulumi's mocks from now on: no check runs, a resource's outputs are its inputs and these. Returns what is registered, as it comes. */
export async function recordRegistrations(outputs: object = {}): Promise<readonly Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, name, inputs: inputs as Registered["inputs"] });
      return { id: name, state: { ...(inputs as object), ...outputs } };
    },
    call: () => ({}),
  });
  return registered;
}
