"""One answer from both layers: per post the record that arrived last, and how the layers agree."""

from functools import reduce

from pyspark.sql import Window
from pyspark.sql import functions as F

from pipeline.definitions import ARRIVAL_COLUMNS, DATASETS



def latest(batch_rows, speed_rows):
    """One row per `ind` over both layers: the one that arrived last; on equal time, speed's. Input: at most one row per `ind` each.
    `layer` says where the row is from."""
    both = batch_rows.withColumn("layer", F.lit("batch")).unionByName(speed_rows.withColumn("layer", F.lit("speed")))
    newest_first = Window.partitionBy("ind").orderBy(F.col("arrival_time_ms").desc(), F.col("layer").desc())
    return both.withColumn("nth", F.row_number().over(newest_first)).where("nth = 1").drop("nth")


def posts(relations):
    """One row per post that any dataset knows: the columns of pin, geo and user side by side, null where a part is missing."""
    sided = [
        relations[dataset].select("ind", *[column for column in relations[dataset].columns if column not in ("ind", *_OURS)])
        for dataset in DATASETS
    ]
    return reduce(lambda left, right: left.join(right, "ind", "full_outer"), sided)


_OURS = ("layer", "findings", *ARRIVAL_COLUMNS)


def reconciliation(batch, speed):
    """One row per dataset: how many posts only batch has, only speed has, both have, and both have with different content.
    Arrival is not content. `batch` and `speed`: {dataset: one clean row per `ind`}."""
    return reduce(lambda left, right: left.unionByName(right), [_reconcile(name, batch[name], speed[name]) for name in DATASETS])


def _reconcile(dataset, batch_rows, speed_rows):
    content = [column for column in batch_rows.columns if column not in ("ind", *_OURS)]
    one = batch_rows.select("ind", F.struct(*content).alias("in_batch"))
    other = speed_rows.select("ind", F.struct(*content).alias("in_speed"))

    def count(condition):
        return F.count_if(F.expr(condition))

    return one.join(other, "ind", "full_outer").agg(
        F.lit(dataset).alias("dataset"),
        count("in_speed is null").alias("batch_only"),
        count("in_batch is null").alias("speed_only"),
        count("in_batch is not null and in_speed is not null").alias("in_both"),
        count("in_batch is not null and in_speed is not null and not (in_batch <=> in_speed)").alias("different"),
    )
