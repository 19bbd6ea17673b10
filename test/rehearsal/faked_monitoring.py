"""Alarms on metric math, which MiniStack's CloudWatch lacks."""

import uuid

from faked_types import fake, must_exist
from ministack.core.responses import get_account_id, get_region
from ministack.services import sns


def alarm(props, before):
    metrics = props["Metrics"]
    ids = [each["Id"] for each in metrics]
    if len(set(ids)) != len(ids):
        raise ValueError(f"two metrics have one Id: {', '.join(ids)}")
    if sum(each.get("ReturnData", True) for each in metrics) != 1:
        raise ValueError("exactly one of Metrics must return data")
    for each in metrics:
        if ("Expression" in each) == ("MetricStat" in each):
            raise ValueError(f"metric {each['Id']} needs either Expression or MetricStat")
    for action in [*props.get("AlarmActions", []), *props.get("OKActions", [])]:
        must_exist("topic", action, sns._topics)
    name = before or props.get("AlarmName") or f"alarm-{uuid.uuid4().hex[:12]}"
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def register():
    fake("AWS::CloudWatch::Alarm", alarm)
