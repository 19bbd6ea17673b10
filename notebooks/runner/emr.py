"""One run of everything on EMR Serverless: the entry point of its job. The laptop's is laptop.py.

Takes one argument, a JSON object (emr_argument.py says which). Prints one JSON object a line on stdout: what begins, what has ended, at the end `done` with what
the index says, or `failed` with the step and a reason of one line. Exits with 0; 1 when a step failed; 2 for a wrong argument, before
anything has begun; 3 when quality found more than its limits.
"""

import json
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path

# The archive that the job is given, unpacked in the working directory; else the repository that this file lies in.
ROOT = Path("pipeline").resolve() if Path("pipeline/notebooks").is_dir() else Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))

from pipeline.store import open_store  # noqa: E402
from runner.emr_argument import AVAILABLE_NOW, WrongArgument, read_argument  # noqa: E402
from runner.run import Run, StepFailed, now, say  # noqa: E402

FAILED, WRONG, BREACHED = 1, 2, 3


def main(arguments):
    try:
        asked = read_argument(arguments)
    except WrongArgument as wrong:
        say({"failed": "argument", "reason": str(wrong)})
        return WRONG
    run = Run(NOTEBOOKS, parameters(asked))
    try:
        with redirect_stdout(sys.stderr):
            run.begin(session)
            run.steps(asked["steps"])
    except StepFailed as failed:
        say({"failed": failed.step, "reason": failed.reason})
        return BREACHED if failed.is_breach else FAILED
    say({"done": json.loads(open_store(asked["viewsPath"]).read("index.json")) if "export" in asked["steps"] else None})
    return 0


def session():
    """The session of a job that was submitted with the Delta jars; in code, which wins over all that was submitted, is what answers depend on."""
    from pyspark.sql import SparkSession

    # This logger prints kilobytes for every SQL error, even one that is caught.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    settings = {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        # Tables are found again in their folders; a schema needs no place of its own.
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": "file:///tmp/warehouse",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        # Small data: planning costs more than computing, and each task of Delta's own reads costs a start.
        "spark.sql.adaptive.enabled": "false",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.files.openCostInBytes": "16384",
    }
    builder = SparkSession.builder.appName("pipeline")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.conf.set("spark.sql.shuffle.partitions", str(cores_of(spark.conf)))
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def cores_of(conf):
    """Cores of all executors, of which there is a fixed number; at least 2. Spark's default of 200 tasks takes minutes for nothing."""
    return max(2, int(conf.get("spark.executor.instances", "1")) * int(conf.get("spark.executor.cores", "2")))


def parameters(asked):
    """All parameters of all notebooks; each takes those that it declares."""
    given = {
        "root": str(ROOT),
        "run_date": asked.get("runDate", "")[:10],
        "as_of": now(),
        "run_id": asked.get("runId", ""),
        "schedule": asked.get("schedule", ""),
        "topics_path": asked["topicsPath"],
        "topics": json.dumps(asked["topics"]),
        "streams": json.dumps(asked["streams"]),
        "region": asked["region"],
        "endpoint": asked.get("kinesisEndpoint", ""),
        "speed_tables": json.dumps(asked["speedTables"]),
        "trigger": asked.get("trigger", AVAILABLE_NOW),
        "checkpoints_path": asked["checkpointsPath"],
        "views_path": asked["viewsPath"],
        "rebuild": "yes" if asked.get("rebuild") else "",
        "schema": asked.get("schema", "pinterest"),
        "tables_path": asked["tablesPath"],
    }
    if "limits" in asked:
        given["limits"] = json.dumps(asked["limits"])
    return given


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    if status:
        sys.exit(status)
