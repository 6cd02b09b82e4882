"use strict";

const { GetRequiredPackagesResponse } = require("@pulumi/pulumi/proto/language_pb");
const { PackageDependency, PackageParameterization } = require("@pulumi/pulumi/proto/plugin_pb");
const { installedPackages } = require("./installed-packages.cjs");

/** `@pulumi/alicloud` is called `alicloud`, `@someone/thing` is called `someone/thing`. */
function pluginName(manifest) {
  return manifest.pulumi.name || manifest.name.replace(/^@pulumi\//, "").replace(/^@/, "");
}

/** The provider plugins that the program's packages ask for, so that the CLI can fetch them before it starts. */
exports.getRequiredPackages = async function getRequiredPackages(request) {
  const required = installedPackages(request.getInfo().getProgramDirectory())
    .filter((manifest) => manifest.pulumi?.resource === true && manifest.name)
    .map((manifest) => {
      const dependency = new PackageDependency();
      dependency.setName(pluginName(manifest));
      dependency.setKind("resource");
      dependency.setVersion(`v${String(manifest.pulumi.version || manifest.version).replace(/^v/, "")}`);
      dependency.setServer(manifest.pulumi.server ?? "");
      const { parameterization } = manifest.pulumi;
      if (parameterization) {
        const parameters = new PackageParameterization();
        parameters.setName(parameterization.name);
        parameters.setVersion(parameterization.version);
        parameters.setValue(parameterization.value);
        dependency.setParameterization(parameters);
      }
      return dependency;
    });
  const response = new GetRequiredPackagesResponse();
  response.setPackagesList(required);
  return response;
};
