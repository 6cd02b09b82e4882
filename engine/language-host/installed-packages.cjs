"use strict";

const fs = require("node:fs");
const path = require("node:path");

function readManifest(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}

function nearest(name, from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "node_modules", name);
    const manifest = readManifest(candidate);
    if (manifest) return { manifest, folder: fs.realpathSync(candidate) };
    if (folder === path.dirname(folder)) return undefined;
  }
}

function ownPackage(programDirectory) {
  for (let folder = programDirectory; ; folder = path.dirname(folder)) {
    const manifest = readManifest(folder);
    if (manifest) return { manifest, folder };
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The packages that a program depends on, found as Node finds them; `depth` 1 stops at the direct ones. */
exports.installedPackages = function installedPackages(programDirectory, depth = Infinity) {
  const own = ownPackage(programDirectory);
  if (!own) return [];
  const found = new Map();
  let layer = [{ ...own, names: { ...own.manifest.devDependencies, ...own.manifest.dependencies } }];
  for (let level = 0; level < depth && layer.length > 0; level++) {
    const next = [];
    for (const { names, folder } of layer) {
      for (const name of Object.keys(names)) {
        const dependency = nearest(name, folder);
        if (!dependency || found.has(dependency.folder)) continue;
        found.set(dependency.folder, dependency.manifest);
        next.push({ ...dependency, names: { ...dependency.manifest.dependencies } });
      }
    }
    layer = next;
  }
  return [...found.values()];
};
