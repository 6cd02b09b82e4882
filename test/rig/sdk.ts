import { createRequire } from "node:module";
import type * as engineService from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as providerService from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as providerMessages from "@pulumi/pulumi/proto/provider_pb";
import type * as statusMessages from "@pulumi/pulumi/proto/status_pb";

export type Json = Record<string, unknown>;

/** `require` as the SDK would call it in a folder: two copies of its generated classes don't mix. */
export function requireFromSdk(path: string): NodeJS.Require {
  return createRequire(createRequire(path).resolve("@pulumi/pulumi/package.json"));
}

const here = requireFromSdk(__filename);

/** The SDK's own gRPC classes, loaded as CommonJS, because their names can't be seen by an ES import. */
export const { EngineService } = here("./proto/engine_grpc_pb") as typeof engineService;
export const { ResourceProviderClient } = here("./proto/provider_grpc_pb") as typeof providerService;
export const messages = here("./proto/provider_pb") as typeof providerMessages;
export const { Status } = here("./proto/status_pb") as typeof statusMessages;
export const { Empty } = here("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => unknown };

const { Struct } = here("google-protobuf/google/protobuf/struct_pb") as {
  Struct: { fromJavaScript(value: Json): never };
};

export function toStruct(value: Json): never {
  return Struct.fromJavaScript(value);
}
