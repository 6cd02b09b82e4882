/**
 * What an answer tells of instances, for the ledger: `i-a Running; i-b Stopped` of a Describe, empty when it lists none;
 * `i-a 200; i-b IncorrectInstanceStatus` of a call about several, each with its own end. Null for every other answer.
 */
export function shownBy(action: string, answer: Readonly<Record<string, unknown>>): string | null {
  const ends = listIn(answer["InstanceResponses"], "InstanceResponse");
  if (ends !== undefined) return ends.map(({ InstanceId, Code }) => `${String(InstanceId)} ${String(Code)}`).join("; ");
  if (!action.startsWith("Describe")) return null;
  const list = listIn(answer["Instances"], "Instance") ?? listIn(answer["InstanceStatuses"], "InstanceStatus");
  const one = "InstanceId" in answer && "Status" in answer ? [answer] : undefined;
  const shown = list ?? one;
  if (shown === undefined) return null;
  return shown.map(({ InstanceId, Status }) => `${String(InstanceId)} ${String(Status)}`).join("; ");
}

function listIn(wrapper: unknown, key: string): Record<string, unknown>[] | undefined {
  if (typeof wrapper !== "object" || wrapper === null || !(key in wrapper)) return undefined;
  const list: unknown = (wrapper as Record<string, unknown>)[key];
  return Array.isArray(list) ? list : undefined;
}
