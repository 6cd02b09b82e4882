import type { EcsPort } from "../port";

/** The same port, but some of its calls are made in another way. */
export function delegate(port: EcsPort, overrides: Partial<EcsPort>): EcsPort {
  return {
    regionId: port.regionId,
    inTurn: (call, work) => port.inTurn(call, work),
    untilOpen: (call) => port.untilOpen(call),
    isHeldBack: () => port.isHeldBack(),
    observe: (ids) => port.observe(ids),
    list: (criteria) => port.list(criteria),
    confirm: (id) => port.confirm(id),
    mayObserve: () => port.mayObserve(),
    accountId: (patience) => port.accountId(patience),
    inspect: (id) => port.inspect(id),
    start: (id, precondition) => port.start(id, precondition),
    stop: (id, options, precondition) => port.stop(id, options, precondition),
    createSnapshot: (diskId, options) => port.createSnapshot(diskId, options),
    setDeletionProtection: (id, on) => port.setDeletionProtection(id, on),
    release: (id, options) => port.release(id, options),
    setReleaseTime: (id, at) => port.setReleaseTime(id, at),
    cancelReleaseTime: (id) => port.cancelReleaseTime(id),
    ...overrides,
  };
}
