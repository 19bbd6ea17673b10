"""Runs notebooks one after the other, as a Databricks job would: on a laptop (laptop.py) and on EMR Serverless (emr.py)."""

import json
import re
import sys
import time
import traceback
from datetime import datetime, timezone
from pathlib import Path

from pyspark.errors import StreamingQueryException

from pipeline.quality import LimitBreached
from runner.kinesis import KinesisSource
from runner.notebook import run_notebook

WORKER_STARTS = 3


class StepFailed(Exception):
    """A step ended badly: `step` is a notebook, `session` (the start of Spark), or another step by its name; `reason` is one line."""

    def __init__(self, step, reason, is_breach=False):
        super().__init__(f"{step}: {reason}")
        self.step, self.reason, self.is_breach = step, reason, is_breach


class Run:
    """`notebooks`: their folder. `parameters`: all parameters of all notebooks, as text; each takes those that it declares."""

    def __init__(self, notebooks, parameters):
        self.notebooks, self.parameters = Path(notebooks), parameters
        self.spark = None
        self.seconds = {}

    def begin(self, session):
        """Starts Spark by `session()`, and makes the source `kinesis` known to it."""
        self.spark = self.timed("session", session)
        self.spark.dataSource.register(KinesisSource)
        return self.spark

    def steps(self, names, go_on_after_breach=False):
        """Runs these notebooks in this order. What quality found above its limits, in a sentence, or None.

        Raises StepFailed; for a breach, too, unless told to go on."""
        breaches = None
        for name in names:
            try:
                self.timed(name, lambda name=name: patiently(lambda: self._run(name), self.spark))
            except StepFailed as failed:
                if not (failed.is_breach and go_on_after_breach):
                    raise
                breaches = failed.reason
        return breaches

    def timed(self, step, work):
        """Does one step and says so."""
        say({"began": step})
        began = time.perf_counter()
        try:
            result = work()
        except LimitBreached as breached:
            self._end(step, began, str(breached))
            raise StepFailed(step, str(breached), is_breach=True) from breached
        except Exception as error:
            traceback.print_exc()
            raise StepFailed(step, reason_of(error)) from error
        self._end(step, began, result if isinstance(result, str) else None)
        return result

    def _end(self, step, began, said):
        self.seconds[step] = round(time.perf_counter() - began, 2)
        say({"ended": step, "seconds": self.seconds[step], "said": said})

    def _run(self, name):
        return run_notebook(self.notebooks / f"{name}.py", self.spark, self.parameters)


def patiently(work, spark, starts=WORKER_STARTS):
    """Does the work again when a worker of Python was late: Spark gives it 10 s to start, and on a busy machine that can be too few. What was
    taken in is not taken in twice."""
    for _ in range(starts - 1):
        try:
            return work()
        except StreamingQueryException as failed:
            if "Python worker failed to connect back" not in str(failed):
                raise
            print("a Python worker was late; once more", file=sys.stderr)
            for query in spark.streams.active:
                query.stop()
    return work()


def reason_of(error):
    """One line: of an error that came through Spark from Python the cause in Python, which stands last; of one from Java the last cause there;
    else the first line."""
    first, *rest = str(error).strip().splitlines() or [""]
    python = [line for line in rest if re.match(r"([\w.]+\.)?\w+(Error|Exception): ", line)]
    java = [line.split(": ", 1)[1] for line in rest if line.startswith((": ", "Caused by: "))]
    return (python[-1:] or [f"{type(error).__name__}: {(java or [first])[-1]}"])[0][:500]


def now():
    """The time as ISO 8601 in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def say(event):
    """One JSON object on a line of the real stdout, whatever the notebooks print."""
    print(json.dumps(event), file=sys.__stdout__, flush=True)
