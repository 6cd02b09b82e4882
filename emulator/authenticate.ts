import { timingSafeEqual } from "node:crypto";
import type { Credential } from "./model";
import { timeWindowMs } from "./nonce-store";
import { acs3Signature, acs3StringToSign, rpcSignature, rpcStringToSign, sha256 } from "./signature";
import { parseInstant } from "./time-format";
import type { WireRequest } from "./wire-request";
import {
  accessKeyInactive,
  accessKeyNotFound,
  incompleteSignature,
  invalidParameter,
  missingParameter,
  nonceUsed,
  securityTokenExpired,
  securityTokenMismatch,
  securityTokenMissing,
  signatureDoesNotMatch,
  timestampExpired,
  timestampMalformed,
} from "./wire-error";
import type { World } from "./world";

/** Who signed the request. Both schemes: RPC 1.0 (HMAC-SHA1, in the parameters) and ACS3-HMAC-SHA256 (in the headers). */
export function authenticate(world: World, request: WireRequest): Credential {
  const proof = request.isAcs3 ? readAcs3(request) : readRpc(request);

  const timestampMs = parseInstant(proof.timestamp);
  if (timestampMs === undefined) throw timestampMalformed();
  const nowsMs = world.strictTime ? [world.now()] : [world.now(), world.machineNow()];
  if (nowsMs.every((nowMs) => Math.abs(nowMs - timestampMs) > timeWindowMs)) throw timestampExpired();

  const credential = world.identities.credential(proof.accessKeyId);
  if (credential === undefined) throw accessKeyNotFound();
  if (credential.status === "Inactive") throw accessKeyInactive();
  if (credential.securityToken !== undefined && proof.securityToken === undefined) throw securityTokenMissing();
  if (proof.securityToken !== credential.securityToken) throw securityTokenMismatch();
  const expiresAt = credential.securityTokenExpiresAt;
  if (expiresAt !== undefined && Date.parse(expiresAt) <= world.now()) throw securityTokenExpired();

  if (!same(proof.sign(credential.accessKeySecret), proof.signature)) {
    throw signatureDoesNotMatch(proof.stringToSign);
  }
  if (!world.nonces.use(proof.accessKeyId, proof.nonce, timestampMs, nowsMs)) throw nonceUsed();
  return credential;
}

interface Proof {
  accessKeyId: string;
  securityToken: string | undefined;
  timestamp: string;
  nonce: string;
  stringToSign: string;
  signature: string;
  sign: (accessKeySecret: string) => string;
}

function readRpc({ method, params }: WireRequest): Proof {
  const required = (name: string): string => {
    const value = params[name];
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  };
  const accessKeyId = required("AccessKeyId");
  if (required("SignatureMethod").toUpperCase() !== "HMAC-SHA1") throw invalidParameter("SignatureMethod");
  if (required("SignatureVersion") !== "1.0") throw invalidParameter("SignatureVersion");
  const nonce = required("SignatureNonce");
  const timestamp = required("Timestamp");
  const signature = required("Signature");
  const stringToSign = rpcStringToSign(method, params);
  return {
    accessKeyId,
    securityToken: params["SecurityToken"],
    timestamp,
    nonce,
    stringToSign,
    signature,
    sign: (secret) => rpcSignature(stringToSign, secret),
  };
}

const acs3Header = /^ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/;

function readAcs3({ method, path, query, headers, body }: WireRequest): Proof {
  const match = acs3Header.exec(headers["authorization"] ?? "");
  const [, accessKeyId, signedHeaders, signature] = match ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) {
    throw incompleteSignature();
  }
  const header = (name: string): string => {
    const value = headers[name];
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  };
  const bodySha256 = sha256(body);
  if (header("x-acs-content-sha256") !== bodySha256) throw incompleteSignature();
  const names = signedHeaders.split(";");
  // A header that decides about the call must not be left unsigned.
  for (const name of ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce"]) {
    if (!names.includes(name)) throw incompleteSignature();
  }
  const stringToSign = acs3StringToSign({ method, path, query, headers, signedHeaders: names, bodySha256 });
  return {
    accessKeyId,
    securityToken: headers["x-acs-security-token"],
    timestamp: header("x-acs-date"),
    nonce: header("x-acs-signature-nonce"),
    stringToSign,
    signature,
    sign: (secret) => acs3Signature(stringToSign, secret),
  };
}

function same(ours: string, theirs: string): boolean {
  const left = Buffer.from(ours);
  const right = Buffer.from(theirs);
  return left.length === right.length && timingSafeEqual(left, right);
}
