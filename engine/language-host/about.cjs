"use strict";

const { AboutResponse } = require("@pulumi/pulumi/proto/language_pb");

exports.about = async function about() {
  const response = new AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  return response;
};
