"""The notebooks over a laptop's files and streams; `npm start -- --engine spark` calls this.

Takes one JSON object as the first line of stdin. Prints one JSON object a line on stdout: what begins, what has ended, and at the end the
report, or what failed. `local/spark/notebooks.ts` says what they hold. All else that Spark and the notebooks say goes to stderr.

SIGTERM ends it, the JVM first. So does the end of stdin when the object says `"watched": true`: then whoever started it is gone.
"""

import json
import logging
import os
import signal
import sys
import threading
from contextlib import redirect_stdout
from pathlib import Path

import pyspark
from pyspark import SparkContext

NOTEBOOKS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(NOTEBOOKS))

from runner.run import Run, StepFailed, now, say  # noqa: E402

SCHEMA = "pipeline"
JVM_STOP_SECONDS = 8
# The first compiler alone starts fastest. Its code cache is then 48 MB by default, and once that is full, after some minutes, the JVM compiles
# nothing more and everything crawls.
JVM = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC -Xmn768m"


def main():
    asked = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGTERM, lambda *_: leave(128 + signal.SIGTERM))
    if asked.get("watched"):
        threading.Thread(target=leave_when_left, daemon=True).start()
    run = Run(NOTEBOOKS, parameters(asked))
    try:
        with redirect_stdout(sys.stderr):
            found = whole(run, asked)
    except StepFailed as failed:
        say({"failed": failed.step, "reason": failed.reason})
        leave(1)
    say(found)
    leave(0)


def whole(run, asked):
    """Runs the notebooks. Their answers and counts, and what they took."""
    spark = run.begin(lambda: local_session(asked["jars"], f"{asked['output']}/warehouse"))
    # What quality finds is no failure of the run here: it has its report, and this belongs into it.
    breaches = run.steps(asked["notebooks"], go_on_after_breach=True)
    spark.stop()
    seconds = {name: run.seconds[name] for name in asked["notebooks"]}
    return {**report(views_folder(asked)), "seconds": seconds, "breaches": breaches, "spark": pyspark.__version__}


def views_folder(asked):
    return Path(asked["output"], "views")


def report(folder):
    """What the notebook export has left: rows of each view by layer, types of its columns, and what became of the records."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    views, types = {}, {}
    for view in index["views"]:
        for layer in view["layers"]:
            answer = json.loads((folder / layer / f"{view['name']}.json").read_text(encoding="utf-8"))
            columns = [column["name"] for column in answer["columns"]]
            views.setdefault(layer, {})[view["name"]] = {"columns": columns, "rows": answer["rows"]}
            types[view["name"]] = [column["type"] for column in answer["columns"]]
    return {"views": views, "types": types, "counts": index["counts"]}


def parameters(asked):
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
        "views_path": str(views_folder(asked)),
        "as_of": now(),
        "schema": SCHEMA,
        "tables_path": f"{asked['output']}/tables",
    }


def local_session(jars, folder, cores=2):
    """A Spark session with Delta on this machine, set as a Databricks cluster is: ANSI, UTC. `jars`: folder of the Delta jars. `folder`: where
    tables without a path go; nothing is written elsewhere."""
    files = sorted(Path(jars).glob("*.jar"))
    suffix = ".".join(pyspark.__version__.split(".")[:2])
    if not any(file.name.startswith(f"delta-spark_{suffix}_") for file in files):
        raise RuntimeError(f"{jars} holds no Delta jar for Spark {suffix}; run: npx tsx toolchain/ensure-python.ts spark")
    # Workers run `python3` from PATH unless told, and that one has no pyarrow.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # They import the Kinesis source by its module's name.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(NOTEBOOKS), *filter(None, [os.environ.get("PYTHONPATH")])])
    # This logger prints kilobytes for every SQL error, even one that is caught.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    settings = {
        "spark.jars": ",".join(map(str, files)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": str(folder),
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        # Small data on few cores: planning costs more than computing. So: fewer and larger tasks, no planning anew after each stage, small
        # projections not compiled (whole stages still are), and what has been compiled once is kept.
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.cache.maxEntries": "5000",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.files.openCostInBytes": "16384",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # A busy machine takes longer than Spark's 15 s to read what was collected for it.
        "spark.python.authenticate.socketTimeout": "120s",
        "spark.driver.extraJavaOptions": f"-Duser.timezone=UTC {JVM}",
    }
    builder = pyspark.sql.SparkSession.builder.master(f"local[{cores}]").appName("pipeline")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


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
