"""Parameters of a notebook: declared in one place, read from widgets, and checked before anything is done."""

import json
import re
from datetime import date, datetime, timezone

from pipeline.definitions import DATASETS


def read_parameters(dbutils, **declared):
    """Values by name. `declared` maps each name to (default, check); a check returns the value or raises ValueError.

    Raises ValueError with every parameter that is wrong: its name, what it must be, and what it was.
    """
    values, problems = {}, []
    for name, (default, check) in declared.items():
        dbutils.widgets.text(name, default)
        got = dbutils.widgets.get(name).strip()
        try:
            values[name] = check(got)
        except ValueError as problem:
            problems.append(f"parameter {name} {problem}, got {got!r}")
    if problems:
        raise ValueError("; ".join(problems))
    return values


def folder(text):
    """A path or address, without a slash at the end."""
    if not re.fullmatch(r"[^'`\s]+", text):
        raise ValueError("must be a path or an address without blanks and quotes")
    return text.rstrip("/")


def identifier(text):
    """A catalog, schema or table name."""
    if not re.fullmatch(r"\w+", text, re.ASCII):
        raise ValueError("must be a name of letters, digits and '_'")
    return text


def optional(check):
    """As `check`, with None for an empty text."""
    return lambda text: check(text) if text else None


def matching(pattern, meaning):
    """A text of the given form."""

    def check(text):
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {meaning}")
        return text

    return check


def whole_number(text):
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("must be a whole number")
    return int(text)


def day(text):
    """A date as yyyy-mm-dd. Empty means today in UTC, for runs that nobody scheduled."""
    if not text:
        return datetime.now(timezone.utc).date()
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else _no_day()
    except ValueError:
        _no_day()


def _no_day():
    raise ValueError("must be a day as yyyy-mm-dd, or empty for today")


def instant(text):
    """A time as ISO 8601 with its offset, such as 2026-03-04T05:06:07Z. Empty means now."""
    if not text:
        return datetime.now(timezone.utc)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ValueError("must be a time such as 2026-03-04T05:06:07Z, or empty for now")
    return time


def per_dataset(check):
    """A JSON object with one text for each dataset, such as {"pin": "a.pin", "geo": "a.geo", "user": "a.user"}."""

    def read(text):
        value = _json_object(text)
        if sorted(value) != sorted(DATASETS):
            raise ValueError(f"must be a JSON object with the fields {', '.join(DATASETS)}")
        return {dataset: check(str(value[dataset])) for dataset in DATASETS}

    return read


def limits(text):
    """A JSON object from a check's name to the greatest number that is still good."""
    value = _json_object(text)
    if not all(isinstance(limit, (int, float)) and not isinstance(limit, bool) for limit in value.values()):
        raise ValueError("must be a JSON object from check to number")
    return value


def _json_object(text):
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("must be a JSON object")
    return value
