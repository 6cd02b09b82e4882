import { type Credential, defaultCredential, type OidcToken, type Role } from "./model";
import type { Random } from "./random";
import { withSeconds } from "./time-format";

/** Keys that were issued here begin so: like the vendor's, and not to be mistaken for them. */
export const issuedKeyPrefix = "STS.Emulator";

/** A key that AssumeRole gives out. */
export type IssuedCredential = Credential & { securityToken: string; securityTokenExpiresAt: string };

/** Who may call, which roles there are, and which tokens of identity providers are good. */
export class Identities {
  readonly roles: readonly Role[];
  readonly oidcTokens: readonly (string | OidcToken)[];
  readonly #credentials = new Map<string, Credential>();

  constructor(file: { credentials?: Credential[]; roles?: Role[]; oidcTokens?: (string | OidcToken)[] } = {}) {
    this.roles = file.roles ?? [];
    this.oidcTokens = file.oidcTokens ?? [];
    for (const credential of file.credentials ?? [defaultCredential]) {
      this.#credentials.set(credential.accessKeyId, credential);
    }
  }

  copy(): Identities {
    return new Identities({
      credentials: this.credentials(),
      roles: [...this.roles],
      oidcTokens: [...this.oidcTokens],
    });
  }

  /** Those of the world file, then those that were issued. */
  credentials(): Credential[] {
    return [...this.#credentials.values()];
  }

  credential(accessKeyId: string): Credential | undefined {
    return this.#credentials.get(accessKeyId);
  }

  role(arn: string): Role | undefined {
    return this.roles.find((role) => role.arn === arn);
  }

  /** The token as the world knows it. */
  oidcToken(text: string): OidcToken | undefined {
    const found = this.oidcTokens.find((known) => (typeof known === "string" ? known : known.token) === text);
    return typeof found === "string" ? { token: found } : found;
  }

  /** A key of its own for whoever assumes the role. `number` is never the same twice. */
  issue(
    fields: Pick<Credential, "deny" | "allow"> & { accountId: string; roleArn: string; roleSessionName: string },
    until: { atMs: number; number: number; random: Random },
  ): IssuedCredential {
    const secret = () => (until.random.uuid() + until.random.uuid()).replaceAll("-", "");
    const credential = {
      accessKeyId: `${issuedKeyPrefix}${until.number}${secret().slice(0, 16)}`,
      accessKeySecret: secret(),
      securityToken: `emulator-token-${secret()}`,
      securityTokenExpiresAt: withSeconds(until.atMs),
      ...fields,
    };
    this.#credentials.set(credential.accessKeyId, credential);
    return credential;
  }
}
