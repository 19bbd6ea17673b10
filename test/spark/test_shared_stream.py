"""One stream for all datasets, as in the newer edition of the exercise: the partition key tells them apart."""

import json

import pytest
from conftest import Place, geo, pin, user
from kinesis_server import KinesisServer
from runner.kinesis import KinesisSource
from pipeline.definitions import DATASETS

STREAM = "Kinesis-Prod-Stream"
KEYS = [
    {"pin": "ada.pin", "geo": "ada.geo", "user": "ada.user"},
    {"pin": "Pin-Partition", "geo": "geo_partition", "user": "partition-user"},
    {"pin": "pinterest_data", "geo": "geolocation_data", "user": "user_data"},
]


@pytest.fixture
def server(spark):
    spark.dataSource.register(KinesisSource)
    started = KinesisServer()
    yield started
    started.close()


def test_the_notebook_tells_datasets_apart_and_quarantines_what_no_key_assigns(spark, server, place: Place):
    server.create(STREAM)
    made = {"pin": pin, "geo": geo, "user": user}
    for at, keys in enumerate(KEYS):
        server.put(STREAM, [(keys[dataset], json.dumps(made[dataset](at + 1)).encode()) for dataset in DATASETS])
    server.put(STREAM, [('constant "é"', b'{"ind":9}'), ("user", b"\xff")])
    streams = json.dumps({dataset: STREAM for dataset in DATASETS})

    place.run("stream", endpoint=server.endpoint, trigger="availableNow", streams=streams)
    place.run("stream", endpoint=server.endpoint, trigger="availableNow", streams=streams)

    layer = place.speed()
    for dataset in DATASETS:
        assert sorted(row["ind"] for row in layer.read(dataset).collect()) == [1, 2, 3]
    refused = {
        dataset: [(row["reason"], row["line"]) for row in layer.tables.read(layer.quarantine(dataset)).collect()] for dataset in DATASETS
    }
    assert refused == {
        "pin": [("unknown_dataset", 'the partition key "constant \\"é\\"" names no dataset: {"ind":9}')],
        "geo": [],
        "user": [("not_json_object", "not UTF-8, in base64: /w==")],
    }
    # One reading of the one stream, with a checkpoint of its own.
    assert [path.name for path in (place.folder / "checkpoints").iterdir()] == ["speed_shared"]
