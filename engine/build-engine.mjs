import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addLanguageHost } from "./add-language-host.mjs";
import { cachedEngineFolder, markWhole } from "./cached-engine.mjs";
import { makeAside } from "./make-aside.mjs";
import { probe } from "./probe.mjs";
import { runCommand } from "./run-command.mjs";
import { engineVersion, lowestGoVersion } from "./versions.mjs";

const module = join(dirname(fileURLToPath(import.meta.url)), "cli");
const commandPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Another Go version may have to be fetched first, where Go is allowed to. */
const goVersionTimeoutMs = 180_000;
const firstModuleTimeoutMs = 120_000;
/** The longest silent part is the link at the end. */
const silenceMs = 600_000;

/** @param {string[]} args @param {import("./run-command.mjs").CommandOptions} options */
async function go(args, options) {
  try {
    return await runCommand("go", args, options);
  } catch {
    throw new Error("no `go` on PATH");
  }
}

/**
 * Builds the CLI from Pulumi's published Go modules; their checksums are in cli/go.sum. Throws where that does not succeed.
 * @param {string} cache
 * @param {{ env: NodeJS.ProcessEnv, log: string, detail: (text: string) => void }} context
 */
export async function buildEngine(cache, { env, log, detail }) {
  const goEnv = { ...env, GOWORK: "off", CGO_ENABLED: "0", GOFLAGS: "" };
  const options = { cwd: module, env: goEnv, log };

  // Run beside go.mod, Go itself says whether it is new enough.
  const version = await go(["version"], { ...options, timeoutMs: goVersionTimeoutMs });
  if (!version.ok) throw new Error(`Go ${lowestGoVersion} or newer is needed (${version.why})`);

  detail("done once, takes some minutes");
  const first = await go(["mod", "download", "github.com/pulumi/pulumi/pkg/v3"], {
    ...options,
    timeoutMs: firstModuleTimeoutMs,
  });
  if (!first.ok) throw new Error(`the Go modules cannot be downloaded (${first.why})`);

  await makeAside(cache, cachedEngineFolder(cache), async (aside) => {
    const made = join(aside, "made");
    const bin = join(made, "bin");
    mkdirSync(bin, { recursive: true });

    let modules = 0;
    let packages = 0;
    let heardAt = Date.now();
    const building = go(
      [
        "build",
        "-v",
        "-mod=readonly",
        "-buildvcs=false",
        "-trimpath",
        "-ldflags",
        `-s -w -X ${versionVariable}=${engineVersion}`,
        "-o",
        join(bin, "pulumi"),
        commandPackage,
      ],
      {
        ...options,
        onLine: (line) => {
          heardAt = Date.now();
          if (line.startsWith("go: downloading")) detail(`${++modules} modules downloaded`);
          else detail(`${++packages} packages compiled`);
        },
        giveUp: () =>
          Date.now() - heardAt > silenceMs ? `nothing happened for ${silenceMs / 60_000} minutes` : undefined,
      },
    );
    // Both at once: npm's few seconds are hidden behind Go's minutes.
    const [build, host] = await Promise.allSettled([building, addLanguageHost(cache, made, { env, log })]);
    if (build.status === "rejected") throw build.reason;
    if (!build.value.ok) throw new Error(`\`go build\` failed (${build.value.why})`);
    if (host.status === "rejected") throw host.reason;

    const answer = await probe(join(bin, "pulumi"), join(bin, "pulumi-language-nodejs"), {
      ...env,
      PULUMI_HOME: aside,
      PULUMI_SKIP_UPDATE_CHECK: "1",
    });
    if ("why" in answer) throw new Error(`what was built does not work: ${answer.why}`);
    markWhole(made, "built");
    return made;
  });
}
