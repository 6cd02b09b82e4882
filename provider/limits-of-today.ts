import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Settings } from "./ecs/config";

/** What only ever forbids something: the smaller number counts, and any `true`. */
const limits = ["maxReleases", "maxReleaseTimes", "maxStops", "readOnly"];
const line = /^\s+["']?(lifecycle:\w+)["']?:\s*["']?([^"'#\s]+)["']?\s*(?:#.*)?$/gm;

/**
 * The stricter of what the last `up` has recorded and what the stack's file says today. Where a program declares nothing of ours
 * any more, and in a destroy, the engine configures the provider as the last `up` did; a limit that was set since then
 * would not hold. So it is read off the project's stack file, if there is just one: of several, nobody tells which one it is.
 *
 * @param folder Of the program; the project's file is in it or above it.
 */
export function withLimitsOfToday(recorded: Settings, folder: string): Settings {
  const today = limitsIn(folder);
  return (key) => {
    const name = key.replace("lifecycle:", "");
    return key.startsWith("lifecycle:") && limits.includes(name)
      ? stricter(recorded(key), today.get(key))
      : recorded(key);
  };
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
