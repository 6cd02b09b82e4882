import type { Declaration, Operation, Properties, StateResource } from "../evidence";

/** What was declared for an instance when an operation ran, read from the arguments alone: the judge does not ask the provider. */
export interface Declared {
  readonly args: Properties;
  readonly state: unknown;
  readonly isReleased: boolean;
  /** It can't stand as it is, whatever is there: nothing may be asked for it. */
  readonly isWrong: boolean;
  readonly mayForceRelease: boolean;
  readonly mayForceStop: boolean;
  readonly mayLiftProtection: boolean;
  readonly isSaved: boolean;
  readonly onDelete: unknown;
}

function group(args: Properties, name: string): Properties {
  const value = args[name];
  return typeof value === "object" && value !== null ? (value as Properties) : {};
}

/** What stories write by mistake. A name that begins with two underscores is an argument like any other. */
function hasUnknownName(args: Properties): boolean {
  return args["wrong"] !== undefined || args["__wrong"] !== undefined;
}

export function readDeclared(args: Properties): Declared {
  const [release, stop] = [group(args, "release"), group(args, "stop")];
  const isReleased = args["state"] === "released";
  const [at, after] = [args["autoReleaseAt"], args["autoReleaseAfter"]];
  const isTimed = at !== undefined || after !== undefined;
  return {
    args,
    state: args["state"],
    isReleased,
    isWrong: hasUnknownName(args) || (isReleased && isTimed) || (at !== undefined && after !== undefined),
    mayForceRelease: isReleased && release["force"] === true,
    mayForceStop: stop["force"] === true || typeof stop["forceAfter"] === "string",
    mayLiftProtection: isReleased && release["deletionProtection"] === "lift",
    isSaved: isReleased && release["snapshot"] !== undefined && release["snapshot"] !== false,
    onDelete: args["onDelete"] ?? "retain",
  };
}

/** Today's declaration of an id, by what arrives of it. */
export function declarationIn({ declarations }: Operation, id: string): Declaration | undefined {
  return declarations.find(({ args }) => args["instanceId"] === id);
}

/** Whether something else arrives than was written, which may be refused for that. What is kept as it was recorded may not. */
export function isChangedOnTheWay({ args, written, changed }: Declaration): boolean {
  if (changed !== undefined) return true;
  if (written === undefined) return false;
  const isOther = (name: string) => written[name] !== args[name];
  return isOther("instanceId") || (isOther("state") && args["state"] === "released");
}

/** Today's declaration of an id; undefined when the program does not declare it, or it is no `up`. */
export function declaredIn(operation: Operation, id: string): Declared | undefined {
  const found = declarationIn(operation, id);
  return found === undefined ? undefined : readDeclared(found.args);
}

/** What was recorded before of a resource. Under a new name the old one may still stand beside it, with the same id. */
export function recordBefore(operation: Operation, { id, name, outputs }: StateResource): StateResource | undefined {
  const same = operation.stateBefore.filter((one) => one.id === id);
  return same.find((one) => one.outputs === outputs) ?? same.find((one) => one.name === name) ?? same[0];
}

/** What the state says was declared for it at last. */
export function recordedIn(operation: Operation, id: string): Declared | undefined {
  const found = operation.stateBefore.find((resource) => resource.id === id);
  return found === undefined ? undefined : readDeclared(found.outputs);
}
