"use strict";

const { DependencyInfo, GetProgramDependenciesResponse } = require("@pulumi/pulumi/proto/language_pb");
const { installedPackages } = require("./installed-packages.cjs");

/** For `pulumi about`. */
exports.getProgramDependencies = async function getProgramDependencies(request) {
  const depth = request.getTransitivedependencies() ? Infinity : 1;
  const response = new GetProgramDependenciesResponse();
  response.setDependenciesList(
    installedPackages(request.getInfo()?.getProgramDirectory() || request.getPwd(), depth).map((manifest) => {
      const dependency = new DependencyInfo();
      dependency.setName(manifest.name);
      dependency.setVersion(manifest.version);
      return dependency;
    }),
  );
  return response;
};
