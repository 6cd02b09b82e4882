import * as pulumi from "@pulumi/pulumi";

const secretSettings = ["alicloud:accessKey", "alicloud:secretKey", "alicloud:securityToken"];
const oidcSettings = "alicloud:assumeRoleWithOidc";

/** Knows whether a setting was set with `--secret`, although the SDK keeps it out of its types. */
interface ConfigFacts {
  readonly isConfigSecret?: (key: string) => boolean;
}

/** Set, and not with `--secret`. False also where the SDK can't say it. */
export function isPlain(key: string): boolean {
  return (pulumi.runtime as unknown as ConfigFacts).isConfigSecret?.(key) === false;
}

/**
 * Throws when a key stands in clear in the stack's configuration. The engine writes all of that into the state with the
 * first resource that is registered, so it has to be said before.
 *
 * @throws pulumi.RunError with the line that puts it right.
 */
export function refusePlainKeys(): void {
  // Of the block only the token itself is a secret; with a token's file it may stand in clear.
  const withToken = /"oidcToken"\s*:/.test(pulumi.runtime.getConfig(oidcSettings) ?? "") ? [oidcSettings] : [];
  const plain = [...secretSettings, ...withToken].filter(
    (key) => (pulumi.runtime.getConfig(key) ?? "") !== "" && isPlain(key),
  );
  if (plain.length === 0) return;
  throw new pulumi.RunError(
    `${plain.join(", ")}: in clear in the stack's configuration, which the engine writes into the state; run ${plain
      .map((key) => `\`pulumi config set --secret ${key}\``)
      .join(" and ")}`,
  );
}
