# Databricks notebook source
# MAGIC %md
# MAGIC # Export
# MAGIC Puts each answer of each layer where a URL gives it, and last an index that says what they hold and as of when.
# MAGIC
# MAGIC | | |
# MAGIC |---|---|
# MAGIC | **in** | the views of the batch and the serving layer, and the clean tables of the speed layer |
# MAGIC | **out** | `<views_path>/<layer>/<question>.json`: the answer, in the shape of the laptop's `GET /views/{view}` |
# MAGIC | | `<views_path>/index.json`: `asOf`, the run, the questions, and what became of the records of each layer |
# MAGIC
# MAGIC An answer that has not changed is not written again. It comes after quality, so that a run that failed leaves the last good answers.

# COMMAND ----------

# root: folder of notebooks/ and datasets/. Set before the imports, which need it.
dbutils.widgets.text("root", "")
import sys

sys.path.insert(0, f"{dbutils.widgets.get('root')}/notebooks")

from datetime import datetime, timezone

from pipeline import views
from pipeline.cleaning import register_functions
from pipeline.definitions import DATASETS, Definitions
from pipeline.export import INDEX, as_json, counts, put_answers
from pipeline.layer import Layer
from pipeline.parameters import day, folder, identifier, instant, matching, optional, per_dataset, read_parameters
from pipeline.store import open_store
from pipeline.tables import Tables

# COMMAND ----------

# MAGIC %md
# MAGIC ## Parameters

# COMMAND ----------

parameters = read_parameters(
    dbutils,
    root=("", folder),
    run_date=("", day),
    # When the run began: what files and streams held then is in the answers. Empty: now.
    as_of=("", instant),
    # Both go into the index as they are.
    run_id=("", optional(matching(r"[^\n]{1,200}", "one line of at most 200 characters"))),
    schedule=("", optional(matching(r"[^\n]{1,200}", "one line of at most 200 characters"))),
    # s3://<bucket>/<prefix>, or a folder.
    views_path=("", folder),
    speed_tables=("", per_dataset(identifier)),
    catalog=("", optional(identifier)),
    schema=("", identifier),
    tables_path=("", optional(folder)),
)

# COMMAND ----------

# MAGIC %md
# MAGIC ## The answers of each layer

# COMMAND ----------

definitions = Definitions(parameters["root"])
register_functions(spark, definitions)
tables = Tables(spark, parameters["schema"], parameters["catalog"], parameters["tables_path"])
tables.create_schema()
layers = [
    Layer("batch", tables, definitions, {dataset: f"batch_{dataset}" for dataset in DATASETS}),
    Layer("speed", tables, definitions, parameters["speed_tables"]),
]
for layer in layers:
    layer.create_tables()

speed = {dataset: layers[1].read(dataset) for dataset in DATASETS}
answers = {
    "batch": {view: views.kept(tables, "batch", view) for view in definitions.views},
    "speed": views.answer(spark, definitions, speed),
    "serving": {view: views.kept(tables, "serving", view) for view in definitions.views},
}
store = open_store(parameters["views_path"])
written = put_answers(store, answers)
for relation in speed.values():
    relation.unpersist()

# COMMAND ----------

# MAGIC %md
# MAGIC ## The index, last

# COMMAND ----------


def seconds(time):
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


index = {
    "asOf": seconds(parameters["as_of"]),
    "run": {
        "id": parameters["run_id"],
        "date": parameters["run_date"].isoformat(),
        "schedule": parameters["schedule"],
        "finished": seconds(datetime.now(timezone.utc)),
        "spark": spark.version,
    },
    "views": [{**definitions.listing(view), "layers": list(answers)} for view in definitions.views],
    "counts": {layer.name: counts(layer) for layer in layers},
}
store.write(INDEX, as_json(index))

dbutils.notebook.exit(f"{len(written)} of {sum(map(len, answers.values()))} answers changed")
