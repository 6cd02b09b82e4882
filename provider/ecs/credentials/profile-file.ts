import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { Lookup } from "./lookup";
import { parseIni } from "./parse-ini";
import { SourceFailure } from "./source-failure";

/** One profile in the field names of the vendor's command line. */
export type Profile = Readonly<Record<string, string>>;

export interface ProfileFile {
  /** The path as people write it, with `~` for the home folder. */
  readonly shown: string;
  /** The profile that counts when none is named. */
  readonly current: string;
  readonly profiles: ReadonlyMap<string, Profile>;
}

export const cliFile = "~/.aliyun/config.json";
export const iniFile = "~/.alibabacloud/credentials";

/** The file that the user names, of either format. */
export function namedFile(lookup: Lookup): string | undefined {
  return lookup.first(
    "alicloud:sharedCredentialsFile",
    "ALICLOUD_SHARED_CREDENTIALS_FILE",
    "ALIBABA_CLOUD_CREDENTIALS_FILE",
  )?.text;
}

/**
 * A file of profiles: the JSON of the vendor's command line or the INI of its SDKs, told apart by content, because the
 * same variable means the one to some tools and the other to others. Undefined when there is no such file.
 * Throws SourceFailure, which quotes nothing of it: the vendor's own reader puts the whole file into its message.
 */
export function readProfileFile(path: string, lookup: Lookup): ProfileFile | undefined {
  const home = lookup.text("HOME") ?? lookup.text("USERPROFILE") ?? homedir();
  const shown = /^[/\\]/.test(path.slice(home.length)) && path.startsWith(home) ? `~${path.slice(home.length)}` : path;
  let text: string;
  try {
    text = readFileSync(
      path.replace(/^~(?=[/\\])/, () => home),
      "utf8",
    ).replace(/^\uFEFF/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new SourceFailure(`${shown} can't be read (${code})`);
  }
  try {
    return text.trimStart().startsWith("{") ? readJson(text, shown) : readIni(text, shown);
  } catch (error) {
    const reason = error instanceof SourceFailure ? error.reason : "it can't be understood";
    throw new SourceFailure(`${shown}: ${reason}`);
  }
}

function readJson(text: string, shown: string): ProfileFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SourceFailure("it begins like JSON and is none; repair it, or run `aliyun configure` again");
  }
  const { current, profiles } = value as { readonly current?: unknown; readonly profiles?: unknown };
  const list: readonly unknown[] = Array.isArray(profiles) ? profiles : [];
  const byName = list
    .filter((entry) => typeof entry === "object" && entry !== null)
    .map((entry) => textsOf(entry))
    .map((profile) => [profile.name ?? "", profile] as const);
  return {
    shown,
    current: typeof current === "string" && current !== "" ? current : "default",
    profiles: new Map(byName),
  };
}

/** The types of the SDKs' INI file are modes of the command line by other names. */
const modeOfType: Readonly<Record<string, string>> = {
  access_key: "AK",
  ecs_ram_role: "EcsRamRole",
  ram_role_arn: "RamRoleArn",
};

function readIni(text: string, shown: string): ProfileFile {
  const profiles = [...parseIni(text)].map(([name, section]): readonly [string, Profile] => [
    name,
    {
      ...filled({
        ...section,
        mode: section.type === undefined ? undefined : (modeOfType[section.type] ?? section.type),
        ram_role_name: section.role_name,
        ram_role_arn: section.role_arn,
        ram_session_name: section.role_session_name,
      }),
    },
  ]);
  return { shown, current: "default", profiles: new Map(profiles) };
}

function textsOf(entry: object): Profile {
  return filled(Object.fromEntries(Object.entries(entry) as [string, unknown][]));
}

/** Texts and numbers that say something: the command line writes empty texts and zeros for what is not set. */
function filled(fields: Readonly<Record<string, unknown>>): Profile {
  const kept = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    (typeof value === "string" && value !== "") || (typeof value === "number" && value !== 0)
      ? [[name, String(value)]]
      : [],
  );
  return Object.fromEntries(kept);
}
