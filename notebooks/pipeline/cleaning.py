"""Raw records to judged rows, by the shared SQL. The same for batch and stream."""

from pyspark.sql import functions as F

from pipeline.definitions import SINK_FIELDS


def register_functions(spark, definitions):
    """Makes the functions of the shared SQL known to the session, and so to every stream that starts in it."""
    for statement in definitions.functions:
        spark.sql(statement)


def raw_relation(records, definitions, dataset):
    """The relation `raw_<dataset>` that the clean files read. One row per record.

    Every known field as text in `f_<field>` (an object or list as its JSON text; null when absent, null, or when the line is no JSON),
    `is_object`, and `extra_fields`, the number of other fields (null when the line is no JSON object).
    """
    fields = definitions.known_fields(dataset)
    ours = ", ".join(f"'{field}'" for field in (*fields, *SINK_FIELDS))
    # Only what stands in braces (Spark's reader takes text after the closing one, and lists), all fields text, and these two switches: so
    # the reader agrees with DuckDB's.
    in_braces = F.expr("case when in_braces(line) then mend_surrogates(line) end")
    parsed = F.from_json(
        in_braces,
        ", ".join(f"`{field}` string" for field in fields) + ", _corrupt_record string",
        {"columnNameOfCorruptRecord": "_corrupt_record", "allowSingleQuotes": "false", "allowNonNumericNumbers": "false"},
    )
    return records.withColumn("parsed", parsed).withColumn("in_braces", in_braces).select(
        "line",
        "arrival_time_ms",
        "arrival_partition",
        "arrival_order",
        F.expr("parsed is not null and parsed._corrupt_record is null").alias("is_object"),
        *[F.col(f"parsed.`{field}`").alias(f"f_{field}") for field in fields],
        F.expr(f"size(filter(json_object_keys(in_braces), field -> field not in ({ours})))").alias("extra_fields"),
    )


def judge(records, definitions, dataset):
    """One row per raw record: the dataset's clean columns, its arrival, `line`, `outcome` (clean, duplicate, quarantined), `reason`
    (null unless quarantined), `findings` (comma-joined words, '' without any). At most one clean row per `ind`: the last arrival."""
    raw_relation(records, definitions, dataset).createOrReplaceTempView(f"raw_{dataset}")
    return records.sparkSession.sql(definitions.clean_sql(dataset))
