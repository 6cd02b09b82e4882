// `npm run api`: writes what each entry of the package declares into etc/, so that a change of it is seen in a review.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const root = join(import.meta.dirname, "..");

/** Each entry of `exports` that has declarations, and the name of its report. */
export const entries = {
  ".": { declarations: "dist/provider/index.d.ts", report: "index.api.md" },
  "./provider": { declarations: "dist/provider/provider.d.ts", report: "provider.api.md" },
  "./emulator": { declarations: "dist/emulator/index.d.ts", report: "emulator.api.md" },
};

/**
 * The reports that differ from what the built declarations say; with `write` they are written.
 * @param {{ write: boolean, folder?: string }} options `folder`: where the reports lie, etc/ by default
 */
export function differingReports({ write, folder = join(root, "etc") }) {
  const temporary = mkdtempSync(join(tmpdir(), "lifecycle-api-"));
  try {
    return Object.values(entries).flatMap(({ declarations, report }) =>
      differs(declarations, report, { write, folder, temporary }) ? [report] : [],
    );
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function differs(declarations, report, { write, folder, temporary }) {
  const silent = { default: { logLevel: "none" } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, declarations),
      compiler: { tsconfigFilePath: join(root, "tsconfig.json") },
      // What `./provider` takes and gives has no exported name, and is a promise all the same.
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: folder,
        reportTempFolder: temporary,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
  });
  const problems = [];
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: write,
    messageCallback: (message) => {
      if (message.logLevel === "error" && !message.messageId.startsWith("console-api-report")) {
        problems.push(message.text);
      }
      message.handled = true;
    },
  });
  if (problems.length > 0) throw new Error(`${declarations}: ${problems.join("; ")}. Run \`npm run build\`.`);
  return apiReportChanged;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const changed = differingReports({ write: true });
  console.log(changed.length === 0 ? "etc/: nothing has changed" : `etc/: written anew: ${changed.join(", ")}`);
}
