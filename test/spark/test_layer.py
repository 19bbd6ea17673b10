"""A layer takes records in: every one ends in one place, whatever is repeated, lost, crashed or cut otherwise."""

import json
import random

import pytest
from conftest import Place, geo, pin
from pipeline.layer import Layer
from pipeline.tables import Tables

RECORDS = "line string, arrival_time_ms bigint, arrival_partition string, arrival_order string"


def record(value, order, time_ms=None, partition="0"):
    line = value if isinstance(value, str) else json.dumps(value)
    return (line, order if time_ms is None else time_ms, partition, f"{order:020d}")


# Three posts, two of them twice or more, two bad records, one bad repeat of a good row.
RECORDS_OF_THREE_POSTS = [
    record(pin(1, title="First"), 0),
    record(pin(2), 1),
    record("not json", 2),
    record(pin(1, title="Second"), 3),
    record(pin(1, unique_id="none"), 4),
    record({"index": 3, "unique_id": "no uuid"}, 5),
    record(pin(3), 6),
    record(pin(2, title="Late"), 7, time_ms=0, partition="1"),
    record(pin(1, title="Third"), 8),
]


def given(place, definitions):
    """A layer of the pin feed alone, and a way to give it records."""
    layer = Layer("batch", place.tables(), definitions, {"pin": "pin_table"})
    layer.tables.create_schema()
    layer.create_tables()
    return layer, lambda *records: layer.take_in("pin", place.spark.createDataFrame(list(records), RECORDS))


@pytest.fixture(scope="module")
def whole(spark, definitions, tmp_path_factory):
    """A layer that has taken all nine records at once."""
    layer, take_in = given(Place(spark, tmp_path_factory.mktemp("whole"), "layer_whole"), definitions)
    take_in(*RECORDS_OF_THREE_POSTS)
    yield layer, take_in
    spark.sql("drop schema if exists layer_whole cascade")


def state(layer):
    """Everything in the three tables."""
    names = [layer.clean["pin"], layer.quarantine("pin"), layer.duplicates("pin")]
    return [sorted(map(repr, layer.tables.read(name).collect())) for name in names]


def commits(layer):
    return {table: layer.tables.spark.sql(f"describe history {layer.tables.name(table)}").count() for table in TABLES}


TABLES = ["pin_table", "pin_table_quarantine", "pin_table_duplicates"]


def test_the_last_arrival_stays_and_the_rest_is_accounted_for(whole):
    layer, _ = whole
    kept = layer.read("pin").select("ind", "title", "arrival_order").orderBy("ind").collect()
    assert [tuple(row) for row in kept] == [(1, "Third", f"{8:020d}"), (2, "Title", f"{1:020d}"), (3, "Title", f"{6:020d}")]
    refused = layer.tables.read(layer.quarantine("pin")).orderBy("arrival_order").collect()
    assert [(row["reason"], row["arrival_time_ms"]) for row in refused] == [
        ("not_json_object", 2),
        ("unique_id_invalid", 4),
        ("unique_id_invalid", 5),
    ]
    superseded = layer.tables.read(layer.duplicates("pin")).orderBy("arrival_order").collect()
    assert [(row["ind"], row["arrival_partition"], row["arrival_time_ms"]) for row in superseded] == [
        (1, "0", 0),
        (1, "0", 3),
        (2, "1", 0),
    ]


def test_any_cut_and_any_order_with_overlaps_ends_alike(whole, place, definitions):
    shuffled = RECORDS_OF_THREE_POSTS.copy()
    random.Random(7).shuffle(shuffled)
    layer, take_in = given(place, definitions)
    for part in (shuffled[:2], shuffled[1:6], shuffled[5:]):
        take_in(*part)
    assert state(layer) == state(whole[0])


def test_taking_in_again_changes_no_row_and_commits_nothing_to_the_clean_table(whole):
    layer, take_in = whole
    before, had = state(layer), commits(layer)
    take_in(*RECORDS_OF_THREE_POSTS)
    assert state(layer) == before
    assert commits(layer)["pin_table"] == had["pin_table"]


class Interrupted(Exception):
    """The cluster has gone."""


def test_crashes_between_two_commits_lose_and_double_nothing(whole, place, definitions, monkeypatch):
    layer, take_in = given(place, definitions)
    take_in(*RECORDS_OF_THREE_POSTS[:2])
    insert_absent = Tables.insert_absent
    for table in ("pin_table_quarantine", "pin_table_duplicates"):

        def insert_and_die(self, name, *rest, table=table):
            insert_absent(self, name, *rest)
            if name == table:
                raise Interrupted

        with monkeypatch.context() as patch:
            patch.setattr(Tables, "insert_absent", insert_and_die)
            with pytest.raises(Interrupted):
                take_in(*RECORDS_OF_THREE_POSTS[2:])
        assert layer.tables.read(table).count() > 0
        assert layer.read("pin").count() == 2
    take_in(*RECORDS_OF_THREE_POSTS[2:])
    assert state(layer) == state(whole[0])


def test_a_wrong_topics_record_is_put_aside_whole(place, definitions):
    layer, take_in = given(place, definitions)
    take_in(record(geo(1), 0))
    refused = layer.tables.read(layer.quarantine("pin")).first()
    assert refused["reason"] == "foreign_record"
    assert '"country": "Aruba"' in refused["line"]
