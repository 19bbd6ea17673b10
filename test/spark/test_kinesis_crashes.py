"""The stream's tables and counts after a crash at each point of what Spark does with a source, and of what a micro-batch does with its records."""

import json
import sys
from pathlib import Path

import pytest
from conftest import SPEED_TABLES, Place, pin
from kinesis_server import KinesisServer
from pipeline.layer import Layer
from pipeline.queries import take_what_there_is
from pipeline.sources import kinesis_stream, records_of_kinesis
from pipeline.tables import Tables
from pyspark import cloudpickle
from runner.kinesis import KinesisReader, KinesisSource
from runner.run import patiently
from runner.shards import Stream

# Workers cannot import a test.
cloudpickle.register_pickle_by_value(sys.modules[__name__])

# In the order of Spark's calls on a new checkpoint; the last three are commits of one micro-batch.
POINTS = (
    "latestOffset", "initialOffset", "partitions", "first page", "second page", "commit",
    "before the tables", "after quarantine", "after duplicates", "after the tables",
)  # fmt: skip


class CrashingSource(KinesisSource):
    def streamReader(self, schema):
        options = dict(self.options)
        # Pages so small that one of three shards has several of them, whatever the keys.
        stream = Stream(options["streamname"], options["region"], options["endpoint"], 2)
        return CrashingReader(stream, False, 20, options["initialposition_folder"])


class CrashingReader(KinesisReader):
    def __init__(self, stream, from_now, records_per_batch, folder):
        super().__init__(stream, from_now, records_per_batch)
        self.folder = folder

    def crash(self, point):
        crash(self.folder, point)

    def latestOffset(self):
        self.crash("latestOffset")
        return super().latestOffset()

    def initialOffset(self):
        first = super().initialOffset()
        self.crash("initialOffset")
        return first

    def partitions(self, start, end):
        if start != end:
            self.crash("partitions")
        return super().partitions(start, end)

    def read(self, partition):
        for number, page in enumerate(super().read(partition)):
            self.crash(("first page", "second page", "later")[min(number, 2)])
            yield page

    def commit(self, end):
        self.crash("commit")
        super().commit(end)


def crash(folder, point):
    """Once, where a file says so."""
    marker = Path(folder, point)
    if marker.exists():
        marker.unlink()
        raise RuntimeError(f"crashed at {point}")


@pytest.fixture
def server(spark):
    started = KinesisServer()
    yield started
    started.close()
    spark.dataSource.register(KinesisSource)


def state(layer):
    names = [layer.clean["pin"], layer.quarantine("pin"), layer.duplicates("pin")]
    return [sorted(map(repr, layer.tables.read(name).collect())) for name in names]


def test_tables_and_counts_are_exact_after_a_crash_at_any_point(spark, server, place, definitions, tmp_path, monkeypatch):
    server.create("pins", shards=3)
    layer = Layer("speed", place.tables(), definitions, {"pin": SPEED_TABLES["pin"]})
    layer.tables.create_schema()
    layer.create_tables()
    spark.dataSource.register(CrashingSource)
    insert_absent = Tables.insert_absent

    def insert_and_perhaps_die(self, table, *rest):
        insert_absent(self, table, *rest)
        for suffix in ("quarantine", "duplicates"):
            if table.endswith(suffix):
                crash(tmp_path, f"after {suffix}")

    monkeypatch.setattr(Tables, "insert_absent", insert_and_perhaps_die)

    def take(batch, _):
        crash(tmp_path, "before the tables")
        layer.take_in("pin", records_of_kinesis(batch))
        crash(tmp_path, "after the tables")

    def start(_, source_folder=tmp_path, checkpoint="checkpoint", take=take):
        reader = spark.readStream.format("kinesis").option("streamName", "pins").option("region", "us-east-1")
        reader = reader.option("endpoint", server.endpoint).option("initialPosition_folder", str(source_folder))
        query = reader.load().writeStream.option("checkpointLocation", str(tmp_path / checkpoint))
        return query.trigger(availableNow=True).foreachBatch(take).start()

    def drain(start):
        # On a busy machine a worker of Python may be late.
        patiently(lambda: take_what_there_is(["pin"], start), spark, starts=10)

    for number, point in enumerate(POINTS):
        # Twelve posts, one of them twice, one of a post before, and a line that is no JSON.
        inds = [number * 10 + each for each in range(12)]
        lines = [(str(ind), json.dumps(pin(ind, title=point))) for ind in (*inds, inds[3])] + [("x", "not json")]
        server.put("pins", [(key, line.encode()) for key, line in lines])
        (tmp_path / point).touch()
        with pytest.raises(Exception, match=f"crashed at {point}"):
            drain(start)
            # A commit tells of the micro-batch before.
            server.put("pins", [("y", b"not json either")])
            drain(start)
    drain(start)

    spark.dataSource.register(KinesisSource)
    whole = Place(spark, tmp_path / "whole", f"{place.schema}_whole")
    other = Layer("speed", whole.tables(), definitions, {"pin": SPEED_TABLES["pin"]})
    other.tables.create_schema()
    other.create_tables()

    def start_whole(_):
        records = kinesis_stream(spark, "pins", "us-east-1", "trim_horizon", server.endpoint)
        query = records.writeStream.option("checkpointLocation", str(tmp_path / "again")).trigger(availableNow=True)
        return query.foreachBatch(lambda batch, _: other.take_in("pin", records_of_kinesis(batch))).start()

    drain(start_whole)
    try:
        assert state(layer) == state(other)
        clean, refused, superseded = map(len, state(layer))
        # 102 posts; of 13 good records a round, one repeats a post of the round, and two one of the round before.
        assert (clean, superseded) == (102, 10 * 13 - 102)
        assert refused >= 10
    finally:
        spark.sql(f"drop schema if exists `{whole.schema}` cascade")
