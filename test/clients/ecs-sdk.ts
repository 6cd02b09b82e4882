import EcsClient from "@alicloud/ecs20140526";
import OpenApiClient, { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import type { Credential, Emulator } from "../../emulator/index";
import { owner } from "./world";

/** The names of this SDK for its two signatures: ACS3-HMAC-SHA256 is what it does when nothing is said. */
export const signatures = [
  { signature: "ACS3-HMAC-SHA256", signatureAlgorithm: undefined },
  { signature: "HMAC-SHA1 of signature 1.0", signatureAlgorithm: "v2" },
] as const;

export type SignatureAlgorithm = (typeof signatures)[number]["signatureAlgorithm"];

export interface Asking {
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly credential?: Credential;
}

/** The vendor's typed client, pointed at the emulator and otherwise as it is. */
export function ecsClient(emulator: Pick<Emulator, "endpoint">, asking: Asking): EcsClient {
  return new EcsClient(configOf(emulator, asking));
}

/** A call without types, with the client that is below all of the vendor's typed ones. */
export async function callSts(
  emulator: Pick<Emulator, "endpoint">,
  asking: Asking,
  action: string,
  query: Record<string, string>,
  authType: "AK" | "Anonymous" = "AK",
): Promise<Record<string, unknown>> {
  const params = new $OpenApiUtil.Params({
    action,
    version: "2015-04-01",
    protocol: "HTTPS",
    pathname: "/",
    method: "POST",
    authType,
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const client = new OpenApiClient(configOf(emulator, asking));
  const request = new $OpenApiUtil.OpenApiRequest({ query });
  const answer = (await client.callApi(params, request, new RuntimeOptions({}))) as { body: Record<string, unknown> };
  return answer.body;
}

function configOf(emulator: Pick<Emulator, "endpoint">, { signatureAlgorithm, credential = owner }: Asking) {
  const { accessKeyId, accessKeySecret, securityToken } = credential;
  return new $OpenApiUtil.Config({
    endpoint: new URL(emulator.endpoint).host,
    protocol: "http",
    accessKeyId,
    accessKeySecret,
    securityToken,
    signatureAlgorithm,
  });
}
