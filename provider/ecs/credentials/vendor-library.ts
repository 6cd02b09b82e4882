import { epochMs } from "./epoch-ms";
import { SourceFailure } from "./source-failure";
import type { Session } from "./session";

/**
 * The two sources for which @alicloud/credentials is asked. It is loaded when one of them is used and not before; a new
 * object for each question, because the library's own cache knows neither our clock nor a refused token; and nothing of
 * its errors is passed on, because they quote what was answered.
 */
const connectTimeoutMs = 1_000;

/** Keys from an address, for example of a sidecar. The library knows no proxy, so the address has to be reachable without. */
export async function fromUri(uri: string, timeoutMs: number): Promise<Session> {
  const { URICredentialsProvider } = await import("@alicloud/credentials");
  const builder = URICredentialsProvider.builder().withCredentialsURI(uri);
  return await asked(builder.withReadTimeout(timeoutMs).withConnectTimeout(timeoutMs).build());
}

/** The instance's role from the metadata service, by its token-protected version unless that fails and the old one is allowed. */
export async function fromInstanceRole(roleName: string | undefined, isOldVersionOff: boolean): Promise<Session> {
  const { ECSRAMRoleCredentialsProvider } = await import("@alicloud/credentials");
  const builder = ECSRAMRoleCredentialsProvider.builder().withDisableIMDSv1(isOldVersionOff);
  if (roleName !== undefined) builder.withRoleName(roleName);
  return await asked(builder.withReadTimeout(connectTimeoutMs).withConnectTimeout(connectTimeoutMs).build());
}

interface Provider {
  getCredentials(): Promise<{
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken: string;
  }>;
}

async function asked(provider: Provider): Promise<Session> {
  try {
    const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
    // What it returns leaves the expiry out; its types hide the field that knows.
    const { session } = provider as { readonly session?: { readonly expiration?: unknown } };
    return {
      credentials: { accessKeyId, accessKeySecret, securityToken },
      expiresAtMs: epochMs(session?.expiration),
    };
  } catch (error) {
    throw new SourceFailure(plainReason(error));
  }
}

function plainReason(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if ("code" in error && typeof error.code === "string" && /^E[A-Z_]+$/.test(error.code)) return error.code;
  if (error.name.includes("Timeout")) return "no answer in time";
  const status = /(?:httpStatus: |failed with |[/\w-] )(\d{3})(?:,|$)/.exec(error.message)?.[1];
  if (status !== undefined) return `it answered with HTTP ${status}`;
  if (error.message.includes("json parse failed")) return "the answer is not JSON";
  return "the answer holds no credentials with an Expiration";
}
