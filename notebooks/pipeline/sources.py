"""Raw records with their arrival, from files on S3 and from Kinesis, in one form:

line STRING, arrival_time_ms BIGINT, arrival_partition STRING, arrival_order STRING. One row per record. Two records of one
feed never agree in all three arrival columns. `arrival_order` sorts as text within a partition. `arrival_time_ms` is 0, before every other,
where nobody wrote it down. The laptop's tables hold the same.
"""

from urllib.parse import unquote

from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

from pipeline.definitions import SINK_FIELDS, STREAM_KEYS, UNASSIGNED_TO

FETCH_BUFFER = "256mb"
LISTING_TASKS = 32
_OFFSET_DIGITS = 20
_SEQUENCE_DIGITS = 56


def file_stream(spark, topics_path, topic):
    """The files of one topic in Confluent's layout, every partition, as a stream of whole files (value, _metadata)."""
    # A micro-batch looks at each of its files once more, by default with a task for each: with thousands of files that took longer than all else.
    list_in_few_tasks(spark)
    return (
        spark.readStream.format("text")
        .option("wholetext", True)
        # Bounds what one micro-batch holds, whatever the sizes of the files.
        .option("maxBytesPerTrigger", 256 * 1024 * 1024)
        .load(f"{topics_path}/{topic}/partition=*/")
        .select("value", "_metadata")
    )


def list_in_few_tasks(spark):
    """Spark's default of 10,000 tasks for looking at files takes minutes for nothing, wherever it is used: by file streams, and by VACUUM."""
    spark.conf.set("spark.sql.sources.parallelPartitionDiscovery.parallelism", LISTING_TASKS)


def listed_files(spark, checkpoint):
    """Addresses of all files that a file stream with this checkpoint has listed: what it has taken in when its last micro-batch has ended.

    Spark's file source writes them down before it reads them: lines of JSON behind a line with a version, in files that are now and then put together."""
    try:
        log = spark.read.text(f"{checkpoint}/sources/0/*").where("value like '{%'")
        entries = log.select(F.get_json_object("value", "$.path").alias("path")).distinct().collect()
    except AnalysisException as problem:
        if problem.getCondition() != "PATH_NOT_FOUND":
            raise
        return []  # it has never begun
    return sorted(unquote(row["path"]) for row in entries)


def file_name(address):
    return address.rsplit("/", 1)[1]


def lines_of_files(files):
    """Raw records from whole files. Arrival is what the sink's InsertField wrote into each line (kafka_partition, kafka_offset,
    kafka_timestamp); where it wrote nothing, the partition and first offset in the file's name, plus the line's place, and no time."""
    sink = F.from_json("line", ", ".join(f"{field} string" for field in SINK_FIELDS))
    named_partition = F.regexp_extract("file", r"\+(\d+)\+\d+\.json$", 1)
    named_offset = F.regexp_extract("file", r"\+(\d+)\.json$", 1).try_cast("bigint") + F.col("place")
    partition, offset, time = (F.expr(f"try_cast(sink.{field} as bigint)") for field in SINK_FIELDS)
    is_stamped = (partition >= 0) & (offset >= 0)
    return (
        files.select(F.col("_metadata.file_name").alias("file"), F.posexplode(F.split("value", "\n")).alias("place", "line"))
        .where("line <> ''")
        .withColumn("sink", sink)
        .select(
            "line",
            F.coalesce(time, F.lit(0)).alias("arrival_time_ms"),
            F.when(is_stamped, partition.cast("string")).otherwise(named_partition).alias("arrival_partition"),
            F.lpad(F.when(is_stamped, offset).otherwise(named_offset).cast("string"), _OFFSET_DIGITS, "0").alias("arrival_order"),
        )
    )


def kinesis_stream(spark, stream, region, initial_position="trim_horizon", endpoint=None, service_credential=None):
    """One Kinesis stream in Databricks' six columns. `initial_position` counts only for a checkpoint that is new."""
    reader = spark.readStream.format("kinesis").option("streamName", stream).option("region", region)
    reader = reader.option("initialPosition", initial_position)
    # Databricks' own source fetches ahead, by default 20 GB, which is more memory than small machines have.
    reader = reader.option("fetchBufferSize", FETCH_BUFFER)
    if endpoint is not None:
        reader = reader.option("endpoint", endpoint)
    if service_credential is not None:
        reader = reader.option("serviceCredential", service_credential)
    return reader.load()


def feeds_of(streams):
    """{name of a query: (stream, the datasets that it carries)}; a stream that the datasets share is read once."""
    if len(set(streams.values())) == 1:
        return {"shared": (next(iter(streams.values())), tuple(streams))}
    return {dataset: (stream, (dataset,)) for dataset, stream in streams.items()}


def records_by_key(records, dataset):
    """Raw records of one dataset from a stream that all share. What no key assigns goes to one of them, with its key before its line,
    and so into quarantine."""
    key = F.lower("partitionKey")
    named = F.coalesce(*[F.when(key.rlike(pattern), F.lit(name)) for name, pattern in STREAM_KEYS.items()])
    of_key = records_of_kinesis(records.where(named == dataset))
    if dataset != UNASSIGNED_TO:
        return of_key
    unassigned = records.where(named.isNull())
    lines = records_of_kinesis(unassigned, F.concat(F.lit("the partition key "), _json_text("partitionKey"), F.lit(" names no dataset: ")))
    return of_key.union(lines)


def _json_text(column):
    """A text as JSON, in quotes."""
    return F.expr(f"regexp_extract(to_json(named_struct('k', {column})), '^.{{5}}(.*).$', 1)")


def records_of_kinesis(records, before=None):
    """Raw records from Kinesis. Bytes that are no UTF-8 cannot be text without changing them: as base64 they end in quarantine, whole."""
    line = F.expr(
        "case when is_valid_utf8(cast(data as string)) then cast(data as string) "
        "else 'not UTF-8, in base64: ' || base64(data) end"
    )
    return records.select(
        (line if before is None else F.concat(before, line)).alias("line"),
        F.unix_millis("approximateArrivalTimestamp").alias("arrival_time_ms"),
        F.col("shardId").alias("arrival_partition"),
        F.lpad("sequenceNumber", _SEQUENCE_DIGITS, "0").alias("arrival_order"),
    )
