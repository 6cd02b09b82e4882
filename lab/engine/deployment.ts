import { providerText } from "../../provider/shell";
import type { StateResource } from "../evidence";

/** What `pulumi stack export` writes and `pulumi stack import` reads, as far as it concerns us. */
export interface Exported {
  readonly version: number;
  readonly deployment: {
    readonly manifest: Readonly<Record<string, unknown>>;
    readonly resources?: readonly ExportedResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly delete?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
}

const type = "pulumi-nodejs:dynamic/alicloud:InstanceLifecycle";
const providerType = "pulumi:providers:pulumi-nodejs";
/** Any will do; the engine only compares it. */
const providerId = "11111111-1111-4111-8111-111111111111";

/** Our resources in it. */
export function resourcesOf({ deployment }: Exported): readonly StateResource[] {
  return (deployment.resources ?? [])
    .filter((resource) => resource.type === type)
    .map(({ urn, id = "", inputs = {}, outputs = {}, initErrors = [], ...resource }) => ({
      name: `${urn.split("::").at(-1)}${resource.delete === true ? " (replaced)" : ""}`,
      id,
      inputs,
      outputs,
      initErrors,
    }));
}

/** The same deployment with these resources in it, as an `up` of a program of this project would have left them. */
export function withResources(
  exported: Exported,
  project: string,
  config: Readonly<Record<string, string>>,
  resources: readonly StateResource[],
): Exported {
  if (resources.length === 0) return exported;
  const urnOf = (of: string, name: string) => `urn:pulumi:dev::${project}::${of}::${name}`;
  const stack = urnOf("pulumi:pulumi:Stack", `${project}-dev`);
  const provider = urnOf(providerType, "default");
  const settings = { ...config };
  return {
    ...exported,
    deployment: {
      ...exported.deployment,
      resources: [
        { urn: stack, type: "pulumi:pulumi:Stack", custom: false },
        { urn: provider, type: providerType, custom: true, id: providerId, inputs: settings, outputs: settings },
        ...resources.map(({ name, id, inputs, outputs, initErrors }) => ({
          urn: urnOf(type, name),
          type,
          custom: true,
          id,
          parent: stack,
          provider: `${provider}::${providerId}`,
          inputs: { ...inputs, __provider: providerText },
          outputs,
          ...(initErrors.length === 0 ? {} : { initErrors }),
        })),
      ],
    },
  };
}
