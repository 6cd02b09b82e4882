import type { Declaration, Properties, StateResource } from "../evidence";

/** What a program declares as it reaches the provider: a transform has had its say, and `ignoreChanges` keeps what is recorded. */
export function arriving(
  { changed, ignoreChanges = [] }: Declaration,
  args: Properties,
  old: StateResource | undefined,
): Properties {
  const sent = { ...args, ...changed };
  if (old === undefined) return sent;
  const others = Object.entries(sent).filter(([name]) => !ignoreChanges.includes(name));
  const kept = ignoreChanges.flatMap((name) => (name in old.inputs ? [[name, old.inputs[name]] as const] : []));
  return Object.fromEntries([...others, ...kept]);
}

/** For the judge: what acts is what arrives, and what was written beside it where that is something else. */
export function asArrived(program: readonly Declaration[], state: readonly StateResource[]): readonly Declaration[] {
  return program.map((declaration) => {
    if (declaration.changed === undefined && declaration.ignoreChanges === undefined) return declaration;
    const old = state.find(({ name }) => name === declaration.name);
    const args = arriving(declaration, declaration.args, old);
    return { ...declaration, args, written: declaration.args };
  });
}
