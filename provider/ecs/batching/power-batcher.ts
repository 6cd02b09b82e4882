import { EcsError } from "../errors";
import {
  type EcsPort,
  instancesPerCall,
  type Outcomes,
  type PowerBatch,
  type Precondition,
  type Receipt,
} from "../port";
import { judgeBatchError } from "./batch-errors";
import { Batcher } from "./batcher";
import { delegate } from "./delegate";

/** Resources that the engine begins together come up to 80 ms apart, because it saves its state between them. */
const idleMs = 100;
const maxMs = 2_000;
/** Preconditions that took longer than this are checked again: the first of them may rest on a look that has grown old. */
const longestCheckMs = 4_000;
/** So often; then each goes by itself. */
const mostChecks = 3;

/** What became of one of them. The reconciler is not to be done with what was not sent. */
type Result = { readonly receipt: Receipt | undefined };

interface Change<Options> {
  readonly instanceId: string;
  readonly options: Options;
  readonly precondition: Precondition;
}

/** One kind of power call. */
interface PowerCall<Options> {
  /** The name of the call about many, which has a call limit of its own. */
  readonly together: string;
  readonly send: (instanceIds: readonly string[], options: Options) => Promise<Outcomes>;
  readonly single: (change: Change<Options>) => Promise<Receipt | undefined>;
}

/**
 * The same port, but stops and starts that come at about the same time go out as StopInstances and StartInstances. Each
 * checks its own precondition right before, and gets its own answer. Releases stay single calls: there is no way back, and
 * DeleteInstances has one answer for all.
 */
export function powerBatcher(port: EcsPort, batch: PowerBatch): EcsPort {
  const starts = batcherOf<undefined>(port, {
    together: "StartInstances",
    send: (ids) => batch.startTogether(ids),
    single: ({ instanceId, precondition }) => port.start(instanceId, precondition),
  });
  const stops = batcherOf<Parameters<PowerBatch["stopTogether"]>[1]>(port, {
    together: "StopInstances",
    send: (ids, options) => batch.stopTogether(ids, options),
    single: ({ instanceId, options, precondition }) =>
      port.stop(instanceId, { ...options, hibernate: false }, precondition),
  });
  return delegate(port, {
    start: async (instanceId, precondition) =>
      (await starts.add({ instanceId, options: undefined, precondition })).receipt,
    stop: async (instanceId, options, precondition) => {
      // StopInstances has no Hibernate.
      if (options.hibernate) return await port.stop(instanceId, options, precondition);
      const { mode, force } = options;
      return (await stops.add({ instanceId, options: { mode, force }, precondition })).receipt;
    },
  });
}

function batcherOf<Options>(port: EcsPort, call: PowerCall<Options>): Batcher<Change<Options>, Result> {
  /** Until the call about many turns out to be none that this identity may make here. */
  let isOffered = true;

  const singly = async (change: Change<Options>): Promise<Result> => ({ receipt: await call.single(change) });

  const together = async (changes: readonly Change<Options>[]): Promise<readonly (Result | Error | "singly")[]> => {
    const ready = await checked(changes);
    if (ready === undefined) return changes.map(() => "singly");
    const ids = [...new Set(changes.filter((_, index) => ready[index] === true).map(({ instanceId }) => instanceId))];
    const [first] = changes;
    if (ids.length === 0 || first === undefined) return ready.map((one) => (one instanceof Error ? one : notSent));
    const outcomeOf = await call.send(ids, first.options);
    return changes.map(({ instanceId }, index) => {
      const one = ready[index];
      if (one instanceof Error) return one;
      if (one !== true) return notSent;
      const outcome = outcomeOf(instanceId);
      if (!(outcome instanceof EcsError)) return { receipt: outcome };
      // The right may have been given for the single call only.
      return outcome.errorClass === "auth" ? "singly" : outcome;
    });
  };

  const execute = async (changes: readonly Change<Options>[]) => {
    if (!isOffered || changes.length === 1) return changes.map(singly);
    let results: readonly (Result | Error | "singly")[] | undefined;
    try {
      await port.inTurn(call.together, async () => {
        results = await together(changes);
        const limited = results.find((one) => one instanceof EcsError && one.errorClass === "throttled");
        // The queue of this call learns of the limit; each of the others has its own result.
        if (limited instanceof Error) throw limited;
      });
    } catch (error) {
      if (results === undefined) {
        const remedy = judgeBatchError(error);
        if (remedy === "each") throw error;
        if (remedy === "never") isOffered = false;
      }
    }
    return changes.map((change, index) => {
      const result = results?.[index] ?? "singly";
      return result === "singly" ? singly(change) : result;
    });
  };

  return new Batcher({
    idleMs,
    maxMs,
    maxItems: instancesPerCall,
    keyOf: ({ options }) => JSON.stringify(options) ?? "",
    untilOpen: () => port.untilOpen(call.together),
    execute,
  });
}

const notSent: Result = { receipt: undefined };

/** Whether each may still be sent, or why that can't be told. Undefined where that takes too long each time. */
async function checked(changes: readonly { readonly precondition: Precondition }[]) {
  for (let check = 1; check <= mostChecks; check += 1) {
    const begunMs = Date.now();
    const ready = await Promise.all(changes.map(({ precondition }) => precondition().catch(asError)));
    if (Date.now() - begunMs <= longestCheckMs) return ready;
  }
  return undefined;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
