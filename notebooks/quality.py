# Databricks notebook source
# MAGIC %md
# MAGIC # Quality
# MAGIC Counts what became of every record, what the rules found, and what must never be; a count above its limit fails the run with a sentence.
# MAGIC
# MAGIC | | |
# MAGIC |---|---|
# MAGIC | **in** | the tables of all layers, and of the files that the batch layer has listed those that are new |
# MAGIC | **out** | `quality`: one row per run_date, layer, dataset and check: value, limit (null: none), breached |

# COMMAND ----------

# root: folder of notebooks/ and datasets/. Set before the imports, which need it.
dbutils.widgets.text("root", "")
import sys

sys.path.insert(0, f"{dbutils.widgets.get('root')}/notebooks")

from pipeline import quality, serving
from pipeline.definitions import DATASETS, Definitions
from pipeline.layer import Layer
from pipeline.parameters import day, folder, identifier, limits, optional, per_dataset, read_parameters
from pipeline.sources import listed_files
from pipeline.tables import Tables

# COMMAND ----------

# MAGIC %md
# MAGIC ## Parameters

# COMMAND ----------

parameters = read_parameters(
    dbutils,
    root=("", folder),
    run_date=("", day),
    # The batch layer's, which say what it has listed.
    checkpoints_path=("", folder),
    speed_tables=("", per_dataset(identifier)),
    # Greatest number that is still good, per check. What is not named here is only reported.
    limits=('{"lines_missing": 0, "keys_repeated": 0, "sentinels_left": 0, "different": 0}', limits),
    catalog=("", optional(identifier)),
    schema=("", identifier),
    tables_path=("", optional(folder)),
)

# COMMAND ----------

# MAGIC %md
# MAGIC ## Check each layer

# COMMAND ----------

definitions = Definitions(parameters["root"])
tables = Tables(spark, parameters["schema"], parameters["catalog"], parameters["tables_path"])
tables.create_schema()
layers = [
    Layer("batch", tables, definitions, {dataset: f"batch_{dataset}" for dataset in DATASETS}),
    Layer("speed", tables, definitions, parameters["speed_tables"]),
]
found = []


def note(layer_name, checks):
    found.extend((layer_name, *row) for row in checks.collect())


relations = {}
for layer in layers:
    layer.create_tables()
    relations[layer.name] = {dataset: layer.read(dataset).cache() for dataset in DATASETS}
    for dataset, rows in relations[layer.name].items():
        note(layer.name, quality.row_checks(rows, dataset, definitions.sentinels(dataset)))
        fate = (tables.read(layer.quarantine(dataset)), tables.read(layer.duplicates(dataset)))
        note(layer.name, quality.fate_checks(rows, *fate, dataset))
        found.append((layer.name, dataset, "older_rules", float(layer.older_rules(dataset))))
    note(layer.name, quality.post_checks(relations[layer.name]))

read = {(layer, dataset): value for layer, dataset, check, value in found if check == "read"}
for dataset in DATASETS:
    # Not the files that are there now: the sink has closed some since the batch layer listed them.
    files = listed_files(spark, f"{parameters['checkpoints_path']}/batch_{dataset}")
    missing = quality.lines_missing(spark, tables, dataset, files, read[("batch", dataset)])
    found.append(("batch", dataset, "lines_missing", float(missing)))

agreement = serving.reconciliation(relations["batch"], relations["speed"])
for row in agreement.collect():
    found.extend(("serving", row.dataset, check, float(row[check])) for check in agreement.columns if check != "dataset")
for rows in (*relations["batch"].values(), *relations["speed"].values()):
    rows.unpersist()

# COMMAND ----------

# MAGIC %md
# MAGIC ## Report, then judge

# COMMAND ----------

run_date = parameters["run_date"]
allowed = {check: float(limit) for check, limit in parameters["limits"].items()}
unknown = set(allowed) - {check for _, _, check, _ in found}
if unknown:
    raise ValueError(f"parameter limits names no check of ours: {', '.join(sorted(unknown))}")

tables.create(
    "quality",
    [("run_date", "DATE"), ("layer", "STRING"), ("dataset", "STRING"), ("check", "STRING"), ("value", "DOUBLE")]
    + [("limit", "DOUBLE"), ("breached", "BOOLEAN")],
)
report = [
    (run_date, *row, allowed.get(row[2]), row[2] in allowed and row[3] is not None and row[3] > allowed[row[2]])
    for row in found
]
(
    spark.createDataFrame(report, tables.read("quality").schema)
    .write.format("delta")
    .mode("overwrite")
    .option("replaceWhere", f"run_date = '{run_date}'")
    .saveAsTable(tables.name("quality"))
)

problems = quality.breaches(found, allowed)
if problems:
    raise quality.LimitBreached("; ".join(problems))
older = ", ".join(f"{layer} {dataset}" for layer, dataset, check, value in found if check == "older_rules" and value)
hint = f"; rows of older rules in {older}: run once with the parameter rebuild set to yes" if older else ""
dbutils.notebook.exit(f"{len(found)} checks, none above its limit{hint}")
