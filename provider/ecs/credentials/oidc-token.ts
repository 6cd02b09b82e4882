import { readFileSync } from "node:fs";
import { SourceFailure } from "./source-failure";

/** Read anew each time, for whoever puts the token there also renews it. Throws SourceFailure. */
export function oidcToken(path: string): string {
  let token: string;
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new SourceFailure(`the OIDC token file ${path} can't be read (${code})`);
  }
  if (token === "") throw new SourceFailure(`the OIDC token file ${path} is empty`);
  return token;
}
