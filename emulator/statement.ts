/** What a key or a role may or may not do: a RAM action (`ecs:DeleteInstance`, `ecs:Describe*`, `*`), or one limited to some things. */
export type Statement =
  | string
  | {
      action: string;
      /** Only on these instances. */
      instances?: string[];
      /** Only on what carries all of these tags. */
      tags?: Record<string, string>;
    };

/**
 * What a call is about: one thing; `all` there are (a list, a new thing: what RAM writes as `*`); or `some` that aren't
 * looked at again (the same call was judged before).
 */
export type Resource =
  | { readonly instanceId?: string; readonly tags: readonly { TagKey: string; TagValue: string }[] }
  | "all"
  | "some";

/** Whether an allowing statement lets this be done there: one that is limited to some things says nothing of all. */
export function allows(statement: Statement, ramAction: string, resource: Resource): boolean {
  if (!names(statement, ramAction)) return false;
  return !isLimited(statement) || resource === "some" || (resource !== "all" && covers(statement, resource));
}

/** Whether a denying statement forbids it there: one that is limited doesn't forbid a list. */
export function forbids(statement: Statement, ramAction: string, resource: Resource): boolean {
  if (!names(statement, ramAction)) return false;
  return !isLimited(statement) || (typeof resource === "object" && covers(statement, resource));
}

type Limited = Exclude<Statement, string>;

function names(statement: Statement, ramAction: string): boolean {
  const pattern = typeof statement === "string" ? statement : statement.action;
  return pattern.endsWith("*") ? ramAction.startsWith(pattern.slice(0, -1)) : ramAction === pattern;
}

function isLimited(statement: Statement): statement is Limited {
  return typeof statement === "object" && (statement.instances !== undefined || statement.tags !== undefined);
}

function covers({ instances, tags }: Limited, resource: Exclude<Resource, string>): boolean {
  if (instances !== undefined && (resource.instanceId === undefined || !instances.includes(resource.instanceId))) {
    return false;
  }
  return Object.entries(tags ?? {}).every(([key, value]) =>
    resource.tags.some((tag) => tag.TagKey === key && tag.TagValue === value),
  );
}
