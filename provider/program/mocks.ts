import * as pulumi from "@pulumi/pulumi";

/**
 * Whether the program runs under `pulumi.runtime.setMocks`, as unit tests do. Then nobody is to be asked about machines: the ids are made up, and
 * the credentials may be a developer's own.
 */
export function isMocked(): boolean {
  // The SDK doesn't say so. Its mock of the engine keeps the functions that it was given; a connection to an engine has none.
  const monitor = pulumi.runtime.getMonitor() as { readonly mocks?: unknown } | undefined;
  return monitor?.mocks !== undefined;
}
