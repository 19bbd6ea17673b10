"""The notebooks over a laptop's files and streams; `npm start -- --engine spark` calls this.

Takes one JSON object as the first line of stdin. Prints one JSON object a line on stdout: what begins, what has ended, and at the end the
report, or what failed. `local/spark/notebooks.ts` says what they hold. All else that Spark and the notebooks say goes to stderr.

SIGTERM ends it, the JVM first. So does the end of stdin when the object says `"watched": true`: then whoever started it is gone.
"""

import json
import os
import re
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path

from pyspark import SparkContext
from pyspark import __version__ as spark_version
from pyspark.errors import StreamingQueryException

NOTEBOOKS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(NOTEBOOKS))

from local.kinesis import KinesisSource  # noqa: E402
from local.runner import run_notebook  # noqa: E402
from local.session import local_session  # noqa: E402
from pipeline import views  # noqa: E402
from pipeline.definitions import DATASETS, Definitions  # noqa: E402
from pipeline.layer import Layer  # noqa: E402
from pipeline.quality import LimitBreached  # noqa: E402
from pipeline.tables import Tables  # noqa: E402

SCHEMA = "pipeline"
JVM_STOP_SECONDS = 8
WORKER_STARTS = 3
# JSON numbers beyond it are rounded by readers that know only doubles.
LARGEST_EXACT = 2**53 - 1


def main():
    asked = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGTERM, lambda *_: leave(128 + signal.SIGTERM))
    if asked.get("watched"):
        threading.Thread(target=leave_when_left, daemon=True).start()
    run = Run(asked)
    try:
        with redirect_stdout(sys.stderr):
            report = run.report()
    except Exception as error:
        traceback.print_exc()
        say({"failed": run.doing, "reason": reason_of(error)})
        leave(1)
    say(report)
    leave(0)


class Run:
    def __init__(self, asked):
        self.asked = asked
        self.resumed = Path(asked["output"], "checkpoints").exists()
        # What is going on: the session's start, a notebook, or the report.
        self.doing = "session"
        self.seconds = {}
        self.breaches = None

    def report(self):
        """Runs the notebooks. Their answers and counts, and what they took."""
        asked = self.asked
        spark = self.timed("session", lambda: local_session(asked["jars"], f"{asked['output']}/warehouse"))
        spark.dataSource.register(KinesisSource)
        for notebook in asked["notebooks"]:
            self.timed(notebook, lambda notebook=notebook: self.run(notebook, spark))
        found = self.timed("report", lambda: report(spark, asked))
        spark.stop()
        seconds = {name: self.seconds[name] for name in asked["notebooks"]}
        return {**found, "seconds": seconds, "breaches": self.breaches, "spark": spark_version}

    def run(self, notebook, spark):
        # The first start of a stream after a crash does only the batch that failed (local/kinesis.py).
        times = 2 if notebook == "stream" and self.resumed else 1
        try:
            said = [patiently(lambda: self.run_once(notebook, spark), spark) for _ in range(times)]
            return said[-1]
        except LimitBreached as breached:
            # No failure of the run: it has its report, and this belongs into it.
            self.breaches = str(breached)
            return self.breaches

    def run_once(self, notebook, spark):
        return run_notebook(NOTEBOOKS / f"{notebook}.py", spark, notebook_parameters(self.asked))

    def timed(self, step, work):
        self.doing = step
        say({"began": step})
        began = time.perf_counter()
        result = work()
        self.seconds[step] = round(time.perf_counter() - began, 2)
        say({"ended": step, "seconds": self.seconds[step], "said": result if isinstance(result, str) else None})
        return result


def patiently(work, spark):
    """Does the work again when a worker of Python was late: Spark gives it 10 s to start, and on a busy machine that can be too few. What was
    taken in is not taken in twice."""
    for _ in range(WORKER_STARTS - 1):
        try:
            return work()
        except StreamingQueryException as failed:
            if "Python worker failed to connect back" not in str(failed):
                raise
            print("a Python worker was late; once more", file=sys.stderr)
            for query in spark.streams.active:
                query.stop()
    return work()


def notebook_parameters(asked):
    """All parameters of all notebooks; each takes those that it declares."""
    return {
        "root": str(NOTEBOOKS.parent),
        "run_date": asked.get("runDate", ""),
        "topics_path": asked["topicsPath"],
        "topics": json.dumps(asked["topics"]),
        "streams": json.dumps(asked["streams"]),
        "region": asked["region"],
        "endpoint": asked["kinesisEndpoint"],
        "speed_tables": json.dumps(asked["speedTables"]),
        "trigger": "availableNow",
        "checkpoints_path": f"{asked['output']}/checkpoints",
        "schema": SCHEMA,
        "tables_path": f"{asked['output']}/tables",
    }


def report(spark, asked):
    """Views of each layer that ran, and what became of the records, per dataset."""
    definitions = Definitions(str(NOTEBOOKS.parent))
    tables = Tables(spark, SCHEMA, None, f"{asked['output']}/tables")
    layers = {
        "batch": Layer("batch", tables, definitions, {dataset: f"batch_{dataset}" for dataset in DATASETS}),
        "speed": Layer("speed", tables, definitions, asked["speedTables"]),
    }
    answered, counted = {}, {}
    if "batch" in asked["notebooks"]:
        answered["batch"] = {view: views.kept(tables, "batch", view) for view in definitions.views}
        counted["batch"] = layers["batch"]
    if "stream" in asked["notebooks"]:
        relations = {dataset: layers["speed"].read(dataset) for dataset in DATASETS}
        answered["speed"] = views.answer(spark, definitions, relations)
        counted["speed"] = layers["speed"]
    if "serving" in asked["notebooks"]:
        answered["serving"] = {view: views.kept(tables, "serving", view) for view in definitions.views}
    # Planning these small queries takes longer than running them, so several at a time.
    with ThreadPoolExecutor(max_workers=4) as pool:
        in_jsons = {layer: dict(zip(each, pool.map(in_json, each.values()))) for layer, each in answered.items()}
        counted = dict(zip(counted, pool.map(counts, counted.values())))
    types = {view: [type_.upper() for _, type_ in rows.dtypes] for each in answered.values() for view, rows in each.items()}
    return {"views": in_jsons, "types": types, "counts": counted}


def in_json(rows):
    return {"columns": rows.columns, "rows": [[cell(value) for value in row] for row in rows.collect()]}


def cell(value):
    """A whole number that readers of JSON would round comes as the text of its digits, as from the laptop's DuckDB."""
    if isinstance(value, list):
        return [cell(each) for each in value]
    if isinstance(value, int) and abs(value) > LARGEST_EXACT:
        return str(value)
    return value


def counts(layer):
    """{dataset: read, clean, quarantined, duplicates, quarantinedByReason}."""
    found = {}
    for dataset in DATASETS:
        clean = layer.read(dataset).count()
        reasons = layer.tables.read(layer.quarantine(dataset)).groupBy("reason").count().collect()
        by_reason = {row["reason"]: row["count"] for row in sorted(reasons)}
        duplicates = layer.tables.read(layer.duplicates(dataset)).count()
        quarantined = sum(by_reason.values())
        found[dataset] = {
            "read": clean + quarantined + duplicates,
            "clean": clean,
            "quarantined": quarantined,
            "duplicates": duplicates,
            "quarantinedByReason": by_reason,
        }
    return found


def reason_of(error):
    """One line: of an error that came through Spark from Python the cause in Python, which stands last; else the first."""
    lines = str(error).strip().splitlines() or [""]
    causes = [line for line in lines[1:] if re.match(r"([\w.]+\.)?\w+(Error|Exception): ", line)]
    return (causes[-1] if causes else f"{type(error).__name__}: {lines[0]}")[:500]


def say(event):
    print(json.dumps(event), file=sys.__stdout__, flush=True)


def leave_when_left():
    sys.stdin.read()
    # To the main thread: only there does a handler interrupt the wait for the JVM.
    signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)


def leave(status):
    """Ends the JVM, which cleans its temporary folders up, and then this process."""
    jvm = getattr(SparkContext._gateway, "proc", None)
    if jvm is not None:
        jvm.terminate()
        try:
            jvm.wait(JVM_STOP_SECONDS)
        except Exception:
            jvm.kill()
            jvm.wait()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
