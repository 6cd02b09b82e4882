import type { Environment, Settings } from "./ecs/config";
import type { Digests } from "./judged-arguments";
import { digestsOf } from "./judged-arguments";

/** By what an account is reached and where. */
const names = [
  "region",
  "accessKey",
  "secretKey",
  "securityToken",
  "profile",
  "sharedCredentialsFile",
  "credentialsUri",
  "ecsRoleName",
  "assumeRole",
  "assumeRoleWithOidc",
  "endpoints",
  "protocol",
].map((name) => `alicloud:${name}`);
const variable = /^ALI(CLOUD|BABA_?CLOUD)_/;

/** What is configured of these, as one text: who compares often has to digest only what has changed. Pure. */
export function accountText(settings: Settings): string {
  return names.map((name) => settings(name) ?? "").join("\n");
}

/**
 * Digests of all that decides which account is called. The program looks and the provider acts, each with what it was given:
 * only where that is the same is what was seen the machine that is acted on. Pure.
 */
export function accountDigests(settings: Settings, env: Environment): Digests {
  const configured = names.map((name): [string, unknown] => [name, plain(settings(name))]);
  const variables = Object.entries(env).filter(([name, text]) => variable.test(name) && text !== "");
  return digestsOf(Object.fromEntries([...configured, ...variables]));
}

/** A block is an object for one side and its text for the other. What is no JSON is reported by whoever reads it. */
function plain(text: string | undefined): unknown {
  try {
    return text?.trim().startsWith("{") === true ? (JSON.parse(text) as unknown) : text;
  } catch {
    return text;
  }
}
