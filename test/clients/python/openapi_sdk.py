"""alibabacloud_ecs20140526 over alibabacloud_tea_openapi: headers that are signed by ACS3-HMAC-SHA256, or signature 1.0."""

import asyncio
import datetime
import http.server
import json
import threading

from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_credentials.models import Config as CredentialConfig
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi import utils_models as open_api
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_util.models import RuntimeOptions
from darabonba.policy.retry import RetryCondition, RetryOptions

from checks import by_the_minute, check, emulator, given, raised, run, with_seconds

host = given["endpoint"].split("//")[1]


def config_of(**settings):
    if given["signatureAlgorithm"] != "":
        settings["signature_algorithm"] = given["signatureAlgorithm"]
    if "credential" not in settings:
        settings = {
            "access_key_id": given["accessKeyId"],
            "access_key_secret": given["accessKeySecret"],
            **settings,
        }
    return open_api.Config(endpoint=host, protocol="http", **settings)


def client_of(**settings):
    return Client(config_of(**settings))


client = client_of()
region = "cn-hangzhou"


def describe(by=client, region_id=region, **settings):
    return by.describe_instances(models.DescribeInstancesRequest(region_id=region_id, **settings)).body


def listed(*ids, by=client):
    return describe(by, instance_ids=json.dumps(ids)).instances.instance


def status_of(instance_id):
    (instance,) = listed(instance_id)
    return instance.status


def stop(instance_id, by=client, **settings):
    return by.stop_instance(models.StopInstanceRequest(instance_id=instance_id, **settings))


def start(instance_id, by=client):
    return by.start_instance(models.StartInstanceRequest(instance_id=instance_id))


def release(instance_id, by=client, **settings):
    return by.delete_instance(models.DeleteInstanceRequest(instance_id=instance_id, **settings))


def release_at(instance_id, time=None):
    at = None if time is None else with_seconds(time)
    client.modify_instance_auto_release_time(
        models.ModifyInstanceAutoReleaseTimeRequest(instance_id=instance_id, auto_release_time=at)
    )


def refusal(code, http_status, call, *arguments, kind=ClientException, **settings):
    with raised(kind) as error:
        call(*arguments, **settings)
    found = error.value
    assert (found.code, found.status_code) == (code, http_status), found
    assert (found.data["Code"], found.data["HostId"]) == (code, host), found.data
    assert found.request_id == found.data["RequestId"] != "", found.data
    assert found.message == f"code: {http_status}, {found.data['Message']} request id: {found.request_id}", found.message
    return found


@check("describes instances")
def _():
    response = client.describe_instances(models.DescribeInstancesRequest(region_id=region))
    assert response.status_code == 200
    assert response.headers["x-acs-request-id"] == response.body.request_id
    assert response.body.total_count == 5, response.body.to_map()
    (instance,) = listed("i-running")
    assert (instance.status, instance.region_id, instance.auto_release_time) == ("Running", region, "")
    assert (instance.deletion_protection, instance.tags) == (False, None)
    assert (instance.cpu, instance.memory) == (2, 8192), instance.to_map()
    assert instance.operation_locks.lock_reason == []
    assert listed("i-unknown") == []


@check("describes without blocking")
def _():
    async def several():
        requests = [models.DescribeInstancesRequest(region_id=region, page_size=size) for size in (1, 2, 3)]
        return await asyncio.gather(*[client.describe_instances_async(each) for each in requests])

    assert [len(each.body.instances.instance) for each in asyncio.run(several())] == [1, 2, 3]


@check("filters by name, status and tag")
def _():
    assert describe(instance_name="the *").total_count == 2
    assert describe(status="Stopped").total_count == 2
    assert describe(instance_name="a:b * ~ é&=%+").total_count == 0
    tag = models.DescribeInstancesRequestTag(key="env", value="a+b c")
    (tagged,) = describe(tag=[tag]).instances.instance
    assert tagged.instance_id == "i-protected"
    assert [(each.tag_key, each.tag_value) for each in tagged.tags.tag] == [("env", "a+b c")]
    refusal("InvalidStatus.NotFound", 404, describe, status="Gone")


@check("pages by number and by token")
def _():
    first = describe(region_id="cn-beijing")
    assert (first.total_count, first.page_size, len(first.instances.instance)) == (12, 10, 10)
    second = describe(region_id="cn-beijing", page_number=2, page_size=10)
    assert [each.instance_id for each in second.instances.instance] == ["i-page11", "i-page12"]
    found, token = [], None
    while token != "":
        page = describe(region_id="cn-beijing", max_results=10, next_token=token)
        found.append(len(page.instances.instance))
        token = page.next_token
    assert found == [10, 2], found


@check("stops")
def _():
    assert stop("i-running").body.request_id
    assert status_of("i-running") == "Stopping"
    emulator.advance(3000)
    assert status_of("i-running") == "Stopped"
    refused = refusal("IncorrectInstanceStatus", 403, stop, "i-running")
    assert "is Stopped but the expected status is in (Running)" in refused.message, refused


@check("stops by force, without charges")
def _():
    stop("i-running", force_stop=True, stopped_mode="StopCharging")
    emulator.advance(3000)
    (instance,) = listed("i-running")
    assert (instance.status, instance.stopped_mode) == ("Stopped", "StopCharging")


@check("starts and reboots")
def _():
    start("i-stopped")
    assert status_of("i-stopped") == "Starting"
    emulator.advance(3000)
    assert status_of("i-stopped") == "Running"
    refusal("IncorrectInstanceStatus", 403, start, "i-stopped")
    client.reboot_instance(models.RebootInstanceRequest(instance_id="i-stopped"))
    assert status_of("i-stopped") == "Starting"


@check("does not release a running instance without force")
def _():
    refused = refusal("IncorrectInstanceStatus", 403, release, "i-running")
    assert "is Running but the expected status is in (Stopped)" in refused.message, refused
    assert status_of("i-running") == "Running"


@check("releases a stopped instance")
def _():
    release("i-stopped")
    emulator.advance(1000)
    assert listed("i-stopped") == []
    gone = models.DescribeInstanceAttributeRequest(instance_id="i-stopped")
    refusal("InvalidInstanceId.NotFound", 404, client.describe_instance_attribute, gone)


@check("releases a running instance with force")
def _():
    release("i-running", force=True)
    emulator.advance(1000)
    assert listed("i-running") == []


@check("does not release a protected or a subscribed instance")
def _():
    refusal("InvalidOperation.DeletionProtection", 403, release, "i-protected", force=True)
    client.modify_instance_attribute(
        models.ModifyInstanceAttributeRequest(instance_id="i-protected", deletion_protection=False)
    )
    release("i-protected")
    refusal("ChargeTypeViolation", 403, release, "i-prepaid", force=True)


@check("sets, shows and cancels a release time")
def _():
    at = emulator.now() + datetime.timedelta(hours=2)
    release_at("i-running", at)
    assert listed("i-running")[0].auto_release_time == by_the_minute(at)
    release_at("i-running")
    assert listed("i-running")[0].auto_release_time == ""
    emulator.advance(3 * 3_600_000)
    assert status_of("i-running") == "Running"


@check("is released at its release time")
def _():
    at = emulator.now().replace(second=0) + datetime.timedelta(minutes=40)
    release_at("i-running", at)
    left = at - emulator.now()
    emulator.advance(int(left.total_seconds() * 1000) - 1000)
    assert status_of("i-running") == "Running"
    emulator.advance(3000)
    assert listed("i-running") == []


@check("refuses a release time that is too near")
def _():
    near = emulator.now() + datetime.timedelta(minutes=15)
    refusal("InvalidAutoReleaseTime.Malformed", 400, release_at, "i-running", near)
    assert listed("i-running")[0].auto_release_time == ""


@check("refuses an unknown id and a missing one")
def _():
    for call in (start, stop, release):
        refusal("InvalidInstanceId.NotFound", 404, call, "i-unknown")
    refusal("NoSuchResource", 404, release_at, "i-unknown")
    refusal("MissingInstanceId", 400, stop, None)


@check("refuses a wrong secret, a wrong key, a wrong region")
def _():
    wrong = refusal("SignatureDoesNotMatch", 400, describe, client_of(access_key_secret="wrong"))
    assert "server string to sign is:" in wrong.message, wrong
    refusal("InvalidAccessKeyId.NotFound", 404, describe, client_of(access_key_id="wrong"))
    refusal("InvalidRegionId.NotFound", 404, describe, region_id="cn-nowhere")


@check("refuses a call and a version that do not exist")
def _():
    refusal("InvalidAction.NotFound", 404, client.describe_images, models.DescribeImagesRequest(region_id=region))
    refusal("InvalidVersion", 400, call, "DescribeInstances", "2013-01-10", {"RegionId": region})


@check("answers a dry run with its own error")
def _():
    refusal("DryRunOperation", 400, stop, "i-running", dry_run=True)
    assert status_of("i-running") == "Running"


@check("tells throttling and servers' errors apart")
def _():
    emulator.fault(action="DescribeInstances", then={"code": "Throttling.User", "retryAfter": "7"})
    throttled = refusal("Throttling.User", 400, describe, kind=ThrottlingException)
    assert throttled.retry_after == 7
    emulator.fault(action="DescribeInstances", then={"code": "ServiceUnavailable"})
    refusal("ServiceUnavailable", 503, describe, kind=ServerException)
    assert [row["status"] for row in emulator.ledger("DescribeInstances")] == [400, 503], "it doesn't try again"


@check("tries again when told to")
def _():
    condition = RetryCondition({"exception": ["ServerException"], "maxAttempts": 3})
    patient = client_of(retry_options=RetryOptions({"retryable": True, "retryCondition": [condition]}))
    emulator.fault(action="DescribeInstances", times=2, then={"code": "ServiceUnavailable"})
    assert describe(patient).total_count == 5
    assert [row["status"] for row in emulator.ledger("DescribeInstances")] == [503, 503, 200]


@check("stops and releases several at once")
def _():
    response = client.stop_instances(
        models.StopInstancesRequest(
            region_id=region,
            instance_id=["i-running", "i-stopped"],
            batch_optimization="SuccessFirst",
        )
    )
    one, other = response.body.instance_responses.instance_response
    assert (one.code, one.previous_status, one.current_status) == ("200", "Running", "Stopping")
    assert other.code == "IncorrectInstanceStatus"
    emulator.advance(3000)
    both = models.DeleteInstancesRequest(region_id=region, instance_id=["i-running", "i-stopped"])
    client.delete_instances(both)
    emulator.advance(1000)
    assert listed("i-running", "i-stopped") == []


@check("creates an instance with disks and tags")
def _():
    made = client.run_instances(
        models.RunInstancesRequest(
            region_id=region,
            image_id="aliyun_3_x64",
            instance_type="ecs.g7.large",
            client_token="once",
            system_disk=models.RunInstancesRequestSystemDisk(category="cloud_essd", size="60"),
            data_disk=[models.RunInstancesRequestDataDisk(size=100, delete_with_instance=False)],
            tag=[models.RunInstancesRequestTag(key="made by", value="a client")],
        )
    )
    (instance_id,) = made.body.instance_id_sets.instance_id_set
    disks = client.describe_disks(models.DescribeDisksRequest(region_id=region, instance_id=instance_id)).body.disks.disk
    assert sorted((each.type, each.size, each.delete_with_instance) for each in disks) == [
        ("data", 100, False),
        ("system", 60, True),
    ]
    (tag,) = listed(instance_id)[0].tags.tag
    assert (tag.tag_key, tag.tag_value) == ("made by", "a client")


@check("makes a snapshot of a disk")
def _():
    disks = client.describe_disks(models.DescribeDisksRequest(region_id=region, instance_id="i-stopped")).body.disks.disk
    request = models.CreateSnapshotRequest(disk_id=disks[0].disk_id, snapshot_name="before", retention_days=7)
    snapshot_id = client.create_snapshot(request).body.snapshot_id
    emulator.advance(3000)
    (snapshot,) = client.describe_snapshots(
        models.DescribeSnapshotsRequest(region_id=region, snapshot_ids=json.dumps([snapshot_id]))
    ).body.snapshots.snapshot
    assert (snapshot.status, snapshot.progress, snapshot.retention_days) == ("accomplished", "100%", 7)
    request.disk_id = "d-unknown"
    refusal("InvalidDiskId.NotFound", 404, client.create_snapshot, request)


@check("denies what a RAM user may not, and says what")
def _():
    user = client_of(access_key_id="ann", access_key_secret="ann-secret")
    assert listed("i-running", by=user)[0].status == "Running"
    denied = refusal("Forbidden.RAM", 403, release, "i-stopped", by=user)
    assert denied.access_denied_detail["AuthAction"] == "ecs:DeleteInstance", denied.access_denied_detail


def call(action, version, query, by=None, auth_type="AK"):
    """A call without types: the vendor's own client for what has none here."""
    parameters = open_api.Params(
        action=action,
        version=version,
        protocol="HTTPS",
        pathname="/",
        method="POST",
        auth_type=auth_type,
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    request = open_api.OpenApiRequest(query=query)
    return OpenApiClient(by or config_of()).call_api(parameters, request, RuntimeOptions())["body"]


def works_until_it_expires(credential, provider):
    role = client_of(credential=credential)
    assert listed("i-running", by=role)[0].status == "Running"
    refusal("Forbidden.RAM", 403, release, "i-stopped", by=role)
    who = call("GetCallerIdentity", "2015-04-01", {}, by=config_of(credential=credential))
    assert who["IdentityType"] == "AssumedRoleUser", who
    assert credential.get_credential().provider_name == provider, credential.get_credential().provider_name
    emulator.advance(3_600_000)
    refusal("InvalidSecurityToken.Expired", 400, describe, role)


@check("takes over a role")
def _():
    # This library asks STS over https only; SSL_CERT_FILE names the certificate.
    credential = CredentialClient(
        CredentialConfig(
            type="ram_role_arn",
            access_key_id="ann",
            access_key_secret="ann-secret",
            role_arn=given["roleArn"],
            role_session_name="openapi",
            sts_endpoint=given["secureHost"],
        )
    )
    works_until_it_expires(credential, "ram_role_arn/static_ak")


@check("takes over a role by the token of an identity provider")
def _():
    credential = CredentialClient(
        CredentialConfig(
            type="oidc_role_arn",
            role_arn=given["roleArn"],
            oidc_provider_arn=given["oidcProviderArn"],
            oidc_token_file_path=given["oidcTokenFile"],
            role_session_name="openapi",
            sts_endpoint=given["secureHost"],
        )
    )
    works_until_it_expires(credential, "oidc_role_arn")


@check("takes a token from a credentials URI")
def _():
    query = {"RoleArn": given["roleArn"], "RoleSessionName": "uri"}
    ann = config_of(access_key_id="ann", access_key_secret="ann-secret")
    issued = call("AssumeRole", "2015-04-01", query, by=ann)["Credentials"]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"Code": "Success", **issued}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        uri = f"http://127.0.0.1:{server.server_port}/credentials"
        works_until_it_expires(
            CredentialClient(CredentialConfig(type="credentials_uri", credentials_uri=uri)), "credential_uri"
        )
        server.shutdown()


@check("asks unsigned for what needs no key")
def _():
    query = {
        "RoleArn": given["roleArn"],
        "RoleSessionName": "nobody",
        "OIDCProviderArn": given["oidcProviderArn"],
        "OIDCToken": "header.payload.signature",
    }
    nobody = open_api.Config(endpoint=host, protocol="http", signature_algorithm=given["signatureAlgorithm"] or None)
    answer = call("AssumeRoleWithOIDC", "2015-04-01", query, by=nobody, auth_type="Anonymous")
    assert answer["Credentials"]["SecurityToken"], answer
    query["OIDCToken"] = "another"
    refusal(
        "AuthenticationFail.OIDCToken.Invalid",
        401,
        call,
        "AssumeRoleWithOIDC",
        "2015-04-01",
        query,
        by=nobody,
        auth_type="Anonymous",
    )


run()
