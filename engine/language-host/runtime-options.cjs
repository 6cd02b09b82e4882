"use strict";

/** Splits like a shell: blanks separate, quotes hold together. */
function words(text) {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

/** `runtime.options` of Pulumi.yaml → arguments for Node and environment for the SDK. */
exports.runtimeOptions = function runtimeOptions(info) {
  const options = info?.getOptions()?.toJavaScript() ?? {};
  const typescript = options.typescript ?? true;
  if (typeof typescript !== "boolean") {
    throw new Error("In Pulumi.yaml, runtime.options.typescript must be true or false.");
  }
  for (const name of ["nodeargs", "tsconfig", "packagemanager"]) {
    if (options[name] !== undefined && typeof options[name] !== "string") {
      throw new Error(`In Pulumi.yaml, runtime.options.${name} must be a string.`);
    }
  }
  return {
    nodeArgs: words(options.nodeargs ?? ""),
    packageManager: options.packagemanager ?? "npm",
    env: {
      ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
      ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
    },
  };
};
