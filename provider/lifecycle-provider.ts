import * as pulumi from "@pulumi/pulumi";
import { transformLast } from "./program/last-transformation";
import { limitNames } from "./program/limits";
import { rememberSettings } from "./program/provider-settings";
import type { ArgumentNames } from "./program/settings-check";
import { argumentFaults, sayFaultsOfLimits, refuseWrongSettings } from "./program/settings-check";

/** A role that is assumed with the credentials found. Vendor: STS AssumeRole. */
export interface AssumeRoleArgs {
  /** `acs:ram::123456789:role/name`. */
  roleArn: pulumi.Input<string>;
  /** Default: a name of this package's own. */
  sessionName?: pulumi.Input<string>;
  /** Narrows the role's rights. Default: none. */
  policy?: pulumi.Input<string>;
  /** Seconds, 900 to 43200. Default: 3600. */
  sessionExpiration?: pulumi.Input<number>;
  externalId?: pulumi.Input<string>;
}

/** A role that is assumed with a token of a CI system or cluster. Vendor: STS AssumeRoleWithOIDC. */
export interface AssumeRoleWithOidcArgs {
  oidcProviderArn: pulumi.Input<string>;
  /** The token itself, or `oidcTokenFile`. Always treated as a secret. */
  oidcToken?: pulumi.Input<string>;
  oidcTokenFile?: pulumi.Input<string>;
  roleArn: pulumi.Input<string>;
  roleSessionName?: pulumi.Input<string>;
  policy?: pulumi.Input<string>;
  /** Seconds, 900 to 43200. Default: 3600. */
  sessionExpiration?: pulumi.Input<number>;
}

/** Settings of one account: the keys of the `alicloud:` configuration, and the `lifecycle:` limits that count in it. */
export interface LifecycleProviderArgs {
  region?: pulumi.Input<string>;
  /** Always treated as a secret, like the two after it. */
  accessKey?: pulumi.Input<string>;
  secretKey?: pulumi.Input<string>;
  securityToken?: pulumi.Input<string>;
  profile?: pulumi.Input<string>;
  sharedCredentialsFile?: pulumi.Input<string>;
  credentialsUri?: pulumi.Input<string>;
  ecsRoleName?: pulumi.Input<string>;
  assumeRole?: pulumi.Input<AssumeRoleArgs>;
  assumeRoleWithOidc?: pulumi.Input<AssumeRoleWithOidcArgs>;
  /** Hosts to call instead of the public ones; plain http is for loopback only. */
  endpoints?: pulumi.Input<{ ecs?: pulumi.Input<string>; sts?: pulumi.Input<string> }>;
  /** `HTTPS` or `HTTP`. Default: `HTTPS`. */
  protocol?: pulumi.Input<string>;
  /** Milliseconds for one call, the larger of the two. Default: 10000. */
  clientReadTimeout?: pulumi.Input<number>;
  clientConnectTimeout?: pulumi.Input<number>;
  /** Releases in one run, a number or a percentage. Default: 1. */
  maxReleases?: pulumi.Input<number | string>;
  /** New or earlier release times in one run. Default: 10. */
  maxReleaseTimes?: pulumi.Input<number | string>;
  /** Stops in one run. Default: no limit; on first adoption a quarter, and at least 5. */
  maxStops?: pulumi.Input<number | string>;
  /** Whatever would act fails. Default: false. */
  readOnly?: pulumi.Input<boolean>;
}

type Names<T> = Readonly<Record<keyof T, true>>;

const role: Names<AssumeRoleArgs> = {
  roleArn: true,
  sessionName: true,
  policy: true,
  sessionExpiration: true,
  externalId: true,
};
const roleWithOidc: Names<AssumeRoleWithOidcArgs> = {
  oidcProviderArn: true,
  oidcToken: true,
  oidcTokenFile: true,
  roleArn: true,
  roleSessionName: true,
  policy: true,
  sessionExpiration: true,
};
const known: Readonly<Record<keyof LifecycleProviderArgs, ArgumentNames[string]>> = {
  region: true,
  accessKey: true,
  secretKey: true,
  securityToken: true,
  profile: true,
  sharedCredentialsFile: true,
  credentialsUri: true,
  ecsRoleName: true,
  assumeRole: role,
  assumeRoleWithOidc: roleWithOidc,
  endpoints: { ecs: true, sts: true },
  protocol: true,
  clientReadTimeout: true,
  clientConnectTimeout: true,
  maxReleases: true,
  maxReleaseTimes: true,
  maxStops: true,
  readOnly: true,
};
const explicit = "lifecycle:explicit";
const secrets = ["accessKey", "secretKey", "securityToken", "assumeRoleWithOidc"];

/**
 * An explicit provider, for a program that works in several accounts: pass it as `provider` to resources, or as one of
 * `providers` to components. It has a process, credentials and limits of its own; its secrets are stored encrypted.
 *
 * ```ts
 * const staging = new LifecycleProvider("staging", { profile: "staging", region: "cn-hangzhou" });
 * new InstanceLifecycle("worker", { instanceId: "i-bp67acfmxazb4p", state: "stopped" }, { provider: staging });
 * ```
 */
export class LifecycleProvider extends pulumi.ProviderResource {
  /**
   * @param name The provider's name in the program.
   * @param args Its settings. What is left out comes from the environment, not from the stack's configuration.
   * @param opts Pulumi's options.
   * @throws pulumi.RunError when an argument is unknown, a limit can't be read, or the stack's configuration is wrong.
   */
  constructor(name: string, args: LifecycleProviderArgs, opts?: pulumi.ResourceOptions) {
    refuseWrongSettings();
    // Before secrets are wrapped, so that their parts are looked at too.
    refuseWrong({ ...args });
    const settings: Record<string, pulumi.Input<unknown>> = Object.fromEntries(
      Object.entries<unknown>({ ...args })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [
          limitNames.includes(key) ? `lifecycle:${key}` : `alicloud:${key}`,
          secrets.includes(key) ? pulumi.secret(value) : value,
        ]),
    );
    // By this the credentials know that a source which is named here comes before keys of the environment.
    settings[explicit] = "true";
    super("pulumi-nodejs", name, settings, opts);
  }
}

/** Before the resource is begun, since the SDK waits for what is; and once more for what transformations have added. */
function refuseWrong(args: Readonly<Record<string, unknown>>): void {
  const written = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  const faults = argumentFaults(written, known);
  if (faults.length > 0) throw new pulumi.RunError(faults.join("\n"));
}

/** What a transformation makes of them is what the provider is given, so it is what the program looks with. */
transformLast(LifecycleProvider.prototype, ({ resource, props, opts }) => {
  const entries = Object.entries(props).filter(([key]) => key !== explicit);
  const args = Object.fromEntries(entries.map(([key, value]) => [key.replace(/^(alicloud|lifecycle):/, ""), value]));
  refuseWrong(args);
  sayFaultsOfLimits(args);
  rememberSettings(resource as LifecycleProvider, pulumi.jsonStringify({ ...props, ...ofTheRun() }));
  return { props: { ...props, ...ofTheRun() }, opts };
});

/** What the stack's configuration says of a run as a whole holds with every provider. */
function ofTheRun(): Readonly<Record<string, string>> {
  const entries = ["lifecycle:only", "lifecycle:showAll"].map((key) => [key, pulumi.runtime.getConfig(key)] as const);
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
