"""aliyun-python-sdk-core and aliyun-python-sdk-ecs: signature 1.0, everything in the query of a POST."""

import datetime
import json
import xml.etree.ElementTree as ElementTree

from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
from aliyunsdkcore.auth.credentials import RamRoleArnCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from aliyunsdkecs.request.v20140526.CreateSnapshotRequest import CreateSnapshotRequest
from aliyunsdkecs.request.v20140526.DeleteInstanceRequest import DeleteInstanceRequest
from aliyunsdkecs.request.v20140526.DeleteInstancesRequest import DeleteInstancesRequest
from aliyunsdkecs.request.v20140526.DescribeDisksRequest import DescribeDisksRequest
from aliyunsdkecs.request.v20140526.DescribeImagesRequest import DescribeImagesRequest
from aliyunsdkecs.request.v20140526.DescribeInstanceAttributeRequest import DescribeInstanceAttributeRequest
from aliyunsdkecs.request.v20140526.DescribeInstancesRequest import DescribeInstancesRequest
from aliyunsdkecs.request.v20140526.ModifyInstanceAttributeRequest import ModifyInstanceAttributeRequest
from aliyunsdkecs.request.v20140526.ModifyInstanceAutoReleaseTimeRequest import ModifyInstanceAutoReleaseTimeRequest
from aliyunsdkecs.request.v20140526.RunInstancesRequest import RunInstancesRequest
from aliyunsdkecs.request.v20140526.StartInstanceRequest import StartInstanceRequest
from aliyunsdkecs.request.v20140526.StopInstanceRequest import StopInstanceRequest
from aliyunsdkecs.request.v20140526.StopInstancesRequest import StopInstancesRequest

from checks import by_the_minute, check, emulator, given, raised, run, with_seconds

host = given["endpoint"].split("//")[1]


def client_of(key_id=given["accessKeyId"], secret=given["accessKeySecret"], region="cn-hangzhou", **more):
    client = AcsClient(key_id, secret, region, **more)
    client.add_endpoint(region, "Ecs", host)
    return client


client = client_of()


def ask(request, by=client, **settings):
    for name, value in settings.items():
        getattr(request, f"set_{name}")(value)
    return json.loads(by.do_action_with_exception(request))


def listed(*ids, by=client, **settings):
    answer = ask(DescribeInstancesRequest(), by=by, InstanceIds=json.dumps(ids), **settings)
    return answer["Instances"]["Instance"]


def status_of(instance_id):
    (instance,) = listed(instance_id)
    return instance["Status"]


def refusal(request, code, status, by=client, **settings):
    with raised(ServerException) as error:
        ask(request, by=by, **settings)
    found = (error.value.get_error_code(), error.value.get_http_status())
    assert found == (code, status), error.value
    return error.value


@check("describes instances")
def _():
    answer = ask(DescribeInstancesRequest())
    assert answer["TotalCount"] == 5, answer
    assert answer["RequestId"], answer
    (instance,) = listed("i-running")
    assert instance["Status"] == "Running", instance
    assert instance["RegionId"] == "cn-hangzhou", instance
    assert instance["AutoReleaseTime"] == "", instance
    assert "Tags" not in instance, instance
    assert listed("i-unknown") == []


@check("describes by GET and by POST with a form")
def _():
    request = DescribeInstancesRequest()
    request.set_method("GET")
    assert ask(request, InstanceIds='["i-running"]')["TotalCount"] == 1

    form = CommonRequest(product="Ecs", version="2014-05-26", action_name="DescribeInstances")
    form.set_method("POST")
    form.set_protocol_type("http")
    form.set_endpoint(host)
    form.add_body_params("InstanceIds", '["i-stopped"]')
    form.add_body_params("InstanceName", "a * b+c ~(d)/é&=%")
    assert ask(form)["TotalCount"] == 0


@check("filters by name, status and tag")
def _():
    assert ask(DescribeInstancesRequest(), InstanceName="the *")["TotalCount"] == 2
    assert ask(DescribeInstancesRequest(), Status="Stopped")["TotalCount"] == 2
    (tagged,) = ask(DescribeInstancesRequest(), Tags=[{"Key": "env", "Value": "a+b c"}])["Instances"]["Instance"]
    assert tagged["InstanceId"] == "i-protected", tagged
    assert tagged["Tags"]["Tag"] == [{"TagKey": "env", "TagValue": "a+b c"}], tagged
    refusal(DescribeInstancesRequest(), "InvalidStatus.NotFound", 404, Status="Gone")


@check("pages by number and by token, in the client's region")
def _():
    north = client_of(region="cn-beijing")
    first = ask(DescribeInstancesRequest(), by=north)
    assert (first["TotalCount"], first["PageSize"], len(first["Instances"]["Instance"])) == (12, 10, 10), first
    second = ask(DescribeInstancesRequest(), by=north, PageNumber=2, PageSize=10)
    assert [each["InstanceId"] for each in second["Instances"]["Instance"]] == ["i-page11", "i-page12"]
    found, token = [], ""
    while True:
        page = ask(DescribeInstancesRequest(), by=north, MaxResults=10, NextToken=token)
        found.append(len(page["Instances"]["Instance"]))
        token = page["NextToken"]
        if token == "":
            break
    assert found == [10, 2], found


@check("stops")
def _():
    assert list(ask(StopInstanceRequest(), InstanceId="i-running")) == ["RequestId"]
    assert status_of("i-running") == "Stopping"
    emulator.advance(3000)
    assert status_of("i-running") == "Stopped"
    refused = refusal(StopInstanceRequest(), "IncorrectInstanceStatus", 403, InstanceId="i-running")
    assert "is Stopped but the expected status is in (Running)" in refused.get_error_msg(), refused


@check("stops by force, without charges")
def _():
    ask(StopInstanceRequest(), InstanceId="i-running", ForceStop=True, StoppedMode="StopCharging")
    emulator.advance(3000)
    (instance,) = listed("i-running")
    assert (instance["Status"], instance["StoppedMode"]) == ("Stopped", "StopCharging"), instance
    (call,) = emulator.ledger("StopInstance")
    assert call["params"]["ForceStop"] == "True", "this client writes booleans so"


@check("starts")
def _():
    ask(StartInstanceRequest(), InstanceId="i-stopped")
    assert status_of("i-stopped") == "Starting"
    emulator.advance(3000)
    assert status_of("i-stopped") == "Running"
    refusal(StartInstanceRequest(), "IncorrectInstanceStatus", 403, InstanceId="i-stopped")


@check("does not release a running instance without force")
def _():
    refused = refusal(DeleteInstanceRequest(), "IncorrectInstanceStatus", 403, InstanceId="i-running")
    assert "is Running but the expected status is in (Stopped)" in refused.get_error_msg(), refused
    assert refused.get_request_id() == emulator.ledger("DeleteInstance")[0]["requestId"]
    assert status_of("i-running") == "Running"


@check("releases a stopped instance")
def _():
    ask(DeleteInstanceRequest(), InstanceId="i-stopped")
    emulator.advance(1000)
    assert listed("i-stopped") == []
    refusal(DescribeInstanceAttributeRequest(), "InvalidInstanceId.NotFound", 404, InstanceId="i-stopped")


@check("releases a running instance with force")
def _():
    ask(DeleteInstanceRequest(), InstanceId="i-running", Force=True)
    emulator.advance(1000)
    assert listed("i-running") == []


@check("does not release a protected or a subscribed instance")
def _():
    refusal(DeleteInstanceRequest(), "InvalidOperation.DeletionProtection", 403, InstanceId="i-protected", Force=True)
    ask(ModifyInstanceAttributeRequest(), InstanceId="i-protected", DeletionProtection=False)
    ask(DeleteInstanceRequest(), InstanceId="i-protected")
    refusal(DeleteInstanceRequest(), "ChargeTypeViolation", 403, InstanceId="i-prepaid", Force=True)


@check("sets, shows and cancels a release time")
def _():
    at = emulator.now() + datetime.timedelta(hours=2)
    ask(ModifyInstanceAutoReleaseTimeRequest(), InstanceId="i-running", AutoReleaseTime=with_seconds(at))
    assert listed("i-running")[0]["AutoReleaseTime"] == by_the_minute(at)
    ask(ModifyInstanceAutoReleaseTimeRequest(), InstanceId="i-running")
    assert listed("i-running")[0]["AutoReleaseTime"] == ""
    emulator.advance(3 * 3_600_000)
    assert status_of("i-running") == "Running"


@check("is released at its release time")
def _():
    at = emulator.now().replace(second=0) + datetime.timedelta(minutes=40)
    ask(ModifyInstanceAutoReleaseTimeRequest(), InstanceId="i-running", AutoReleaseTime=with_seconds(at))
    left = at - emulator.now()
    emulator.advance(int(left.total_seconds() * 1000) - 1000)
    assert status_of("i-running") == "Running"
    emulator.advance(3000)
    assert listed("i-running") == []


@check("refuses a release time that is too near")
def _():
    at = emulator.now() + datetime.timedelta(minutes=15)
    refusal(
        ModifyInstanceAutoReleaseTimeRequest(),
        "InvalidAutoReleaseTime.Malformed",
        400,
        InstanceId="i-running",
        AutoReleaseTime=with_seconds(at),
    )
    assert listed("i-running")[0]["AutoReleaseTime"] == ""


@check("refuses an unknown id and a missing one")
def _():
    for request in (StartInstanceRequest, StopInstanceRequest, DeleteInstanceRequest):
        refusal(request(), "InvalidInstanceId.NotFound", 404, InstanceId="i-unknown")
    refusal(ModifyInstanceAutoReleaseTimeRequest(), "NoSuchResource", 404, InstanceId="i-unknown")
    refusal(StopInstanceRequest(), "MissingInstanceId", 400)


@check("recognizes a wrong secret by the string to sign that comes back")
def _():
    wrong = client_of(secret="wrong")
    error = refusal(DescribeInstancesRequest(), "InvalidAccessKeySecret", 400, by=wrong, InstanceName="a:b * ~ é")
    assert error.get_error_msg().startswith("The AccessKeySecret is incorrect"), error
    get = DescribeInstancesRequest()
    get.set_method("GET")
    refusal(get, "InvalidAccessKeySecret", 400, by=wrong)


@check("refuses a wrong key, a wrong call, a wrong version, a wrong region")
def _():
    refusal(DescribeInstancesRequest(), "InvalidAccessKeyId.NotFound", 404, by=client_of(key_id="wrong"))
    refusal(DescribeImagesRequest(), "InvalidAction.NotFound", 404)
    old = DescribeInstancesRequest()
    old.set_version("2013-01-10")
    refusal(old, "InvalidVersion", 400)
    refusal(DescribeInstancesRequest(), "InvalidRegionId.NotFound", 404, by=client_of(region="cn-nowhere"))


@check("answers a dry run with its own error")
def _():
    refusal(StopInstanceRequest(), "DryRunOperation", 400, InstanceId="i-running", DryRun=True)
    assert status_of("i-running") == "Running"


def root_of(request, by=client):
    request.set_accept_format("XML")
    return ElementTree.fromstring(by.do_action(request))


@check("answers in XML")
def _():
    request = DescribeInstancesRequest()
    request.set_InstanceIds('["i-running","i-protected"]')
    root = root_of(request)
    assert root.tag == "DescribeInstancesResponse", root.tag
    assert root.findtext("TotalCount") == "2"
    assert [each.text for each in root.findall("Instances/Instance/InstanceId")] == ["i-running", "i-protected"]
    assert [each.text for each in root.findall("Instances/Instance/Status")] == ["Running", "Stopped"]
    assert root.findtext("Instances/Instance/Tags/Tag/TagValue") == "a+b c"


@check("answers errors in XML")
def _():
    request = DeleteInstanceRequest()
    request.set_InstanceId("i-running")
    root = root_of(request)
    assert root.tag == "Error", root.tag
    assert root.findtext("Code") == "IncorrectInstanceStatus"
    assert root.findtext("HostId") == host
    assert root.findtext("RequestId") == emulator.ledger("DeleteInstance")[0]["requestId"]
    unsigned = root_of(DescribeInstancesRequest(), by=client_of(secret="wrong"))
    assert unsigned.findtext("Code") == "SignatureDoesNotMatch"
    assert "string to sign is:POST&%2F&" in unsigned.findtext("Message")


@check("tries reads again when throttled or out of service")
def _():
    for fault in ({"code": "Throttling"}, {"code": "ServiceUnavailable"}, {"wire": "html"}, {"wire": "reset-before"}):
        emulator.reset()
        emulator.fault(action="DescribeInstances", times=1, then=fault)
        assert status_of("i-running") == "Running"
        assert len(emulator.ledger("DescribeInstances")) == 2, fault
    nonces = {call["params"]["SignatureNonce"] for call in emulator.ledger("DescribeInstances")}
    assert len(nonces) == 2, nonces


@check("gives up reading after three more tries")
def _():
    emulator.fault(action="DescribeInstances", times="always", then={"code": "ServiceUnavailable"})
    refusal(DescribeInstancesRequest(), "ServiceUnavailable", 503)
    assert [call["status"] for call in emulator.ledger("DescribeInstances")] == [503] * 4


@check("does not try writes again")
def _():
    emulator.fault(action="StopInstance", then={"code": "Throttling.User"})
    refusal(StopInstanceRequest(), "Throttling.User", 400, InstanceId="i-running")
    emulator.fault(action="StopInstance", then={"wire": "reset-after"})
    with raised(ClientException) as error:
        ask(StopInstanceRequest(), InstanceId="i-running")
    assert error.value.get_error_code() == "SDK.HttpError", error.value
    assert len(emulator.ledger("StopInstance")) == 2
    assert status_of("i-running") == "Stopping"


@check("creates once though it tries twice, with a token")
def _():
    what = {"ImageId": "aliyun_3_x64", "InstanceType": "ecs.g7.large"}
    emulator.fault(action="RunInstances", then={"wire": "reset-after"})
    made = ask(RunInstancesRequest(), ClientToken="once", Amount=2, **what)
    assert len(emulator.ledger("RunInstances")) == 2
    assert len(made["InstanceIdSets"]["InstanceIdSet"]) == 2, made
    assert ask(DescribeInstancesRequest())["TotalCount"] == 7
    assert status_of(made["InstanceIdSets"]["InstanceIdSet"][0]) == "Pending"

    # Left to itself it adds none, and tries again all the same.
    emulator.fault(action="RunInstances", then={"wire": "reset-after"})
    ask(RunInstancesRequest(), **what)
    assert ask(DescribeInstancesRequest())["TotalCount"] == 9


@check("stops and releases several at once")
def _():
    answer = ask(
        StopInstancesRequest(), InstanceIds=["i-running", "i-stopped"], BatchOptimization="SuccessFirst", ForceStop=True
    )
    one, other = answer["InstanceResponses"]["InstanceResponse"]
    assert (one["Code"], one["PreviousStatus"], one["CurrentStatus"]) == ("200", "Running", "Stopping"), one
    assert other["Code"] == "IncorrectInstanceStatus", other
    emulator.advance(3000)
    ask(DeleteInstancesRequest(), InstanceIds=["i-running", "i-stopped"])
    emulator.advance(1000)
    assert listed("i-running", "i-stopped") == []


@check("makes a snapshot of a disk")
def _():
    (disk,) = ask(DescribeDisksRequest(), InstanceId="i-stopped")["Disks"]["Disk"]
    made = ask(CreateSnapshotRequest(), DiskId=disk["DiskId"], SnapshotName="before", RetentionDays=7)
    assert made["SnapshotId"].startswith("s-"), made
    refusal(CreateSnapshotRequest(), "InvalidDiskId.NotFound", 404, DiskId="d-unknown")


@check("denies what a RAM user may not")
def _():
    user = client_of(key_id="ann", secret="ann-secret")
    assert listed("i-running", by=user)[0]["Status"] == "Running"
    refusal(DeleteInstanceRequest(), "Forbidden.RAM", 403, by=user, InstanceId="i-stopped")


@check("takes a token of STS until it has expired")
def _():
    sts = CommonRequest(product="Sts", version="2015-04-01", action_name="AssumeRole")
    sts.set_method("POST")
    sts.set_protocol_type("http")
    sts.set_endpoint(host)
    sts.add_query_param("RoleArn", given["roleArn"])
    sts.add_query_param("RoleSessionName", "classic")
    issued = ask(sts, by=client_of(key_id="ann", secret="ann-secret"))["Credentials"]
    token = StsTokenCredential(issued["AccessKeyId"], issued["AccessKeySecret"], issued["SecurityToken"])
    role = client_of(None, None, credential=token)
    assert listed("i-running", by=role)[0]["Status"] == "Running"
    refusal(DeleteInstanceRequest(), "Forbidden.RAM", 403, by=role, InstanceId="i-stopped")
    emulator.advance(3_600_000)
    refusal(DescribeInstancesRequest(), "InvalidSecurityToken.Expired", 400, by=role)


@check("takes over a role by itself")
def _():
    # This client asks STS over https only; ALIBABA_CLOUD_CA_BUNDLE names the certificate.
    role = client_of(None, None, credential=RamRoleArnCredential("ann", "ann-secret", given["roleArn"], "classic"))
    role.add_endpoint("cn-hangzhou", "Sts", given["secureHost"])
    assert listed("i-running", by=role)[0]["Status"] == "Running"
    refusal(DeleteInstanceRequest(), "Forbidden.RAM", 403, by=role, InstanceId="i-stopped")
    (login,) = emulator.ledger("AssumeRole")
    assert login["params"]["RoleSessionName"] == "classic", login
    emulator.advance(3_600_000)
    refusal(DescribeInstancesRequest(), "InvalidSecurityToken.Expired", 400, by=role)


run()
