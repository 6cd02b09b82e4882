import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { closestName } from "./core/closest-name";
import type { Settings } from "./ecs/config";

/** What only ever forbids something: the smaller number counts, and any `true`. */
const limits = ["maxReleases", "maxReleaseTimes", "maxStops", "readOnly"];
/** The others that there are, so that no name of them is taken for a misspelt limit. */
const others = ["only", "showAll", "defaults", "instances", "fleets"];
/** Under this name the settings tell what is misspelt in the stack's file. A colon can't stand in a name that somebody writes. */
export const misspeltToday = "lifecycle::misspelt";
const line = /^\s+["']?(lifecycle:[\w-]+)["']?:\s*["']?([^"'#\s]+)["']?\s*(?:#.*)?$/gm;

/**
 * The stricter of what the last `up` has recorded and what the stack's file says today. Where a program declares nothing of ours
 * any more, and in a destroy, the engine configures the provider as the last `up` did; a limit that was set since then
 * would not hold. So it is read off the project's stack file, if there is just one: of several, nobody tells which one it is.
 *
 * @param folder Of the program; the project's file is in it or above it.
 */
export function withLimitsOfToday(recorded: Settings, folder: string): Settings {
  const today = limitsIn(folder);
  const misspelt = [...today.keys()].flatMap(misspeltLimit).join("; ");
  return (key) => {
    if (key === misspeltToday) return misspelt === "" ? undefined : misspelt;
    const name = key.replace("lifecycle:", "");
    return key.startsWith("lifecycle:") && limits.includes(name)
      ? stricter(recorded(key), today.get(key))
      : recorded(key);
  };
}

/** In any other run the program refuses it. Where it declares nothing, it doesn't see it. */
function misspeltLimit(key: string): readonly string[] {
  const name = key.replace("lifecycle:", "");
  if (limits.includes(name) || others.includes(name)) return [];
  const meant = closestName(name, limits);
  return meant === undefined ? [] : [`${key}: is not a setting; did you mean lifecycle:${meant}?`];
}

function stricter(recorded: string | undefined, today: string | undefined): string | undefined {
  if (recorded === undefined || today === undefined) return recorded ?? today;
  if (/^\d+$/.test(recorded) && /^\d+$/.test(today)) return String(Math.min(Number(recorded), Number(today)));
  // A flag that is off forbids nothing; a percentage and a number can't be compared, so what is written today counts.
  return today === "false" ? recorded : today;
}

function limitsIn(folder: string): ReadonlyMap<string, string> {
  const project = projectFolder(folder);
  const files = project === undefined ? [] : readdirSync(project).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  const [file] = files;
  if (project === undefined || file === undefined || files.length > 1) return new Map();
  const found = readFileSync(join(project, file), "utf8").matchAll(line);
  return new Map(Array.from(found, ([, key = "", value = ""]) => [key, value]));
}

function projectFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : projectFolder(above);
}
