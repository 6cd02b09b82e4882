"use strict";

const { createRequire } = require("node:module");
const path = require("node:path");

/** The program's own copy of a module of the SDK, never the one beside this host: the versions may differ. */
exports.sdkModule = function sdkModule(name, directory) {
  try {
    return createRequire(path.join(directory, "from-here.js")).resolve(name);
  } catch {
    throw new Error(`@pulumi/pulumi is not installed for ${directory}. Run \`npm install\` there.`);
  }
};
