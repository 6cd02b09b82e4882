import {
  defaultCredential,
  execute,
  type Execution,
  type FaultThen,
  World,
  type WorldFile,
  type WorldSnapshot,
} from "../../emulator/index";
import type { Answer, Door } from "../../provider/ecs/door";
import { classify, EcsError } from "../../provider/ecs/errors";
import { batchingClient } from "../../provider/ecs/batching/batching-client";
import { PopClient } from "../../provider/ecs/pop-client";
import type { EcsPort } from "../../provider/ecs/port";
import type { World as WorldFacts } from "../evidence";
import type { Cloud, Sent } from "./cloud";
import { factsOf } from "./facts";
import type { Fault } from "./fault";
import type { VirtualTime } from "./virtual-time";

type Params = Readonly<Record<string, string | boolean | number>>;

/** Never answers and never ends: what a dead process would have waited for. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** The emulator's core without sockets, in virtual time, behind the provider's own client. */
export class MemoryCloud implements Cloud {
  readonly world: World;
  readonly sent: Sent[] = [];
  /** What goes wrong at a call. */
  private faultAt: (call: number) => Fault | undefined = () => undefined;
  onCrash: () => void = () => undefined;
  onDoomed: () => void = () => undefined;
  reached = 0;

  constructor(
    file: WorldFile,
    private readonly time: VirtualTime,
  ) {
    this.world = new World({ ...file, now: new Date(time.worldMs).toISOString() }, { clock: "virtual" });
    time.onAdvance = (ms) => this.world.clock.advance(ms);
  }

  restore(snapshot: WorldSnapshot): void {
    this.world.restore(snapshot);
    this.time.onAdvance = (ms) => this.world.clock.advance(ms);
  }

  begin(faultAt: (call: number) => Fault | undefined): void {
    this.sent.length = 0;
    this.reached = 0;
    this.faultAt = faultAt;
  }

  port(regionId: string, isAlive: () => boolean): EcsPort {
    const door = (version: string): Door => ({
      call: (action, params) => this.call(action, params, version, isAlive),
    });
    const nowMs = () => Date.now();
    return batchingClient(new PopClient(regionId, door("2014-05-26"), door("2015-04-01"), nowMs));
  }

  facts(): WorldFacts {
    return factsOf(this.world);
  }

  /** As the vendor's client with its one repetition of what was refused for the clock, before it ran. */
  private async call(action: string, params: Params, version: string, isAlive: () => boolean): Promise<Answer> {
    try {
      return await this.send(action, params, version, isAlive);
    } catch (error) {
      if (!(error instanceof EcsError) || error.errorClass !== "clock") throw error;
      return await this.send(action, params, version, isAlive);
    }
  }

  private async send(action: string, params: Params, version: string, isAlive: () => boolean): Promise<Answer> {
    if (!isAlive()) return await never();
    const index = this.sent.length;
    this.sent.push({ index, action });
    const fault = this.faultAt(index);
    if (fault !== undefined) this.reached += 1;
    // The vendor's client draws a nonce for each request: so chance goes on as it does with sockets.
    Math.random();
    // A request takes a moment, in which others can be sent.
    await Promise.resolve();
    if (fault?.kind === "crash" && (fault.point === "before-send" || fault.point === "sent-not-executed")) {
      this.onCrash();
      return await never();
    }
    const execution = this.execute(action, params, version, fault);
    if (fault?.kind === "crash") {
      if (fault.point === "executed-not-answered") {
        this.onCrash();
        return await never();
      }
      if (fault.point === "answered-not-returned") queueMicrotask(() => queueMicrotask(() => this.onCrash()));
      else this.onDoomed();
    }
    if (isWaitedFor(execution, fault)) await this.time.sleep(timeoutMs);
    return toAnswer(action, execution, fault, Math.floor(this.world.now() / 1_000) * 1_000);
  }

  private execute(action: string, params: Params, version: string, fault: Fault | undefined): Execution {
    const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
    const request = { action, version, params: texts, credential: defaultCredential };
    // Where nothing is planned, what the world itself was told to let go wrong does.
    const given: FaultThen | undefined = fault?.kind === "emulated" ? fault.then : undefined;
    if (fault?.kind === "unreadable") {
      return execute(this.world, request, { wire: fault.executed ? "reset-after" : "reset-before" });
    }
    const execution = execute(this.world, request, given);
    if (fault?.kind !== "duplicate") return execution;
    return execute(this.world, request, { code: "SignatureNonceUsed" });
  }
}

/** As the door's default. */
const timeoutMs = 10_000;

/** Nothing says that no answer will come, so the caller waits for it as long as it can. */
function isWaitedFor({ wire }: Execution, fault: Fault | undefined): boolean {
  return wire === "hang" || (fault?.kind === "unreadable" && fault.label === "wire drip, too slow to end");
}

/** What the vendor's client would have made of it. */
export function toAnswer(action: string, execution: Execution, fault: Fault | undefined, serverTimeMs: number): Answer {
  const { wire, body, code, status, requestId, retryAfter } = execution;
  // An error is known by its Code; only an answer that says that all is well has to prove whose it is.
  const isKnown = wire === undefined || (wire === "no-request-id" && code !== undefined);
  if (!isKnown || fault?.kind === "unreadable") {
    throw new EcsError(action, "NoAnswer", "unknownOutcome", "no answer", undefined, undefined, undefined);
  }
  if (code !== undefined) {
    const message = typeof body["Message"] === "string" ? body["Message"].replace(/[.;]$/, "") : "";
    const rule = classify(code, status, message);
    const retryAfterMs = retryAfter === undefined ? undefined : Number(retryAfter) * 1_000;
    throw new EcsError(
      action,
      code,
      rule.class,
      message,
      rule.advice,
      wire === undefined ? requestId : undefined,
      retryAfterMs,
    );
  }
  return { body, requestId, serverTimeMs };
}
