import type { Desired } from "../core/model";

interface Announced {
  readonly by: object;
  readonly name: string;
  readonly regionId: unknown;
  readonly accountId: unknown;
}

/** All machines that one program declares, whatever provider each is given to: a machine is one machine. */
export class DeclaredMachines {
  private readonly announced = new Map<unknown, Announced[]>();

  /** @param by Who looks at it: one for each provider. */
  add(by: object, name: string, args: Readonly<Record<string, unknown>>, defaultRegionId: string | undefined): void {
    const { instanceId, regionId = defaultRegionId, expect } = args;
    const accountId =
      typeof expect === "object" && expect !== null && "accountId" in expect ? expect.accountId : undefined;
    const same = this.announced.get(instanceId) ?? [];
    this.announced.set(instanceId, [...same, { by, name, regionId, accountId }]);
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
}
