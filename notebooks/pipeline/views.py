"""The shared questions, answered over any relations pin, geo and user, and kept as tables `<layer>_<view>`."""

from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import functions as F
from pyspark.sql.types import DateType, IntegerType, StructType

from pipeline.definitions import DATASETS

# Two columns besides the view's own: its place in the stated order, and the day it was made for.
PLACE = "place_in_order"


def answer(spark, definitions, relations):
    """{view: DataFrame in the stated order}. `relations`: {dataset: one clean row per `ind`}. They are cached until the session ends or
    the caller unpersists them."""
    for dataset in DATASETS:
        relations[dataset].cache().createOrReplaceTempView(dataset)
    return {name: spark.sql(sql) for name, sql in definitions.views.items()}


def keep(tables, layer_name, answers, run_date):
    """Writes each answer into `<layer>_<view>` with its place in the stated order and `run_date`. Tables that hold the same already stay
    untouched. Returns the names of those that changed."""

    def keep_one(view):
        # collect() keeps the stated order; a window over it would not.
        rows = [(*row, place, run_date) for place, row in enumerate(answers[view].collect(), start=1)]
        schema = StructType(answers[view].schema.fields).add(PLACE, IntegerType()).add("run_date", DateType())
        return tables.replace_few_if_different(f"{layer_name}_{view}", rows, schema)

    # Small answers: the driver's planning takes longer than the work, so several at a time.
    with ThreadPoolExecutor(max_workers=4) as pool:
        changed = list(pool.map(keep_one, answers))
    return [f"{layer_name}_{view}" for view, has_changed in zip(answers, changed) if has_changed]


def kept(tables, layer_name, view):
    """The rows of a kept view in the stated order, without our two columns."""
    # The few rows in one partition: in order without a shuffle.
    rows = tables.read(f"{layer_name}_{view}").coalesce(1).sortWithinPartitions(F.col(PLACE))
    return rows.drop(PLACE, "run_date")
