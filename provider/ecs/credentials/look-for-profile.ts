import type { Look } from "./look";
import { lookOrStop, passed } from "./look";
import { fileWithProfile, namedProfile, profileNames } from "./named-profile";
import type { ProfileFile } from "./profile-file";
import { cliFile, iniFile, namedFile, readProfileFile } from "./profile-file";
import type { Means } from "./profile-session";
import { isEmptyProfile, profileSession } from "./profile-session";

const off = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";

/** The profile that the user names, from the file that he names or else from the vendor's two. */
export function lookForNamedProfile(means: Means): Look {
  const name = namedProfile(means.lookup);
  if (name === undefined) return passed(`profile (${profileNames.join(", ")})`);
  const source = `profile ${name.text} of ${name.name}`;
  return lookOrStop(source, () => {
    const file = fileWithProfile(name.text, means.lookup);
    return found(file, name.text, means);
  });
}

/** What is used although nobody names it: the command line's current profile, then the SDKs' `default`. */
export function lookForUnnamedProfiles(means: Means): readonly Look[] {
  const named = namedFile(means.lookup);
  if (named !== undefined) return [lookForCurrent(named, means)];
  const cli = means.lookup.isOn(off) ? passed(`current profile of ${cliFile}`, `off by ${off}`) : undefined;
  const first = cli ?? lookForCurrent(cliFile, means);
  return first.kind === "passed" ? [first, lookForCurrent(iniFile, means)] : [first];
}

function lookForCurrent(path: string, means: Means): Look {
  const source = `current profile of ${path}`;
  return lookOrStop(source, () => {
    const file = readProfileFile(path, means.lookup);
    if (file === undefined) return passed(source, "no such file");
    if (file.profiles.size === 0) return passed(source, "no profiles in it");
    const profile = file.profiles.get(file.current);
    if (profile !== undefined && isEmptyProfile(profile)) return passed(source, `${file.current} has no keys`);
    return found(file, file.current, means);
  });
}

function found(file: ProfileFile, name: string, means: Means): Look {
  const open = profileSession(file, name, means);
  return { kind: "found", choice: { text: `profile ${name} of ${file.shown}`, open } };
}
