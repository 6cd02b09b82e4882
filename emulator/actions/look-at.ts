import type { Call } from "../call";
import type { Gone, Held } from "../held";
import type { Instance } from "../model";
import type { View } from "../view";

/** An instance that may be listed, with its place in the order. */
export interface Listed {
  readonly sequence: number;
  readonly instance: Instance;
  readonly kind: "current" | "old" | "unseen";
  readonly held: Held;
}

/** The instances as this read sees them, in their order. With ids it costs as much as there are ids. */
export function lookAt({ world, view }: Call, ids: readonly string[] | undefined): Listed[] {
  const held = ids === undefined ? [...world.compute.all()] : world.compute.named(ids);
  const listed = held.flatMap((each) => row(each, view.of(each)));
  if (view.isFresh) return listed;
  const gone: Iterable<Gone> =
    ids === undefined ? world.compute.gone() : [...new Set(ids)].flatMap((id) => world.compute.findGone(id) ?? []);
  for (const each of gone) listed.push(...row(each.held, view.ofGone(each)));
  // Pages go by the place in the list, not by that of the ids.
  return listed.sort((left, right) => left.sequence - right.sequence);
}

function row(held: Held, look: ReturnType<View["of"]>): Listed[] {
  return look === undefined ? [] : [{ sequence: held.sequence, instance: look.instance, kind: look.kind, held }];
}

/** Without the new ones that are not listed yet; that they were looked for is remembered. */
export function withoutUnseen<Row extends Listed>({ world }: Call, rows: readonly Row[]): Row[] {
  return rows.filter(({ kind, held }) => {
    if (kind === "unseen") world.compute.missed(held);
    return kind !== "unseen";
  });
}
