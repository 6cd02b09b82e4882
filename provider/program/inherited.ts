import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type * as Grpc from "@grpc/grpc-js";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb";
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb";
import { messageOf } from "../core/message-of";
import type { Inherited } from "../fleet-run";

/** The engine's own function, which reads what a stack holds. */
const readOutputs = "pulumi:pulumi:readStackResourceOutputs";
const memberType = "alicloud:InstanceLifecycle::";
const timeLimitMs = 60_000;

/** Read once in a program, however many fleets it has. */
const read = new WeakMap<object, Promise<Readonly<Record<string, unknown>>>>();

/**
 * An earlier version made a resource of each member of a fleet. What it has recorded is read by the program, because the check
 * must not call the engine while the engine waits for the check. Never rejects.
 *
 * @param fleetUrn URN of the resource that holds the members from now on.
 */
export async function inheritedMembers(fleetUrn: string): Promise<Inherited> {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined;
  // Under mocks there is neither an engine nor a state.
  if (monitor?.getChannel === undefined) return { members: {} };
  try {
    const reading = read.get(monitor) ?? readStack(monitor.getChannel().getTarget());
    read.set(monitor, reading);
    const prefix = fleetUrn.replace(/alicloud:FleetMembers::.*$/s, memberType);
    const own = Object.entries(await reading).filter(([urn]) => urn.startsWith(prefix));
    const members = own.map(([urn, held]): [string, Readonly<Record<string, unknown>>] => [
      urn.slice(prefix.length),
      outputsOf(held),
    ]);
    return { members: Object.fromEntries(members) };
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

interface Monitor {
  readonly getChannel?: () => { getTarget(): string };
}

function outputsOf(held: unknown): Readonly<Record<string, unknown>> {
  const { outputs } = held as { readonly outputs?: Readonly<Record<string, unknown>> };
  return outputs ?? {};
}

/** What the stack holds by URN; nothing where no member has a resource of its own, without reading on. */
async function readStack(address: string): Promise<Readonly<Record<string, unknown>>> {
  const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const grpc = fromSdk("@grpc/grpc-js") as typeof Grpc;
  const { ResourceInvokeRequest } = fromSdk("./proto/resource_pb") as typeof ResourceMessages;
  const { InvokeResponse } = fromSdk("./proto/provider_pb") as typeof ProviderMessages;
  const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb") as {
    Struct: { fromJavaScript(value: object): never };
  };
  const request = new ResourceInvokeRequest();
  request.setTok(readOutputs);
  // In full, for an organization may not be the default one.
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  request.setArgs(Struct.fromJavaScript({ stackName }));
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
  try {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(
        "/pulumirpc.ResourceMonitor/Invoke",
        (message: ResourceMessages.ResourceInvokeRequest) => Buffer.from(message.serializeBinary()),
        // A state of many machines is megabytes, and mostly holds none of these.
        (bytes) => bytes,
        request,
        new grpc.Metadata(),
        { deadline: Date.now() + timeLimitMs },
        (error, bytes) => (error === null ? resolve(bytes ?? Buffer.alloc(0)) : reject(error)),
      );
    });
    if (!answer.includes(`FleetLifecycle$pulumi-nodejs:dynamic/${memberType}`)) return {};
    const response = InvokeResponse.deserializeBinary(answer);
    const [failure] = response.getFailuresList();
    if (failure !== undefined) throw new Error(failure.getReason());
    const held: unknown = response.getReturn()?.toJavaScript().outputs;
    return typeof held === "object" && held !== null ? { ...held } : {};
  } finally {
    client.close();
  }
}
