"""EMR Serverless for CloudFormation: its own API, as stand-ins/emr-serverless serves it, which refuses what the service would refuse."""

import json
import os
import urllib.error
import urllib.request

from faked_network import ranges_into, subnets_and_groups
from faked_types import fake, must_exist
from ministack.services import cloudwatch_logs

URL = os.environ.get("REHEARSAL_EMR_URL", "")


def application(props, before):
    network = props.get("NetworkConfiguration")
    if network:
        subnets_and_groups(network["SubnetIds"], network["SecurityGroupIds"])
        for group in network["SecurityGroupIds"]:
            refuse_open(group)
    logs = (props.get("MonitoringConfiguration") or {}).get("CloudWatchLoggingConfiguration") or {}
    if logs.get("LogGroupName"):
        must_exist("log group", logs["LogGroupName"], cloudwatch_logs._log_groups)
    asked = in_camel_case({key: value for key, value in props.items() if key != "Tags"})
    asked["tags"] = {tag["Key"]: tag["Value"] for tag in props.get("Tags", [])}
    if before is None:
        made = call("POST", "/applications", asked)
    else:
        for create_only in ("name", "type", "tags"):
            asked.pop(create_only, None)
        made = call("PATCH", f"/applications/{before}", asked)["application"]
    return made["applicationId"], {"ApplicationId": made["applicationId"], "Arn": made["arn"]}


def refuse_open(group):
    if any(each in ("0.0.0.0/0", "::/0") for each in ranges_into(group)):
        raise ValueError(f"security group {group} is open to the world, which EMR Serverless refuses")


def in_camel_case(value):
    """CloudFormation's names in those of the API. The one map of the API is a list of pairs in CloudFormation."""
    if isinstance(value, list):
        return [in_camel_case(each) for each in value]
    if not isinstance(value, dict):
        # Numbers and booleans may arrive as text.
        return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    camel = {key[0].lower() + key[1:]: in_camel_case(each) for key, each in value.items()}
    if "logTypeMap" in camel:
        camel["logTypes"] = {pair["key"]: pair["value"] for pair in camel.pop("logTypeMap")}
    return camel


def call(method, path, body=None):
    request = urllib.request.Request(URL + path, method=method, data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        code = refused.headers.get("x-amzn-errortype", refused.code)
        raise ValueError(f"{code}: {json.load(refused)['message']}") from None


def register():
    fake(
        "AWS::EMRServerless::Application",
        application,
        occupies=lambda props: [each for key in ("SubnetIds", "SecurityGroupIds") for each in props.get("NetworkConfiguration", {}).get(key, [])],
        forget=lambda application_id: call("DELETE", f"/applications/{application_id}"),
    )
