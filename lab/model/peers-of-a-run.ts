import type { DeclaredTime, Peers } from "../../provider/peers";

/** The provider processes of one run, each of which hears what the others have told. */
export class PeersOfARun {
  private readonly told: { readonly by: object; readonly machine: string; readonly releaseTime: DeclaredTime }[] = [];

  join(): Peers {
    const by = {};
    return {
      tell: (machine, releaseTime) => {
        this.told.push({ by, machine, releaseTime });
      },
      heardOf: (machine) => this.told.findLast((one) => one.by !== by && one.machine === machine)?.releaseTime,
    };
  }
}
