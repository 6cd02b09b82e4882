import { releaseTimeArgument } from "../core/fixed-release-time";
import type { Desired, Write } from "../core/model";
import type { Settings } from "../ecs/config";
import { plainError } from "../plain-error";
import type { RunInfo } from "../run-info";

/** The writes of one run that a limit counts, by the machines that they were for. */
export class RunLimits {
  private readonly counts = new Map<LimitKey, Set<string>>();

  /**
   * The second line of defence, and the only one where no program counts: what is taken out, and a destroy.
   * Throws when the run has used its limit up. `run`: what the program has said of the machine.
   */
  count(step: Write, desired: Desired, machine: string, run: RunInfo | undefined, settings: Settings): void {
    const counted = limitFor(step);
    if (counted === undefined) return;
    const { key, byDefault } = counted;
    const limit = run?.[key] ?? fixedLimit(settings(`lifecycle:${key}`), byDefault);
    const machines = this.counts.get(key) ?? new Set();
    this.counts.set(key, machines);
    if (!machines.has(machine) && machines.size >= limit) {
      // What no program has spoken of is taken out.
      const argument = run === undefined ? "onDelete" : counted.argument(desired);
      throw plainError(
        `${argument}: lifecycle:${key} is ${limit} and this run has used it up; nothing is called for ${desired.instanceId}, run \`pulumi up\` again for the rest`,
      );
    }
    machines.add(machine);
  }
}

type LimitKey = "maxReleases" | "maxReleaseTimes" | "maxStops";

interface CountedWrite {
  readonly key: LimitKey;
  /** The argument that asks for it. */
  readonly argument: (desired: Desired) => string;
  readonly byDefault: number;
}

function limitFor(step: Write): CountedWrite | undefined {
  switch (step.kind) {
    case "release":
    case "liftProtection":
      return { key: "maxReleases", argument: () => "state", byDefault: 1 };
    case "stop":
      return { key: "maxStops", argument: () => "state", byDefault: Number.POSITIVE_INFINITY };
    case "setReleaseTime":
      return { key: "maxReleaseTimes", argument: releaseTimeArgument, byDefault: 10 };
    default:
      return undefined;
  }
}

/** Where no program has resolved the limit. A percentage of what nobody counted lets one through; a wrong one none. */
function fixedLimit(setting: string | undefined, byDefault: number): number {
  if (setting === undefined) return byDefault;
  if (setting.trim().endsWith("%")) return 1;
  return /^\d+$/.test(setting.trim()) ? Number(setting) : 0;
}
