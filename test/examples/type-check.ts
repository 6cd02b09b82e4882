import { join } from "node:path";
import ts from "typescript";
import { root } from "./read";

/** Declarations that were read already: the programs share their packages, and most of a check is reading those. */
const read = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of a project, by its tsconfig.json or jsconfig.json; empty when its program is right. */
export function faultsOf(config: string): string {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    join(root, config),
    { noEmit: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (fault) => void faults.push(fault) },
  );
  const faults: ts.Diagnostic[] = [...(parsed?.errors ?? [])];
  if (parsed !== undefined) {
    const program = ts.createProgram(parsed.fileNames, parsed.options, sharing(parsed.options));
    faults.push(...ts.getPreEmitDiagnostics(program));
  }
  return ts.formatDiagnostics(faults, {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => root,
    getNewLine: () => "\n",
  });
}

function sharing(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const settings = { ...options, configFilePath: undefined, rootDir: undefined };
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, language, ...rest) => {
    if (!file.endsWith(".d.ts")) return readFile(file, language, ...rest);
    const key = JSON.stringify([file, language, settings]);
    if (!read.has(key)) read.set(key, readFile(file, language, ...rest));
    return read.get(key);
  };
  return host;
}
