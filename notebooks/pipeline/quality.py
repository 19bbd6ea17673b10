"""Checks over a layer's cleaned rows. Each gives rows (dataset, check, value): a count, or a share where the name says so."""

from functools import reduce

from pyspark.sql import functions as F

from pipeline.definitions import ARRIVAL_COLUMNS
from pipeline.serving import LATE_AFTER_MS
from pipeline.sources import file_name

# Files beyond this number are read by their folders.
FILES_BY_NAME = 500


class LimitBreached(Exception):
    """A check found more than the parameters allow."""


def row_checks(rows, dataset, sentinels):
    """Per dataset: rows, keys that occur twice, nulls per column, sentinel texts left over, and findings by word.
    `rows`: clean rows. `sentinels`: {column: texts}. Returns one row per check."""
    columns = [name for name in rows.columns if name not in ("findings", "layer", *ARRIVAL_COLUMNS)]
    texts = [name for name, type_ in rows.dtypes if type_ == "string" and name in columns]
    left_over = [F.col(f"`{name}`").isin(*sentinels[name]) for name in texts if name in sentinels]
    sentinel_left = reduce(lambda left, right: left | right, left_over, F.lit(False))
    counted = rows.agg(
        F.count("*").alias("rows"),
        (F.count("*") - F.count_distinct("ind")).alias("keys_repeated"),
        F.count_if(sentinel_left).alias("sentinels_left"),
        *[F.count_if(F.col(f"`{name}`").isNull()).alias(f"null:{name}") for name in columns if name != "ind"],
    )
    found = (
        rows.select(F.explode(F.split("findings", ",")).alias("word"))
        .where("word <> ''")
        .groupBy(F.concat(F.lit("finding:"), "word").alias("check"))
        .agg(F.count("*").cast("double").alias("value"))
    )
    return _named(_sideways(counted).unionByName(found), dataset)


def fate_checks(clean_rows, quarantine, duplicates, dataset):
    """Per dataset: what became of the records. Returns rows `read`, `duplicates`, `quarantined` and `quarantined:<reason>`."""
    reasons = quarantine.groupBy(F.concat(F.lit("quarantined:"), "reason").alias("check")).agg(
        F.count("*").cast("double").alias("value")
    )
    counts = (
        clean_rows.agg(F.count("*").alias("clean"))
        .crossJoin(quarantine.agg(F.count("*").alias("quarantined")))
        .crossJoin(duplicates.agg(F.count("*").alias("duplicates")))
        .selectExpr("clean + quarantined + duplicates as read", "duplicates", "quarantined")
    )
    return _named(_sideways(counts).unionByName(reasons), dataset)


def lines_missing(spark, tables, dataset, files, read):
    """Lines in the files that the batch layer has listed that are in none of its tables; below zero when the tables hold what the files no longer do.

    `files`: their addresses. Each is counted once, by the first check that finds it listed: `quality_files_<dataset>` keeps the file's name and its lines."""
    table = f"quality_files_{dataset}"
    tables.create(table, [("file", "STRING"), ("lines", "BIGINT")])
    counted = {row["file"] for row in tables.read(table).select("file").collect()}
    fresh = [file for file in files if file_name(file) not in counted]
    if fresh:
        # All that is below the topic when that is less to list than each file by itself.
        folders = sorted({file.rsplit("/", 1)[0] for file in fresh})
        text = spark.read.option("recursiveFileLookup", True).text(folders if len(fresh) > FILES_BY_NAME else fresh)
        wanted = spark.createDataFrame([(file_name(file),) for file in fresh], "file string")
        lines = (
            text.select(F.col("_metadata.file_name").alias("file"), "value")
            .join(F.broadcast(wanted), "file")
            .where("trim(value) <> ''")
            .groupBy("file")
            .agg(F.count("*").alias("lines"))
        )
        tables.insert_absent(table, lines, ["file"])
    total = tables.read(table).agg(F.coalesce(F.sum("lines"), F.lit(0))).first()[0]
    return total - read


def post_checks(relations):
    """Over the parts of posts: posts that lack a part, posters that are two persons or in two countries, ids shared by two pins, posts
    before their user joined, parts that arrived late, people and categories. `relations`: {dataset: clean rows}."""
    pin, geo, user = (
        relations[dataset].withColumnRenamed("arrival_time_ms", f"{dataset}_arrived_ms") for dataset in ("pin", "geo", "user")
    )
    parts = (
        pin.select("ind", "unique_id", "poster_name", "category", "follower_count", "pin_arrived_ms", F.lit(True).alias("has_pin"))
        .join(geo.select("ind", "country", "timestamp", "geo_arrived_ms", F.lit(True).alias("has_geo")), "ind", "full_outer")
        .join(user.select("ind", "user_key", "date_joined", "age", "user_arrived_ms", F.lit(True).alias("has_user")), "ind", "full_outer")
    )
    first = F.least("pin_arrived_ms", "geo_arrived_ms", "user_arrived_ms")
    last = F.greatest("pin_arrived_ms", "geo_arrived_ms", "user_arrived_ms")
    counted = parts.agg(
        F.count_if(F.col("has_pin").isNull()).alias("posts_without_pin"),
        F.count_if(F.col("has_geo").isNull()).alias("posts_without_geo"),
        F.count_if(F.col("has_user").isNull()).alias("posts_without_user"),
        (F.count("unique_id") - F.count_distinct("unique_id")).alias("unique_ids_repeated"),
        F.count_if(F.expr("date_joined > timestamp")).alias("posted_before_joining"),
        F.count_if(last - first > LATE_AFTER_MS).alias("posts_with_late_parts"),
        F.count_if(F.expr("age < 18")).alias("users_under_18"),
        F.count_distinct("user_key").alias("persons"),
        F.count_distinct("category").alias("categories"),
        F.avg(F.when(F.col("has_pin"), F.col("follower_count").isNull().cast("double"))).alias("share:follower_count_null"),
    )
    posters = (
        parts.where("poster_name is not null")
        .groupBy("poster_name")
        .agg(F.count_distinct("user_key").alias("persons"), F.count_distinct("country").alias("countries"))
        .agg(
            F.count_if(F.expr("persons > 1")).alias("posters_with_two_persons"),
            F.count_if(F.expr("countries > 1")).alias("posters_with_two_countries"),
        )
    )
    return _named(_sideways(counted).unionByName(_sideways(posters)), "all")


def breaches(report, limits):
    """Sentences, one for each value in `report` [(layer, dataset, check, value)] above the limit of its check."""
    return [
        f"{layer} {dataset}: {check} is {value:g}, limit {limits[check]:g}"
        for layer, dataset, check, value in report
        if check in limits and value is not None and value > limits[check]
    ]


def _sideways(one_row):
    """One row of many counts as many rows (check, value)."""
    listed = [F.struct(F.lit(name).alias("check"), F.col(f"`{name}`").cast("double").alias("value")) for name in one_row.columns]
    return one_row.select(F.inline(F.array(*listed)))


def _named(checks, dataset):
    return checks.select(F.lit(dataset).alias("dataset"), "check", "value")
