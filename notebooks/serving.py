# Databricks notebook source
# MAGIC %md
# MAGIC # Serving layer
# MAGIC Answers from both layers: per post the record that arrived last (on equal time the speed layer's), and says how the layers agree.
# MAGIC
# MAGIC | | |
# MAGIC |---|---|
# MAGIC | **in** | the clean tables of the batch layer and of the speed layer; a layer that has never run counts as empty |
# MAGIC | **out** | `serving_post`: one row per post, pin, geo and user side by side |
# MAGIC | | `serving_<question>`: the views and their companions, with `run_date` |
# MAGIC | | `serving_reconciliation`: per dataset, posts in batch only, in speed only, in both, and in both but different (must be 0) |

# COMMAND ----------

# root: folder of notebooks/ and datasets/. Set before the imports, which need it.
dbutils.widgets.text("root", "")
import sys

sys.path.insert(0, f"{dbutils.widgets.get('root')}/notebooks")

from pyspark.sql import functions as F

from pipeline import serving, views
from pipeline.cleaning import register_functions
from pipeline.definitions import DATASETS, Definitions
from pipeline.layer import Layer
from pipeline.parameters import day, folder, identifier, matching, optional, per_dataset, read_parameters
from pipeline.tables import Tables
from pipeline.upkeep import look_after

# COMMAND ----------

# MAGIC %md
# MAGIC ## Parameters

# COMMAND ----------

parameters = read_parameters(
    dbutils,
    root=("", folder),
    run_date=("", day),
    speed_tables=("", per_dataset(identifier)),
    # weekly: small files are put together, and old ones deleted; never: where the platform does it.
    upkeep=("weekly", matching("weekly|never", "weekly or never")),
    catalog=("", optional(identifier)),
    schema=("", identifier),
    tables_path=("", optional(folder)),
)

# COMMAND ----------

# MAGIC %md
# MAGIC ## One row per post

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

batch, speed = ({dataset: layer.read(dataset) for dataset in DATASETS} for layer in layers)
latest = {dataset: serving.latest(batch[dataset], speed[dataset]) for dataset in DATASETS}
answers = views.answer(spark, definitions, latest)

tables.replace_if_different("serving_post", serving.posts(latest))

# COMMAND ----------

# MAGIC %md
# MAGIC ## Answers, and how the layers agree

# COMMAND ----------

run_date = parameters["run_date"]
views.keep(tables, "serving", answers, run_date)
agreement = serving.reconciliation(batch, speed).withColumn("run_date", F.lit(run_date))
tables.replace_if_different("serving_reconciliation", agreement)
for relation in latest.values():
    relation.unpersist()

if parameters["upkeep"] == "weekly":
    answers = [f"serving_{view}" for view in definitions.views]
    # The batch layer's table keeps the day: those here are replaced whole, properties and all.
    look_after(tables, ["serving_post", "serving_reconciliation", *answers], layers[0].clean["pin"], "serving", run_date)

display(tables.read("serving_reconciliation"))
