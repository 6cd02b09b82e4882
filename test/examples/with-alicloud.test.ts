import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installDependencies } from "../../engine/install-dependencies.mjs";
import { root } from "./read";
import { faultsOf } from "./type-check";

/** Examples with packages of their own, the vendor's provider among them: big, so they are installed here only. */

const installMs = 5 * 60_000;

describe.each(["with-alicloud-instance", "peak-capacity"])("examples/%s", (name) => {
  const folder = join("examples", name);

  it("type-checks with the real @pulumi/alicloud", { timeout: installMs }, async () => {
    await installDependencies(join(root, folder));
    expect(faultsOf(join(folder, "tsconfig.json"))).toBe("");
  });
});
