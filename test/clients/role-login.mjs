// Logs in with @alicloud/credentials and uses what it got with @alicloud/ecs20140526. A process of its own, because Node
// reads NODE_EXTRA_CA_CERTS only when it starts, and this library asks STS over https only.
//
// Argument: JSON with `credential` (a Config of the library), `host` (of the ECS endpoint), `signatureAlgorithm` and
// `control`. Prints one JSON object: what each step saw.
import credentials from "@alicloud/credentials";
import ecs from "@alicloud/ecs20140526";
import openApi from "@alicloud/openapi-core";

const { credential: config, host, signatureAlgorithm, control } = JSON.parse(process.argv[2]);
const credential = new credentials.default(new credentials.Config(config));
const client = new ecs.default(
  new openApi.$OpenApiUtil.Config({ credential, endpoint: host, protocol: "http", signatureAlgorithm }),
);

const list = () => client.describeInstances(new ecs.DescribeInstancesRequest({ regionId: "cn-hangzhou" }));
const release = () => client.deleteInstance(new ecs.DeleteInstanceRequest({ instanceId: "i-stopped" }));

/** What became of a call: its status, and the error as the SDK presents it. */
const outcome = (call) =>
  call().then(
    ({ statusCode, body }) => ({ statusCode, totalCount: body.totalCount }),
    ({ name, code, statusCode, message }) => ({ name, code, statusCode, message }),
  );

const seen = { list: await outcome(list) };
// Without a login there is nothing more to see.
if (seen.list.statusCode === 200) {
  const { accessKeyId, securityToken, providerName, type } = await credential.getCredential();
  seen.login = { accessKeyId, hasToken: Boolean(securityToken), providerName, type };
  seen.release = await outcome(release);
  await fetch(`${control}/clock`, { method: "POST", body: JSON.stringify({ advanceMs: 3_600_000 }) });
  seen.expired = await outcome(list);
}
console.log(JSON.stringify(seen));
