"""The source `kinesis` on a laptop: every record once, through stops, crashes and restarts."""

import time

import pytest
from kinesis_server import KinesisServer
from runner.kinesis import KinesisSource
from runner.run import patiently
from pipeline.queries import take_what_there_is
from pipeline.sources import kinesis_stream, records_of_kinesis


@pytest.fixture(scope="module")
def server(spark):
    spark.dataSource.register(KinesisSource)
    started = KinesisServer()
    yield started
    started.close()


def follow(spark, server, stream, checkpoint, take, trigger, initial_position="trim_horizon"):
    records = kinesis_stream(spark, stream, "us-east-1", initial_position, server.endpoint)
    return (
        records.writeStream.option("checkpointLocation", str(checkpoint)).trigger(**trigger).foreachBatch(take).start()
    )


class Taken:
    """Collects what each micro-batch brought; can be told to fail."""

    def __init__(self):
        self.batches, self.failures = [], 0

    def __call__(self, batch, number):
        rows = batch.orderBy("sequenceNumber").collect()
        if self.failures > 0:
            self.failures -= 1
            raise RuntimeError("the cluster has gone")
        self.batches.append((number, [bytes(row["data"]).decode() for row in rows]))

    def data(self):
        return sorted(each for _, batch in self.batches for each in batch)


NOW = {"availableNow": True}


def test_records_come_in_databricks_six_columns(spark, server, tmp_path):
    server.create("columns")
    server.put("columns", [("7", b"\xff\x00")])
    rows = []
    follow(spark, server, "columns", tmp_path, lambda batch, _: rows.extend(batch.collect()), NOW).awaitTermination()
    (row,) = rows
    assert list(row.asDict()) == ["partitionKey", "data", "stream", "shardId", "sequenceNumber", "approximateArrivalTimestamp"]
    assert (row["partitionKey"], bytes(row["data"]), row["stream"]) == ("7", b"\xff\x00", "columns")
    assert abs(row["approximateArrivalTimestamp"].timestamp() - time.time()) < 300


def test_a_restart_goes_on_where_the_last_run_stopped(spark, server, tmp_path):
    server.create("restart")
    server.put("restart", [(str(number), f"a{number}".encode()) for number in range(1_200)])
    taken = Taken()
    follow(spark, server, "restart", tmp_path, taken, NOW).awaitTermination()
    assert len(taken.data()) == 1_200
    follow(spark, server, "restart", tmp_path, taken, NOW).awaitTermination()
    assert len(taken.data()) == 1_200
    server.put("restart", [("1", b"later")])
    follow(spark, server, "restart", tmp_path, taken, NOW).awaitTermination()
    assert len(taken.data()) == 1_201 and len(set(taken.data())) == 1_201


def test_a_batch_that_failed_comes_again_whole_and_the_rest_with_the_next_start(spark, server, tmp_path):
    server.create("crash")
    server.put("crash", [("1", b"a"), ("2", b"b")])
    taken = Taken()
    taken.failures = 1
    with pytest.raises(Exception, match="the cluster has gone"):
        follow(spark, server, "crash", tmp_path, taken, NOW).awaitTermination()
    server.put("crash", [("1", b"c")])
    follow(spark, server, "crash", tmp_path, taken, NOW).awaitTermination()
    assert taken.batches == [(0, ["a", "b"])]
    follow(spark, server, "crash", tmp_path, taken, NOW).awaitTermination()
    assert taken.batches == [(0, ["a", "b"]), (1, ["c"])]


def test_latest_takes_what_comes_from_now_on(spark, server, tmp_path):
    server.create("latest")
    server.put("latest", [("1", b"before")])
    time.sleep(0.05)
    taken = Taken()
    query = follow(spark, server, "latest", tmp_path, taken, {"processingTime": "100 milliseconds"}, "latest")
    try:
        deadline = time.monotonic() + 60
        # The stream's beginning is when it first looks, so keep sending until something has come.
        while not taken.data() and time.monotonic() < deadline:
            server.put("latest", [("1", b"after")])
            time.sleep(0.5)
    finally:
        query.stop()
    assert set(taken.data()) == {"after"}


def test_data_that_is_no_utf8_becomes_a_line_that_says_so(spark, server, tmp_path):
    server.create("bytes")
    server.put("bytes", [("1", b"\xff\x00"), ("1", "{\"ind\": 1, \"t\": \"\u00e9\U0001f600\"}".encode())])
    rows = []
    query = follow(
        spark, server, "bytes", tmp_path, lambda batch, _: rows.extend(records_of_kinesis(batch).collect()), NOW
    )
    query.awaitTermination()
    rows.sort(key=lambda row: row["arrival_order"])
    assert [row["line"] for row in rows] == ["not UTF-8, in base64: /wA=", '{"ind": 1, "t": "\u00e9\U0001f600"}']
    assert all(len(row["arrival_order"]) == 56 and row["arrival_partition"].startswith("shardId-") for row in rows)


def test_a_stream_that_is_not_there_is_an_error(spark, server, tmp_path):
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        follow(spark, server, "nowhere", tmp_path, Taken(), NOW).awaitTermination()


def test_a_backlog_is_drained_in_as_many_starts_as_it_takes_and_what_is_there_by_then_in_one(spark, server, tmp_path):
    server.create("backlog", shards=1)
    for part in range(6):
        server.put("backlog", [("1", f"{part}.{number}".encode()) for number in range(50)])
        time.sleep(0.2)
    taken = Taken()

    def start(_):
        reader = spark.readStream.format("kinesis").option("streamName", "backlog").option("region", "us-east-1")
        reader = reader.option("endpoint", server.endpoint).option("initialPosition", "trim_horizon")
        reader = reader.option("recordsPerBatch", "60").option("maxRecordsPerFetch", "25")
        query = reader.load().writeStream.option("checkpointLocation", str(tmp_path)).trigger(availableNow=True)
        return query.foreachBatch(taken).start()

    patiently(lambda: take_what_there_is(["backlog"], start), spark, starts=10)
    assert len(taken.data()) == len(set(taken.data())) == 300
    assert 2 <= len(taken.batches) <= 8
    batches = len(taken.batches)
    patiently(lambda: take_what_there_is(["backlog"], start), spark, starts=10)
    assert len(taken.batches) == batches
