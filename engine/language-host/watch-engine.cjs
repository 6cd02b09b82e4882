"use strict";

const net = require("node:net");

const everyMs = 2_000;
const missesAllowed = 2;

function answers(address) {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((resolve) => {
    const socket = net.connect({ host, port: Number(port), timeout: everyMs });
    const settle = (yes) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}

/** Calls `gone` once the engine no longer answers: a CLI that was killed tells its plugins nothing. */
exports.watchEngine = function watchEngine(engine, gone) {
  let misses = 0;
  const look = async () => {
    if (/:\d+$/.test(engine.address)) {
      misses = (await answers(engine.address)) ? 0 : misses + 1;
    }
    if (misses >= missesAllowed) gone();
    else setTimeout(look, everyMs);
  };
  setTimeout(look, everyMs);
};
