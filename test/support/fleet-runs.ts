import type { fleetStage, Properties } from "./fleet-stage";

type Stage = ReturnType<typeof fleetStage>;

/** As the engine has recorded it. */
type Recorded = { readonly inputs: Properties; readonly outs: Properties };

/** As the engine goes about it: check, then create or diff and update. Returns what is recorded. */
export async function up(stage: Stage, news: Properties, before?: Recorded) {
  const { inputs, failures } = await stage.fleet.check(before?.inputs ?? {}, news);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  if (before === undefined) return { inputs, outs: (await stage.fleet.create(inputs)).outs };
  const { changes } = stage.fleet.diff(before.outs, inputs);
  return { inputs, outs: changes ? (await stage.fleet.update(before.outs, inputs)).outs : before.outs };
}

/** What went wrong, and what is recorded all the same. */
export async function failedUp(stage: Stage, news: Properties, before?: Recorded) {
  const { inputs } = await stage.fleet.check(before?.inputs ?? {}, news);
  const work = before === undefined ? stage.fleet.create(inputs) : stage.fleet.update(before.outs, inputs);
  const error: unknown = await work.catch((reason: unknown) => reason);
  return { inputs, error };
}

/** What is recorded of each, with what it has in common with others. */
export const membersOf = ({ members, alike }: Properties): Readonly<Record<string, Properties>> =>
  Object.fromEntries(
    Object.entries(members as Readonly<Record<string, Properties>>).map(([id, { like, ...own }]) => [
      id,
      { ...(alike as readonly Properties[])[Number(like)], ...own },
    ]),
  );
export const statuses = (outs: Properties) =>
  Object.fromEntries(Object.entries(membersOf(outs)).map(([id, { status }]) => [id, status]));
