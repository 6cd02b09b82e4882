"use strict";

const { LanguageHandshakeResponse } = require("@pulumi/pulumi/proto/language_pb");

/** The engine says where it listens, which then counts more than the address on the command line. */
exports.handshake = async function handshake(request, engine) {
  engine.address = request.getEngineAddress() || engine.address;
  return new LanguageHandshakeResponse();
};
