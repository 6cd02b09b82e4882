import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { Project } from "../rig/project";

/** What each example's README says under "As a template". */

const folder = resolve(__dirname, "../../examples");
const examples = readdirSync(folder).filter((name) => existsSync(join(folder, name, "Pulumi.yaml")));

it.each(examples)("pulumi new examples/%s makes a project of one's own", async (example) => {
  const project = await Project.open({});
  const [template, made] = [join(project.dir, example), join(project.dir, "made")];
  // As it comes from the repository; the engine can't copy the links that an installation makes.
  cpSync(join(folder, example), template, {
    recursive: true,
    filter: (path) => basename(path) !== "node_modules",
  });
  await project.must(["new", template, "--generate-only", "--yes", "--name", "mine", "--dir", made]);
  expect(readdirSync(made).sort()).toEqual(readdirSync(template).sort());
  const settings = readFileSync(join(made, "Pulumi.yaml"), "utf8");
  expect(settings).toMatch(/^name: mine$/m);
  expect(settings).not.toMatch(/^template:/m);
  const { dependencies } = JSON.parse(readFileSync(join(made, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  expect(Object.keys(dependencies)).toContain("pulumi-alicloud-lifecycle");
});
