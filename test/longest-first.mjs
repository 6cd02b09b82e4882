import { BaseSequencer } from "vitest/node";

/** What takes longest by its file: these begin first, so that nobody waits for one of them at the end. */
const slow = ["engine", "stories", "host", "package", "sdk-models", "examples", "lab", "cli", "page", "clients"];

function rank({ moduleId }) {
  const folder = slow.findIndex((name) => moduleId.replaceAll("\\", "/").includes(`/test/${name}/`));
  return folder < 0 ? slow.length : folder;
}

/** By folder, and in a folder as Vitest does it: what failed, what took long, what is long. */
export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}
