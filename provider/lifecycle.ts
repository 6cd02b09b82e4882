import type { Properties } from "./core/outputs";
import { create, update } from "./methods/apply";
import type { CheckAnswer } from "./methods/check";
import { check } from "./methods/check";
import type { DiffAnswer } from "./methods/diff";
import { diff } from "./methods/diff";
import { Fleet } from "./methods/fleet";
import type { ReadAnswer } from "./methods/read";
import { read } from "./methods/read";
import { remove } from "./methods/remove";
import type { Outside } from "./methods/session";
import { Session } from "./methods/session";

/** Pulumi's methods ↔ our words. One object per provider process, so that its resources know of each other. */
export class Lifecycle {
  private readonly session: Session;
  /** The same methods for the resource that holds a fleet's members. */
  readonly fleet: Fleet;

  constructor(private readonly outside: Outside) {
    this.session = new Session(outside, outside.engine);
    this.fleet = new Fleet(this.session);
  }

  check(olds: Properties, news: Properties): CheckAnswer {
    return check(this.session, olds, news);
  }

  diff(olds: Properties, news: Properties): DiffAnswer {
    return diff(this.session, olds, news);
  }

  create(inputs: Properties): Promise<{ id: string; outs: Record<string, unknown> }> {
    return this.spoken(create(this.session, inputs));
  }

  update(olds: Properties, news: Properties): Promise<{ outs: Record<string, unknown> }> {
    return this.spoken(update(this.session, olds, news));
  }

  read(id: string, props: Properties): Promise<ReadAnswer> {
    return this.spoken(read(this.session, id, props));
  }

  delete(id: string, props: Properties): Promise<void> {
    return this.spoken(remove(this.session, id, props));
  }

  /** The engine may end right after our last answer, and with it everything that it has not heard by then. */
  spoken<T>(work: Promise<T>): Promise<T> {
    return work.finally(() => this.outside.engine.heard());
  }
}

export { InitFailed } from "./methods/apply";
export type { Outside } from "./methods/session";
