// `npm run release:ready -- v0.1.0`: the first step of a release. Says what is still to be done, and ends with 1 if there is anything.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");

/**
 * Pure: what keeps this tag from being released, one line each.
 * @param {{ tag: string, version: string, changelog: string, changesets: string[] }} found
 */
export function missingForRelease({ tag, version, changelog, changesets }) {
  const missing = [];
  if (tag !== `v${version}`) {
    missing.push(`tag: is ${tag || "missing"}, and package.json's version is ${version}; set the tag v${version}`);
  }
  const headings = changelog.split("\n").filter((line) => line.startsWith("## "));
  const heading = headings.find((line) => line.split(" ")[1] === version);
  if (heading === undefined)
    missing.push(`CHANGELOG.md: has no heading \`## ${version}\`; run \`npm run changeset:version\``);
  else if (/unreleased/i.test(heading)) missing.push(`CHANGELOG.md: says \`${heading}\`; write \`## ${version}\``);
  if (changesets.length > 0) {
    missing.push(`.changeset: ${changesets.join(", ")} would not be in ${version}; run \`npm run changeset:version\``);
  }
  return missing;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const read = (file) => readFileSync(join(root, file), "utf8");
  const missing = missingForRelease({
    tag: process.argv[2] ?? "",
    version: JSON.parse(read("package.json")).version,
    changelog: read("CHANGELOG.md"),
    changesets: readdirSync(join(root, ".changeset")).filter((file) => file.endsWith(".md") && file !== "README.md"),
  });
  for (const line of missing) console.error(line);
  if (missing.length > 0) process.exitCode = 1;
  else console.log(`ready for ${process.argv[2]}`);
}
