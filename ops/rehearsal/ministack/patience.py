"""Custom resources that fail or fall silent end within seconds, and say which function it was and what it said.

CloudFormation itself would wait an hour for an answer that never comes. And whoever asks about a stack that is under way is
answered when it is done: the CDK CLI asks every five seconds, which most stacks do not take.
"""

import asyncio
import time
from urllib.parse import parse_qs

from ministack.services import cloudformation, lambda_svc
from ministack.services.cloudformation import custom_resource, drift, provisioners
from ministack.services.cloudformation.custom_resource import _lock, _pending, deliver_response


def bound_custom_resources(seconds):
    """No function runs longer than `seconds`, CDK's framework around it twice that, and no answer is waited for after that."""
    _bound_functions(seconds)
    _bound_waiting(seconds)
    _report_failures()


def _bound_functions(seconds):
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = handlers["create"], handlers["update"]

    def bounded(props):
        # CDK's framework waits for our function, and reports its timeout: it must outlive it.
        most = seconds * 2 if str(props.get("Handler", "")).startswith("framework.") else seconds
        return {**props, "Timeout": max(1, min(int(props.get("Timeout", 3)), int(most)))}

    # A timeout that is shorter here is no drift.
    read, properties = drift._DRIFT_READERS["AWS::Lambda::Function"]
    drift._DRIFT_READERS["AWS::Lambda::Function"] = (read, properties - {"Timeout"})
    handlers["create"] = lambda logical_id, props, *rest: create(logical_id, bounded(props), *rest)
    handlers["update"] = lambda physical_id, old, new, *rest: update(physical_id, bounded(old), bounded(new), *rest)


def _bound_waiting(seconds):
    invoke = custom_resource.invoke_custom_resource

    def invoke_custom_resource(request_type, logical_id, props, *rest, **named):
        most = min(int(props.get("ServiceTimeout", 3600)), max(1, int(seconds)))
        try:
            return invoke(request_type, logical_id, {**props, "ServiceTimeout": most}, *rest, **named)
        except TimeoutError:
            name = str(props.get("ServiceToken", "")).rsplit(":", 1)[-1]
            raise TimeoutError(
                f"the function {name} never answered CloudFormation, which would wait for up to an hour; "
                f"the rehearsal gave up {most} s after the function had ended"
            ) from None

    custom_resource.invoke_custom_resource = invoke_custom_resource


def _report_failures():
    """A function that throws before it has answered will not answer any more."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_and_report(record, event):
        result = execute(record, event)
        url = event.get("ResponseURL") if isinstance(event, dict) else None
        error = _error_of(result)
        if url and error:
            token = url.rsplit("/", 1)[-1]
            with _lock:
                answered = token not in _pending or _pending[token]["result"] is not None
            if not answered:
                deliver_response(token, {"Status": "FAILED", "Reason": error})
        return result

    lambda_svc._execute_function_with_config_scope = execute_and_report


def _error_of(result):
    if not isinstance(result, dict) or not result.get("error"):
        return None
    said = result.get("body")
    return str(said.get("errorMessage", said) if isinstance(said, dict) else said or result["error"])


def answer_when_done(seconds=4):
    """Keeps a question about one stack for as long as it is under way, at most some seconds."""
    handle = cloudformation.handle_request

    async def handle_request(method, path, headers, body, query_params):
        asked = parse_qs(body.decode(errors="replace")) if body else {}
        if asked.get("Action") == ["DescribeStacks"] and "StackName" in asked:
            deadline = time.monotonic() + seconds
            while _under_way(asked["StackName"][0]) and time.monotonic() < deadline:
                await asyncio.sleep(0.05)
        return await handle(method, path, headers, body, query_params)

    cloudformation.handle_request = handle_request


def _under_way(name_or_id):
    stacks = cloudformation._stacks
    stack = stacks.get(name_or_id) or next((each for each in stacks.values() if each.get("StackId") == name_or_id), {})
    status = stack.get("StackStatus", "")
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"
