# Databricks notebook source
# MAGIC %md
# MAGIC # Speed layer
# MAGIC Follows the Kinesis streams, cleans each record by the same rules as the batch layer, and keeps the last arrival of each post.
# MAGIC
# MAGIC | | |
# MAGIC |---|---|
# MAGIC | **in** | one Kinesis stream per dataset, or one for all, told apart by partition key; each record's data is one JSON object |
# MAGIC | **out** | `<userId>_pin_table`, `<userId>_geo_table`, `<userId>_user_table`, one row per post (`ind`); each with `_quarantine` and `_duplicates` |
# MAGIC
# MAGIC Stops and resumes without loss or repeat: each stream has a checkpoint of its own, and taking a record in twice changes nothing.
# MAGIC A stream that was deleted and made anew needs its checkpoint deleted too.

# COMMAND ----------

# root: folder of notebooks/ and datasets/. Set before the imports, which need it.
dbutils.widgets.text("root", "")
import sys

sys.path.insert(0, f"{dbutils.widgets.get('root')}/notebooks")

from pipeline.cleaning import register_functions
from pipeline.definitions import Definitions
from pipeline.layer import Layer
from pipeline.parameters import day, folder, identifier, matching, optional, per_dataset, read_parameters
from pipeline.queries import take_what_there_is, until_one_ends
from pipeline.rebuild import kept_sentence, rebuild
from pipeline.sources import feeds_of, kinesis_stream, records_by_key, records_of_kinesis
from pipeline.tables import Tables, delete_folder
from pipeline.upkeep import look_after

# COMMAND ----------

# MAGIC %md
# MAGIC ## Parameters

# COMMAND ----------

parameters = read_parameters(
    dbutils,
    root=("", folder),
    streams=("", per_dataset(folder)),
    region=("", matching(r"[a-z]{2}(-[a-z]+)+-\d", "a region such as us-east-1")),
    # Empty: AWS's own.
    endpoint=("", optional(folder)),
    # Unity Catalog service credential that reads the streams; empty: the cluster's instance profile.
    service_credential=("", optional(identifier)),
    speed_tables=("", per_dataset(identifier)),
    # Time between micro-batches; availableNow: take what is there, then stop.
    trigger=("1 second", matching(r"availableNow|\d+ (milli)?seconds?", "availableNow, or a time such as 1 second")),
    # Where a new checkpoint begins.
    initial_position=("trim_horizon", matching("trim_horizon|latest", "trim_horizon or latest")),
    checkpoints_path=("", folder),
    # yes: everything that the streams still hold is cleaned again by today's rules; empty: only what is new.
    rebuild=("", optional(matching("yes", "yes, or empty"))),
    # weekly: small files are put together, and old ones deleted; never: where the platform does it.
    upkeep=("weekly", matching("weekly|never", "weekly or never")),
    catalog=("", optional(identifier)),
    schema=("", identifier),
    tables_path=("", optional(folder)),
)

# COMMAND ----------

# MAGIC %md
# MAGIC ## Follow the streams

# COMMAND ----------

definitions = Definitions(parameters["root"])
register_functions(spark, definitions)
tables = Tables(spark, parameters["schema"], parameters["catalog"], parameters["tables_path"])
tables.create_schema()
layer = Layer("speed", tables, definitions, parameters["speed_tables"])

once = parameters["trigger"] == "availableNow"
all_there_is = {"availableNow": True}
trigger = all_there_is if once else {"processingTime": parameters["trigger"]}


feeds = feeds_of(parameters["streams"])


def take_in(layer, datasets, batch):
    if len(datasets) == 1:
        layer.take_in(datasets[0], records_of_kinesis(batch))
        return
    # Read once for all.
    batch = batch.localCheckpoint()
    for dataset in datasets:
        layer.take_in(dataset, records_by_key(batch, dataset))


def follow(layer, feed, checkpoint, trigger, initial_position):
    stream, datasets = feeds[feed]
    records = kinesis_stream(
        spark,
        stream,
        parameters["region"],
        initial_position,
        parameters["endpoint"],
        parameters["service_credential"],
    )
    return (
        records.writeStream.queryName(f"speed_{feed}")
        .option("checkpointLocation", checkpoint)
        .trigger(**trigger)
        .foreachBatch(lambda batch, _: take_in(layer, datasets, batch))
        .start()
    )


def take_all_records(layer):
    checkpoint = f"{parameters['checkpoints_path']}/speed_rebuilt"
    delete_folder(spark, checkpoint)
    take_what_there_is(feeds, lambda feed: follow(layer, feed, f"{checkpoint}/{feed}", all_there_is, "trim_horizon"))
    delete_folder(spark, checkpoint)


def follow_on(feed):
    checkpoint = f"{parameters['checkpoints_path']}/speed_{feed}"
    return follow(layer, feed, checkpoint, trigger, parameters["initial_position"])


said = ""
if parameters["rebuild"]:
    said = kept_sentence(rebuild(layer, take_all_records))
layer.create_tables()
if parameters["upkeep"] == "weekly":
    # Before the streams: while they run, they write.
    look_after(tables, layer.all_tables(), layer.clean["pin"], "speed", day(""))
if once:
    take_what_there_is(feeds, follow_on)
else:
    # Without this, a query that ended earlier in the same session would count as the first to end.
    spark.streams.resetTerminated()
    # Ends when one stream does, so that the job starts all of them again.
    until_one_ends(spark, [follow_on(feed) for feed in feeds])

dbutils.notebook.exit(f"the streams have been followed{said}")
