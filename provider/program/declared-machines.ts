import type { Desired } from "../core/model";
import type { DeclaredTime } from "../peers";

interface Announced {
  readonly by: object;
  readonly name: string;
  readonly regionId: unknown;
  readonly accountId: unknown;
  readonly releaseTime: DeclaredTime;
}

/** All machines that one program declares, whatever provider each is given to: a machine is one machine. */
export class DeclaredMachines {
  private readonly announced = new Map<unknown, Announced[]>();

  /**
   * @param by Who looks at it: one for each provider.
   * @param isReadable False where something keeps the declaration from being done: it still says whose the machine is.
   */
  add(
    by: object,
    name: string,
    args: Readonly<Record<string, unknown>>,
    defaultRegionId: string | undefined,
    isReadable = true,
  ): void {
    const { instanceId, regionId = defaultRegionId, expect } = args;
    const accountId =
      typeof expect === "object" && expect !== null && "accountId" in expect ? expect.accountId : undefined;
    const same = this.announced.get(instanceId) ?? [];
    const releaseTime = isReadable ? releaseTimeOf(args) : "unreadable";
    this.announced.set(instanceId, [...same, { by, name, regionId, accountId, releaseTime }]);
  }

  /** The names under which other providers' resources declare it. Two accounts that are expected to differ have two machines. */
  elsewhere(by: object, { instanceId, regionId, expect: { accountId } }: Desired): readonly string[] {
    const same = (this.announced.get(instanceId) ?? []).filter(
      (one) =>
        one.by !== by &&
        one.regionId === regionId &&
        (accountId === undefined || one.accountId === undefined || one.accountId === accountId),
    );
    return same.map(({ name }) => name);
  }

  /** The machines of a region that are declared, but for these; and what is declared of the release time of each. */
  but(own: ReadonlySet<string>, regionId: string): Readonly<Record<string, DeclaredTime>> {
    const others = [...this.announced].flatMap(([id, same]): [string, DeclaredTime][] => {
      const there = same.find((one) => one.regionId === regionId);
      return typeof id === "string" && there !== undefined && !own.has(id) ? [[id, there.releaseTime]] : [];
    });
    return Object.fromEntries(others);
  }
}

function releaseTimeOf({ autoReleaseAt, autoReleaseAfter }: Readonly<Record<string, unknown>>): DeclaredTime {
  if (autoReleaseAfter !== undefined) return "after";
  if (autoReleaseAt === undefined) return "unmanaged";
  return autoReleaseAt === "never" ? "never" : "at";
}
