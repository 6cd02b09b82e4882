import { Convoys } from "./convoys";
import { passedOn } from "./passed-on";
import type { EcsPort, PowerBatch, StopOptions } from "./port";

/**
 * The same port, but stops and starts that want their turn at about the same time take one together and go out as
 * StopInstances and StartInstances. Each makes its own look and asks its own permission first, and gets its own answer.
 * Releases stay single calls: there is no way back, and DeleteInstances has one answer for all.
 */
export function batchedWrites(port: EcsPort, batch: PowerBatch): EcsPort {
  const starts = new Convoys<undefined>(port, {
    single: "StartInstance",
    together: "StartInstances",
    send: (ids) => batch.startTogether(ids),
    turn: (write) => ({
      start: (id) => write(id, undefined, () => port.start(id)),
      stop: (id, options) => port.stop(id, options),
    }),
    mayShare: () => true,
  });
  const stops = new Convoys<StopOptions>(port, {
    single: "StopInstance",
    together: "StopInstances",
    send: (ids, options) => batch.stopTogether(ids, options),
    turn: (write) => ({
      start: (id) => port.start(id),
      stop: (id, options) => write(id, options, () => port.stop(id, options)),
    }),
    // StopInstances has no Hibernate.
    mayShare: ({ hibernate }) => !hibernate,
  });
  return {
    ...passedOn(port),
    inTurn: (call, work) => {
      if (call === "StartInstance") return starts.inTurn(work);
      return call === "StopInstance" ? stops.inTurn(work) : port.inTurn(call, work);
    },
  };
}
