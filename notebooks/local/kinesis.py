"""The source `kinesis` for Spark outside Databricks, over boto3, with Databricks' name, options and six columns.

Reads all shards in the driver: right for a laptop. Left out: enhanced fan-out, at_timestamp, several streams in one reader.
"""

import time

from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader

COLUMNS = (
    "partitionKey string, data binary, stream string, shardId string, sequenceNumber string, approximateArrivalTimestamp timestamp"
)
TRIM_HORIZON = "TRIM_HORIZON"


class KinesisSource(DataSource):
    @classmethod
    def name(cls):
        return "kinesis"

    def schema(self):
        return COLUMNS

    def simpleStreamReader(self, schema):
        # Option names come in lower case.
        options = dict(self.options)
        position = options.get("initialposition", "latest").lower()
        if position not in ("trim_horizon", "earliest", "latest"):
            raise ValueError(f"kinesis: initialPosition must be trim_horizon, earliest or latest, got {position}")
        return KinesisReader(
            stream=options["streamname"],
            region=options["region"],
            endpoint=options.get("endpoint"),
            from_now=position == "latest",
            records_per_read=int(options.get("maxrecordsperfetch", "10000")),
        )


class KinesisReader(SimpleDataSourceStreamReader):
    """Offset: {shard id: last sequence number read}; before the first record "TRIM_HORIZON", or "@<ms since 1970>" to begin from a time.

    A micro-batch holds all that is there. Under availableNow Spark 4.1 runs one micro-batch per start for a source in Python; after a crash
    that one is the batch that failed, and what came since waits for the next start.
    """

    def __init__(self, stream, region, endpoint, from_now, records_per_read):
        self.stream, self.region, self.endpoint, self.from_now = stream, region, endpoint, from_now
        self.records_per_read = records_per_read
        self._client = None

    def initialOffset(self):
        # Not LATEST: its iterator would be a later one at each poll, and what came between would be lost.
        start = f"@{int(time.time() * 1000)}" if self.from_now else TRIM_HORIZON
        return {shard: start for shard in self._shards()}

    def read(self, start):
        rows, end = [], dict(start)
        # A shard that came later is a child of a resharding: all of it is new.
        for shard in self._shards():
            end.setdefault(shard, TRIM_HORIZON)
        for shard, after in list(end.items()):
            for record in self._records(shard, after):
                rows.append(self._row(shard, record))
                end[shard] = record["SequenceNumber"]
        return iter(rows), end

    def readBetweenOffsets(self, start, end):
        """The same records again, after a restart."""
        rows = []
        for shard, last in end.items():
            if not last.isdigit() or last == start.get(shard):
                continue
            for record in self._records(shard, start.get(shard, TRIM_HORIZON)):
                rows.append(self._row(shard, record))
                if record["SequenceNumber"] == last:
                    break
            else:
                raise RuntimeError(
                    f"kinesis: stream {self.stream}, shard {shard} no longer holds sequence number {last}, which a restart must read "
                    "again; raise the stream's retention, or delete the checkpoint if the stream was made anew"
                )
        return iter(rows)

    def _records(self, shard, after):
        """Records of a shard after a sequence number or position, to the shard's present end."""
        request = {"StreamName": self.stream, "ShardId": shard}
        if after == TRIM_HORIZON:
            request["ShardIteratorType"] = TRIM_HORIZON
        elif after.startswith("@"):
            request.update(ShardIteratorType="AT_TIMESTAMP", Timestamp=int(after[1:]) / 1000)
        else:
            request.update(ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=after)
        iterator = self.client.get_shard_iterator(**request)["ShardIterator"]
        while iterator is not None:
            answer = self.client.get_records(ShardIterator=iterator, Limit=self.records_per_read)
            yield from answer["Records"]
            # Empty while behind is normal: GetRecords may return nothing on its way through a gap.
            if answer["MillisBehindLatest"] == 0:
                return
            iterator = answer.get("NextShardIterator")

    def _row(self, shard, record):
        return (
            record["PartitionKey"],
            record["Data"],
            self.stream,
            shard,
            record["SequenceNumber"],
            record["ApproximateArrivalTimestamp"],
        )

    def _shards(self):
        shards, request = [], {"StreamName": self.stream}
        while True:
            answer = self.client.list_shards(**request)
            shards.extend(shard["ShardId"] for shard in answer["Shards"])
            if "NextToken" not in answer:
                return shards
            request = {"NextToken": answer["NextToken"]}

    @property
    def client(self):
        # Made late: the reader travels between processes, a client cannot.
        if self._client is None:
            import boto3

            # The laptop's Kinesis takes any credentials; AWS's own needs the usual ones.
            anyone = {"aws_access_key_id": "local", "aws_secret_access_key": "local"} if self.endpoint else {}
            self._client = boto3.client("kinesis", region_name=self.region, endpoint_url=self.endpoint, **anyone)
        return self._client

    def __getstate__(self):
        return {**self.__dict__, "_client": None}
