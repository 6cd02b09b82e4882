import type * as pulumi from "@pulumi/pulumi";

/** The settings of each explicit provider of this program, as JSON text with their full keys. Kept beside the object: they hold secrets, and nothing of it may be registered twice. */
const settings = new WeakMap<pulumi.ProviderResource, pulumi.Output<string>>();

export function rememberSettings(provider: pulumi.ProviderResource, values: pulumi.Output<string>): void {
  settings.set(provider, values);
}

export function settingsOf(provider: pulumi.ProviderResource): pulumi.Output<string> | undefined {
  return settings.get(provider);
}

/** The provider that a resource was given, itself or by its parents; undefined for the default one. */
export function providerOf(resource: pulumi.Resource): pulumi.ProviderResource | undefined {
  return (resource as unknown as { readonly __prov?: pulumi.ProviderResource }).__prov;
}
