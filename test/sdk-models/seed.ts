/** Where this run's chance comes from: EMULATOR_SEED repeats a run, and every failure names the seed it came from. */
export const seed =
  process.env["EMULATOR_SEED"] === undefined ? Date.now() % 2 ** 31 : Number(process.env["EMULATOR_SEED"]);
