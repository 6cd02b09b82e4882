"use strict";

/**
 * Required before anything else by the programs and hosts that tests start: what the SDK loads in every process and hardly
 * any uses (a compiler, an installer of packages) is loaded when it is first used. A third of the processor's time of a run
 * of the engine goes with that. `npm start`, the examples and the installed package are run without.
 */
const Module = require("node:module");

const seldomUsed = ["typescript", "@npmcli/arborist"];
const { _load: load } = Module;

Module._load = function loadLate(request, parent, isMain) {
  const now = () => load.call(this, request, parent, isMain);
  return seldomUsed.includes(request) ? standInFor(now) : now();
};

function standInFor(loadNow) {
  let loaded;
  const whole = () => (loaded ??= loadNow());
  return new Proxy(class {}, {
    // Asked of each module when it is required: by itself no use of it.
    get: (_, name) => (name === "__esModule" ? true : whole()[name]),
    has: (_, name) => name in whole(),
    construct: (_, args) => Reflect.construct(whole(), args),
  });
}
