"""One answer from both layers: per post the record that arrived last, and how the layers agree."""

import time
from functools import reduce

from pyspark.sql import Window
from pyspark.sql import functions as F

from pipeline.definitions import ARRIVAL_COLUMNS, DATASETS

# Both layers have everything that arrived this long ago.
LATE_AFTER_MS = 3_600_000
# A post's two records may arrive this far apart.
GRACE_MS = 60_000


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


def reconciliation(batch, speed, now_ms=None):
    """One row per dataset: how many posts only batch has, only speed has, both have, and both have with different content; of the last, `different`
    counts those that should agree by now, `pending` those where one layer has not come as far as the other's record.
    Arrival is not content. `batch` and `speed`: {dataset: one clean row per `ind`}."""
    now_ms = int(time.time() * 1000) if now_ms is None else now_ms
    counted = reduce(lambda left, right: left.unionByName(right), [_reconcile(name, batch[name], speed[name]) for name in DATASETS])
    rows = []
    for dataset, *counts, differ in counted.collect():
        # Seldom any, so what they cost is spent only then.
        due = _due(batch[dataset], speed[dataset], now_ms) if differ else 0
        rows.append((dataset, *counts, due, differ - due))
    columns = "dataset string, batch_only bigint, speed_only bigint, in_both bigint, different bigint, pending bigint"
    return counted.sparkSession.createDataFrame(rows, columns).coalesce(1)


def _reconcile(dataset, batch_rows, speed_rows):
    def count(condition):
        return F.count_if(F.expr(condition))

    return _sides(batch_rows, speed_rows).agg(
        F.lit(dataset).alias("dataset"),
        count("in_speed is null").alias("batch_only"),
        count("in_batch is null").alias("speed_only"),
        count("in_batch is not null and in_speed is not null").alias("in_both"),
        count(_DIFFER).alias("differ"),
    )


def _due(batch_rows, speed_rows, now_ms):
    """How many of the pairs that differ should agree by now."""
    long_ago = now_ms - LATE_AFTER_MS
    pairs = _sides(batch_rows, speed_rows).where(_DIFFER)
    for name, rows in (("batch", batch_rows), ("speed", speed_rows)):
        # A post's records share a partition, so what came there later says that those before it have been taken in.
        reached = rows.groupBy(F.col("arrival_partition").alias(f"{name}_partition")).agg(F.max("arrival_time_ms").alias(f"{name}_reached"))
        pairs = pairs.join(F.broadcast(reached), f"{name}_partition")
    return pairs.where(
        f"speed_ms + {GRACE_MS} <= greatest(batch_reached, {long_ago}) and batch_ms + {GRACE_MS} <= greatest(speed_reached, {long_ago})"
    ).count()


_DIFFER = "in_batch is not null and in_speed is not null and not (in_batch <=> in_speed)"


def _sides(batch_rows, speed_rows):
    """One row per post: its content, arrival and partition in each layer."""
    content = [column for column in batch_rows.columns if column not in ("ind", *_OURS)]

    def side(rows, name):
        arrival = (F.col("arrival_time_ms").alias(f"{name}_ms"), F.col("arrival_partition").alias(f"{name}_partition"))
        return rows.select("ind", F.struct(*content).alias(f"in_{name}"), *arrival)

    return side(batch_rows, "batch").join(side(speed_rows, "speed"), "ind", "full_outer")
