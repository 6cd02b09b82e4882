import type { EcsPort } from "./port";

/** Every call of a port, handed on as it is: what another port is made of that does some of them in its own way. */
export function passedOn(port: EcsPort): EcsPort {
  return {
    regionId: port.regionId,
    inTurn: (call, work) => port.inTurn(call, work),
    untilMayLook: () => port.untilMayLook(),
    isHeldBack: () => port.isHeldBack(),
    observe: (ids, pace) => port.observe(ids, pace),
    list: (criteria) => port.list(criteria),
    confirm: (id) => port.confirm(id),
    mayObserve: () => port.mayObserve(),
    accountId: (patience) => port.accountId(patience),
    inspect: (id) => port.inspect(id),
    start: (id) => port.start(id),
    stop: (id, options) => port.stop(id, options),
    createSnapshot: (diskId, options) => port.createSnapshot(diskId, options),
    setDeletionProtection: (id, on) => port.setDeletionProtection(id, on),
    release: (id, options) => port.release(id, options),
    setReleaseTime: (id, at) => port.setReleaseTime(id, at),
    cancelReleaseTime: (id) => port.cancelReleaseTime(id),
  };
}
