# Databricks notebook source
# MAGIC %md
# MAGIC # Batch layer
# MAGIC Takes the files that Kafka Connect has written since the last run, cleans them, keeps the last arrival of each post, and answers the questions.
# MAGIC
# MAGIC | | |
# MAGIC |---|---|
# MAGIC | **in** | `<topics_path>/<topic>/partition=*/*.json`: one JSON object per line |
# MAGIC | **out** | `batch_pin`, `batch_geo`, `batch_user`, one row per post (`ind`); each with `_quarantine` and `_duplicates` |
# MAGIC | | `batch_<question>`: the views and their companions, with `run_date` |
# MAGIC
# MAGIC Running it again changes nothing. Deleting the checkpoints makes it read everything again, to the same end.

# COMMAND ----------

# root: folder of notebooks/ and datasets/. Set before the imports, which need it.
dbutils.widgets.text("root", "")
import sys

sys.path.insert(0, f"{dbutils.widgets.get('root')}/notebooks")

from pipeline import views
from pipeline.cleaning import register_functions
from pipeline.definitions import DATASETS, Definitions
from pipeline.layer import Layer
from pipeline.parameters import day, folder, identifier, matching, optional, per_dataset, read_parameters
from pipeline.queries import until_all_end
from pipeline.rebuild import kept_sentence, rebuild
from pipeline.sources import file_stream, lines_of_files
from pipeline.tables import Tables, delete_folder
from pipeline.upkeep import look_after

# COMMAND ----------

# MAGIC %md
# MAGIC ## Parameters

# COMMAND ----------

parameters = read_parameters(
    dbutils,
    root=("", folder),
    # The day this run is for, as the DAG sends it; empty: today.
    run_date=("", day),
    topics_path=("", folder),
    topics=("", per_dataset(folder)),
    checkpoints_path=("", folder),
    # Empty: the session's catalog.
    catalog=("", optional(identifier)),
    schema=("", identifier),
    # yes: everything is cleaned again by today's rules; empty: only what is new.
    rebuild=("", optional(matching("yes", "yes, or empty"))),
    # weekly: small files are put together, and old ones deleted; never: where the platform does it.
    upkeep=("weekly", matching("weekly|never", "weekly or never")),
    # Empty: tables managed by the catalog.
    tables_path=("", optional(folder)),
)

# COMMAND ----------

# MAGIC %md
# MAGIC ## Take the new files in

# COMMAND ----------

definitions = Definitions(parameters["root"])
register_functions(spark, definitions)
tables = Tables(spark, parameters["schema"], parameters["catalog"], parameters["tables_path"])
tables.create_schema()
layer = Layer("batch", tables, definitions, {dataset: f"batch_{dataset}" for dataset in DATASETS})


def take_new_files(layer, dataset, checkpoint):
    files = file_stream(spark, parameters["topics_path"], parameters["topics"][dataset])
    return (
        files.writeStream.queryName(f"batch_{dataset}")
        .option("checkpointLocation", checkpoint)
        .trigger(availableNow=True)
        .foreachBatch(lambda batch, _: layer.take_in(dataset, lines_of_files(batch)))
        .start()
    )


def take_all_files(layer):
    checkpoint = f"{parameters['checkpoints_path']}/batch_rebuilt"
    delete_folder(spark, checkpoint)
    until_all_end([take_new_files(layer, dataset, f"{checkpoint}/{dataset}") for dataset in DATASETS])
    delete_folder(spark, checkpoint)


said = ""
if parameters["rebuild"]:
    said = kept_sentence(rebuild(layer, take_all_files))
layer.create_tables()
until_all_end([take_new_files(layer, dataset, f"{parameters['checkpoints_path']}/batch_{dataset}") for dataset in DATASETS])

# COMMAND ----------

# MAGIC %md
# MAGIC ## Answer the questions

# COMMAND ----------

relations = {dataset: layer.read(dataset) for dataset in DATASETS}
changed = views.keep(tables, layer.name, views.answer(spark, definitions, relations), parameters["run_date"])
for relation in relations.values():
    relation.unpersist()

if parameters["upkeep"] == "weekly":
    answers = [f"batch_{view}" for view in definitions.views]
    look_after(tables, [*layer.all_tables(), *answers], layer.clean["pin"], "batch", parameters["run_date"])

dbutils.notebook.exit(f"{len(changed)} of {len(definitions.views)} views changed{said}")
