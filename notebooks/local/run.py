"""The notebooks over a laptop's files and streams: `npx tsx ops/python/run-spark.ts` calls this.

Reads one JSON object from stdin, prints one as the last line of stdout. See `ops/python/run-spark.ts` for both.
"""

import json
import sys
import time
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(NOTEBOOKS))

from local.kinesis import KinesisSource  # noqa: E402
from local.runner import run_notebook  # noqa: E402
from local.session import local_session  # noqa: E402
from pipeline import views  # noqa: E402
from pipeline.definitions import DATASETS, Definitions  # noqa: E402
from pipeline.layer import Layer  # noqa: E402
from pipeline.tables import Tables  # noqa: E402

SCHEMA = "pipeline"


def main():
    asked = json.load(sys.stdin)
    spark = local_session(asked["jars"], f"{asked['output']}/warehouse")
    spark.dataSource.register(KinesisSource)
    seconds = {}

    def run(notebook):
        began = time.perf_counter()
        print(f"{notebook} …", file=sys.stderr)
        run_notebook(NOTEBOOKS / f"{notebook}.py", spark, notebook_parameters(asked))
        seconds[notebook] = round(time.perf_counter() - began, 2)

    resumed = Path(asked["output"], "checkpoints").exists()
    for notebook in asked["notebooks"]:
        run(notebook)
        if notebook == "stream" and resumed:
            # After a crash the first start does only the batch that failed (local/kinesis.py).
            run(notebook)
    print(json.dumps({**report(spark, asked), "seconds": seconds}, default=str))
    spark.stop()


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
        answered["batch"] = {view: in_json(views.kept(tables, "batch", view)) for view in definitions.views}
        counted["batch"] = counts(layers["batch"])
    if "stream" in asked["notebooks"]:
        relations = {dataset: layers["speed"].read(dataset) for dataset in DATASETS}
        answered["speed"] = {view: in_json(rows) for view, rows in views.answer(spark, definitions, relations).items()}
        counted["speed"] = counts(layers["speed"])
    if "serving" in asked["notebooks"]:
        answered["serving"] = {view: in_json(views.kept(tables, "serving", view)) for view in definitions.views}
    return {"views": answered, "counts": counted}


def in_json(rows):
    return {"columns": rows.columns, "rows": [list(row) for row in rows.collect()]}


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


if __name__ == "__main__":
    main()
