import type { Group, Said } from "../core/groups";
import { groupsOf, namesOf } from "../core/groups";
import type { Engine, Severity } from "../engine-client";

const isRelease = (text: string) => text.includes("DeleteInstance");

/**
 * What is said of a fleet's members, gathered: what differs by the machine alone is said once, with those that it is said of.
 * A release is always said by itself.
 */
export class FleetVoice {
  private readonly said: { readonly severity: Severity; readonly one: Said }[] = [];
  private readonly names = new Map<string, string>();

  constructor(
    private readonly engine: Engine,
    private readonly urn: string | undefined,
    private readonly showsAll: boolean,
  ) {}

  /** The engine, as one member's methods speak to it. */
  of(instanceId: string, name: string): Engine {
    this.names.set(instanceId, name);
    return new MemberVoice(this.engine, this, instanceId, name);
  }

  hear(severity: Severity, one: Said): void {
    // What can't be undone is said when it happens.
    if (severity === "info" && one.text.startsWith("DeleteInstance ")) this.engine.say(severity, one.text, this.urn);
    else this.said.push({ severity, one });
  }

  nameOf(instanceId: string): string {
    return this.names.get(instanceId) ?? "";
  }

  progress(text: string): void {
    this.engine.progress(text, this.urn);
  }

  /** What was said, warnings last. */
  tellAll(): void {
    for (const severity of ["debug", "info", "warning"] as const) {
      const all = this.said.filter((entry) => entry.severity === severity && !isPlan(entry.one));
      for (const group of groupsOf(all.map(({ one }) => one))) {
        this.engine.say(severity, this.oneOrAll(group, `${group.members.length} × `), this.urn);
      }
    }
  }

  /** The plan of a preview: so many of each change, then each with its calls. */
  tellPlan(all: number, leaving: number, refused: readonly Said[]): void {
    const plans = this.said.flatMap(({ one }) => (isPlan(one) ? [one] : []));
    const released = plans.filter(({ text }) => isRelease(text));
    const groups = groupsOf(plans.filter(({ text }) => !isRelease(text)));
    const refusedIds = new Set(refused.map(({ instanceId }) => instanceId));
    const changes = [
      ...(released.length === 0 ? [] : [`${released.length} released for ever`]),
      ...groups.map(({ text, members }) => `${members.length} × ${text.split("\n")[0]}`),
      ...(leaving === 0 ? [] : [`${leaving} taken out`]),
      ...(refusedIds.size === 0 ? [] : [`${refusedIds.size} refused`]),
    ];
    if (changes.length > 0) this.engine.say("info", `${all} instances: ${changes.join(", ")}`, this.urn);
    for (const group of groups) this.engine.say("info", this.oneOrAll(group, `${group.members.length} × `), this.urn);
    for (const { text } of released) this.engine.say("info", text, this.urn);
    for (const text of this.refusalsOf(refused)) this.engine.say("warning", `refused: ${text}`, this.urn);
  }

  /** Reasons, each with those that it is about. */
  refusalsOf(refused: readonly Said[]): readonly string[] {
    return groupsOf(refused).map((group) => this.oneOrAll(group, `${group.members.length} instances: `));
  }

  /** What is said of one alone is said as it is; what is said of several, once, with their names. */
  private oneOrAll({ text, members }: Group, count: string): string {
    const [only] = members;
    if (members.length === 1 && only !== undefined) return only.text;
    return [`${count}${text}`, ...namesOf(members, this.showsAll).map((row) => `  ${row}`)].join("\n");
  }
}

/** One of ten thousand, so it holds no more than whose it is. */
class MemberVoice implements Engine {
  constructor(
    private readonly engine: Engine,
    private readonly fleet: FleetVoice,
    private readonly instanceId: string,
    private readonly name: string,
  ) {}

  say(severity: Severity, text: string): void {
    const { instanceId, name } = this;
    this.fleet.hear(severity, { instanceId, name, text });
  }

  progress(): void {
    // Of hundreds that wait, how many are done is said, and not each.
  }

  heard(): Promise<void> {
    return this.engine.heard();
  }

  isThere(): Promise<boolean> {
    return this.engine.isThere();
  }
}

function isPlan({ text }: Said): boolean {
  return /^\S.*\n {2}1\. /.test(text);
}
