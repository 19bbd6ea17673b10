"""Runs a notebook in Databricks source format, exactly as it is deployed, with what Databricks would put around it."""

import re
from pathlib import Path

HEADER = "# Databricks notebook source"
# Plain Python cells and markdown run anywhere; these would silently do nothing here.
UNSUPPORTED = re.compile(r"^# MAGIC %(?!md\b)\w+", re.M)


def run_notebook(path, spark, parameters):
    """Runs the notebook at `path` with `parameters`, all text, as a job would. Returns what it gave to dbutils.notebook.exit, or None."""
    source = Path(path).read_text(encoding="utf-8")
    if source.split("\n", 1)[0] != HEADER:
        raise ValueError(f"{path}: the first line must be {HEADER!r}")
    if magic := UNSUPPORTED.search(source):
        raise ValueError(f"{path}: {magic.group(0)} does not run outside Databricks")
    dbutils = Dbutils(parameters)
    try:
        exec(compile(source, str(path), "exec"), {"__name__": "__main__", "spark": spark, "dbutils": dbutils, "display": _show})
    except _Exit as left:
        return left.value
    return None


def _show(rows):
    rows.show(truncate=False)


class _Exit(BaseException):
    """Leaves a notebook. No Exception, so that a notebook's own `except` does not catch it."""

    def __init__(self, value):
        self.value = value


class Dbutils:
    """The part of dbutils that the notebooks use."""

    def __init__(self, parameters):
        self.widgets = _Widgets(parameters)
        self.notebook = _Notebook()


class _Widgets:
    def __init__(self, parameters):
        wrong = [name for name, value in parameters.items() if not isinstance(value, str)]
        if wrong:
            raise TypeError(f"notebook parameters are text; these are not: {', '.join(wrong)}")
        self._given = dict(parameters)
        self._declared = {}

    def text(self, name, default):
        self._declared[name] = self._given.get(name, default)

    def get(self, name):
        if name not in self._declared:
            raise LookupError(f"no widget named {name} has been declared")
        return self._declared[name]


class _Notebook:
    def exit(self, value):
        raise _Exit(value)
