import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Explored } from "./explore/explore";
import type { Unit } from "./memory/worker";
import { provenance } from "./table";

/** What a long run has found out so far, one unit a line, so that it can go on after an interruption. */
export class Resumable {
  private constructor(
    private readonly file: string,
    private readonly commit: string,
    private readonly found: ReadonlyMap<string, Explored>,
  ) {}

  /** Lines of another commit count for nothing. */
  static open(file: string, root: string): Resumable {
    const { commit } = provenance("", 0, root);
    const found = new Map<string, Explored>();
    if (existsSync(file)) {
      for (const line of readFileSync(file, "utf8").split("\n")) {
        const row = parsed(line);
        if (row?.commit === commit) found.set(keyOf(row.unit), row.explored);
      }
    }
    return new Resumable(file, commit, found);
  }

  readonly known = (unit: Unit): Explored | undefined => this.found.get(keyOf(unit));

  readonly keep = (unit: Unit, explored: Explored): void => {
    appendFileSync(this.file, `${JSON.stringify({ commit: this.commit, unit, explored })}\n`);
  };
}

interface Row {
  readonly commit: string;
  readonly unit: Unit;
  readonly explored: Explored;
}

/** The last line of a run that was killed may be half a line; it is explored again. */
function parsed(line: string): Row | undefined {
  try {
    return JSON.parse(line) as Row;
  } catch {
    return undefined;
  }
}

function keyOf({ exploration, scenario, share, only }: Unit): string {
  return [exploration, scenario, share, only ?? ""].join("\n");
}
