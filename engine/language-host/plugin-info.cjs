"use strict";

const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { version } = require("@pulumi/pulumi/package.json");

exports.getPluginInfo = async function getPluginInfo() {
  const info = new PluginInfo();
  info.setVersion(version);
  return info;
};
