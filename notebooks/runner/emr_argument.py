"""What the job on EMR Serverless is asked to do: one JSON object, checked whole before anything begins."""

import json
import re

from pipeline.definitions import DATASETS

STEPS = ("batch", "stream", "serving", "quality", "export")
AVAILABLE_NOW = "availableNow"


def _text(pattern):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _per_dataset(value):
    return isinstance(value, dict) and sorted(value) == sorted(DATASETS) and all(isinstance(name, str) for name in value.values())


def _steps(value):
    return isinstance(value, list) and value != [] and value == [step for step in STEPS if step in value]


_ADDRESS = _text(r"(s3a?://|file:/|/)[^'`\s]+")
_ONE_LINE = _text(r"[^\n]{0,200}")
# What each field must be. The notebooks check the rest.
FIELDS = {
    "topicsPath": (True, "an address", _ADDRESS),
    "topics": (True, "an object with a name per dataset", _per_dataset),
    "streams": (True, "an object with a name per dataset", _per_dataset),
    "speedTables": (True, "an object with a name per dataset", _per_dataset),
    "region": (True, "a region", _text(r"[a-z]{2}(-[a-z]+)+-\d")),
    "kinesisEndpoint": (False, "an address", _text(r"(https?://\S+)?")),
    "tablesPath": (True, "an address", _ADDRESS),
    "checkpointsPath": (True, "an address", _ADDRESS),
    "viewsPath": (True, "an address", _ADDRESS),
    "schema": (False, "a name", _text(r"\w+")),
    "runDate": (False, "a day or an ISO time in UTC", _text(r"(\d{4}-\d\d-\d\d(T[\d:.]+Z?)?)?")),
    "runId": (False, "a text of one line, at most 200 characters", _ONE_LINE),
    "schedule": (False, "a text of one line, at most 200 characters", _ONE_LINE),
    "steps": (False, f"some of {', '.join(STEPS)}, in this order", _steps),
    "trigger": (False, "availableNow, or a time such as 10 seconds", _text(r"availableNow|\d+ (milli)?seconds?")),
    "limits": (False, "an object from check to number", lambda value: isinstance(value, dict)),
    # Cleans everything again by today's rules, from the files and from what the streams still hold.
    "rebuild": (False, "true or false", lambda value: isinstance(value, bool)),
}


class WrongArgument(ValueError):
    """The argument is none that this job can do; the message says what is wrong with which field."""


def read_argument(arguments):
    """The one argument as an object whose fields are known and right. Raises WrongArgument with all that is wrong."""
    try:
        (text,) = arguments
        asked = json.loads(text)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise WrongArgument(f"takes one JSON object, got {' '.join(arguments)[:200]!r}")
    problems = [f"{name} is no field of ours" for name in asked if name not in FIELDS]
    for name, (is_needed, meaning, is_right) in FIELDS.items():
        if name not in asked:
            problems += [f"{name} is missing: {meaning}"] if is_needed else []
        elif not is_right(asked[name]):
            problems.append(f"{name} must be {meaning}, got {json.dumps(asked[name])[:100]}")
    if not problems and asked.get("trigger", AVAILABLE_NOW) != AVAILABLE_NOW and asked.get("steps") != ["stream"]:
        problems.append('a trigger without end goes with "steps": ["stream"] alone')
    if problems:
        raise WrongArgument("; ".join(problems))
    return {"steps": list(STEPS), **asked}
