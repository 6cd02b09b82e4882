export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string | undefined;
}

/** Credentials and, where their source tells it, the time at which they end. */
export interface Session {
  readonly credentials: Credentials;
  readonly expiresAtMs: number | undefined;
}

export function sameCredentials(one: Credentials | undefined, other: Credentials | undefined): boolean {
  return (
    one?.accessKeyId === other?.accessKeyId &&
    one?.accessKeySecret === other?.accessKeySecret &&
    one?.securityToken === other?.securityToken
  );
}
