import type { Found, Lookup } from "./lookup";
import { SourceFailure } from "./source-failure";
import type { ProfileFile } from "./profile-file";
import { cliFile, iniFile, namedFile, readProfileFile } from "./profile-file";

export const profileNames = ["alicloud:profile", "ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"] as const;

/** The name of the profile that the user asks for. */
export function namedProfile(lookup: Lookup): Found | undefined {
  return lookup.first(...profileNames);
}

/** The file that has this profile: the one that the user names, else the first of the vendor's two. Throws SourceFailure. */
export function fileWithProfile(name: string, lookup: Lookup): ProfileFile {
  const named = namedFile(lookup);
  const paths = named === undefined ? [cliFile, iniFile] : [named];
  for (const path of paths) {
    const file = readProfileFile(path, lookup);
    if (file?.profiles.has(name) === true) return file;
  }
  throw new SourceFailure(`there is no profile ${name} in ${paths.join(" or ")}`);
}

/** The `region_id` of the profile that the user names. It never throws: what is wrong with the file is said with the credentials. */
export function regionOfProfile(lookup: Lookup): string | undefined {
  try {
    const name = namedProfile(lookup)?.text;
    return name === undefined ? undefined : fileWithProfile(name, lookup).profiles.get(name)?.region_id;
  } catch (error) {
    if (error instanceof SourceFailure) return undefined;
    throw error;
  }
}
