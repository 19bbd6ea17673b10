"""Alarms on metric math, which MiniStack's CloudWatch lacks, and budgets."""

import json
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


def budget(props, before):
    asked = props["Budget"]
    for key in ("BudgetType", "TimeUnit"):
        if not asked.get(key):
            raise ValueError(f"Budget needs {key}")
    for each in props.get("NotificationsWithSubscribers", []):
        for subscriber in each["Subscribers"]:
            if subscriber["SubscriptionType"] == "SNS":
                _lets_publish(must_exist("topic", subscriber["Address"], sns._topics), "budgets.amazonaws.com")
    name = before or asked.get("BudgetName") or f"budget-{uuid.uuid4().hex[:12]}"
    return name, {"Id": name}


def _lets_publish(arn, service):
    """Budgets tries a topic at once: its policy must be there by then."""
    policy = sns._topics[arn]["attributes"].get("Policy", "{}")
    statements = (json.loads(policy) if isinstance(policy, str) else policy).get("Statement", [])
    if not any(each["Effect"] == "Allow" and service in str(each.get("Principal")) for each in statements):
        raise ValueError(f"topic {arn} does not let {service} publish")


def register():
    fake("AWS::CloudWatch::Alarm", alarm)
    fake("AWS::Budgets::Budget", budget)
