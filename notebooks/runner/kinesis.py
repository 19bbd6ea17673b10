"""The source `kinesis` for Spark outside Databricks, over boto3, with Databricks' name, options and six columns.

The driver says how far each shard is read next, the executors read, each shard in a task. A micro-batch holds about `recordsPerBatch` records, or
what is there if it is less; a task holds one page of at most 10 MiB, whatever the micro-batch holds.
Left out: enhanced fan-out, at_timestamp, several streams in one reader.
"""

from concurrent.futures import ThreadPoolExecutor

from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition

from runner.shards import ENDED, TRIM_HORIZON, Stream, now_ms, warn

COLUMNS = (
    "partitionKey string, data binary, stream string, shardId string, sequenceNumber string, approximateArrivalTimestamp timestamp"
)
SHARDS_AT_ONCE = 8


class KinesisSource(DataSource):
    @classmethod
    def name(cls):
        return "kinesis"

    def schema(self):
        return COLUMNS

    def streamReader(self, schema):
        # Option names come in lower case.
        options = dict(self.options)
        position = options.get("initialposition", "latest").lower()
        if position not in ("trim_horizon", "earliest", "latest"):
            raise ValueError(f"kinesis: initialPosition must be trim_horizon, earliest or latest, got {position}")
        stream = Stream(
            options["streamname"], options["region"], options.get("endpoint"), int(options.get("maxrecordsperfetch", "10000"))
        )
        return KinesisReader(stream, position == "latest", int(options.get("recordsperbatch", "200000")))


class ShardRange(InputPartition):
    """What one task reads: the records of a shard behind one position up to and with another."""

    def __init__(self, shard, after, until):
        self.shard, self.after, self.until = shard, after, until


class KinesisReader(DataSourceStreamReader):
    """Offset: {"from": where shards begin that it does not name, "shards": {shard id: position}, "reached": ms}. Positions: runner/shards.py.
    Every record that came before `reached` is in what the offset covers; so a query has caught up with a time when `reached` is not before it.

    How Spark 4.1 calls it: on a new checkpoint latestOffset(), then initialOffset(); on a known one partitions(last, last) first, which is how it
    learns where it stands. Under availableNow one micro-batch per start; after a crash that one is the batch that failed.
    """

    def __init__(self, stream, from_now, records_per_batch):
        self.stream, self.from_now, self.records_per_batch = stream, from_now, records_per_batch
        self._first = None
        self._stands = None

    def initialOffset(self):
        if self._first is None:
            # Not LATEST: its iterator would be a later one at each call, and what came between would be lost.
            start = f"@{now_ms()}" if self.from_now else TRIM_HORIZON
            self._first = {"from": start, "reached": 0, "shards": {}}
        return self._first

    def latestOffset(self):
        start = self._stands or self.initialOffset()
        read = start["shards"]
        listed = self.stream.shards()
        # A child comes after its parents, and so in a later micro-batch than their last records.
        ready = [shard for shard in listed if all(read.get(parent) == ENDED for parent in shard.parents)]
        going = [shard.id for shard in ready if read.get(shard.id) != ENDED]
        wanted = max(1, self.records_per_batch // max(1, len(going)))
        with ThreadPoolExecutor(SHARDS_AT_ONCE) as pool:
            ends = list(pool.map(lambda shard: self.stream.end_of_next(shard, read.get(shard, start["from"]), wanted), going))
        ahead = {shard: end for shard, (end, _) in zip(going, ends) if end != read.get(shard, start["from"])}
        if not ahead:
            return start
        known = {shard.id for shard in listed}
        self._tell_of_lost(read, known)
        is_waiting = len(ready) < len(listed)
        return {
            "from": start["from"],
            "reached": 0 if is_waiting else min(reached for _, reached in ends),
            "shards": dict(sorted({**{shard: at for shard, at in read.items() if shard in known}, **ahead}.items())),
        }

    def partitions(self, start, end):
        start, end = _offset(start), _offset(end)
        self._stands = end
        read = start["shards"]
        # Not start's own beginning: a first micro-batch that failed finds there the time of the restart.
        return [
            ShardRange(shard, read.get(shard, end["from"]), until)
            for shard, until in end["shards"].items()
            if until != read.get(shard)
        ]

    def read(self, partition):
        """Record batches of Arrow, one for each page: what a task holds is bounded by the page's bytes."""
        for records in self.stream.read(partition.shard, partition.after, partition.until):
            yield self._batch(partition.shard, records)

    def commit(self, end):
        """Nothing to do: a stream forgets by its retention alone."""

    def _batch(self, shard, records):
        import pyarrow

        columns = {
            "partitionKey": pyarrow.array([record["PartitionKey"] for record in records], pyarrow.string()),
            "data": pyarrow.array([record["Data"] for record in records], pyarrow.binary()),
            "stream": pyarrow.array([self.stream.name] * len(records), pyarrow.string()),
            "shardId": pyarrow.array([shard] * len(records), pyarrow.string()),
            "sequenceNumber": pyarrow.array([record["SequenceNumber"] for record in records], pyarrow.string()),
            "approximateArrivalTimestamp": pyarrow.array(
                [record["ApproximateArrivalTimestamp"] for record in records], pyarrow.timestamp("us", "UTC")
            ),
        }
        return pyarrow.RecordBatch.from_pydict(columns)

    def _tell_of_lost(self, read, known):
        for shard, at in read.items():
            if shard not in known and at != ENDED:
                warn(f"stream {self.stream.name}, shard {shard} is gone, with what it held after {at}: nobody read it within its retention")


def _offset(offset):
    """Also of a checkpoint from before offsets had three fields: {shard id: position}."""
    if "shards" in offset:
        return offset
    begun = {shard: at for shard, at in offset.items() if at.isdigit()}
    return {"from": next((at for at in offset.values() if not at.isdigit()), TRIM_HORIZON), "reached": 0, "shards": begun}
