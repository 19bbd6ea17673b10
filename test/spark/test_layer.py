"""A layer takes records in: every one ends in one place, whatever is repeated, lost, crashed or cut otherwise."""

import random

import pytest
from conftest import geo, pin
from pipeline.layer import Layer
from pipeline.tables import Tables

RECORDS = "line string, arrival_time_ms bigint, arrival_partition string, arrival_order string"


def record(value, order, time_ms=None, partition="0"):
    import json

    line = value if isinstance(value, str) else json.dumps(value)
    return (line, order if time_ms is None else time_ms, partition, f"{order:020d}")


def given(place, definitions, tables=None):
    """A layer of the pin feed alone, and a way to give it records."""
    layer = Layer("batch", tables or place.tables(), definitions, {"pin": "pin_table"})
    layer.tables.create_schema()
    layer.create_tables()
    return layer, lambda *records: layer.take_in("pin", place.spark.createDataFrame(list(records), RECORDS))


def state(layer):
    """Everything in the three tables."""
    names = [layer.clean["pin"], layer.quarantine("pin"), layer.duplicates("pin")]
    return [sorted(map(repr, layer.tables.read(name).collect())) for name in names]


def sizes(layer):
    return [len(rows) for rows in state(layer)]


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


def test_the_last_arrival_stays_and_the_rest_is_accounted_for(place, definitions):
    layer, take_in = given(place, definitions)
    take_in(*RECORDS_OF_THREE_POSTS)
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


def test_any_cut_and_any_order_and_every_repetition_end_alike(place, definitions):
    layer, take_in = given(place, definitions)
    take_in(*RECORDS_OF_THREE_POSTS)
    whole = state(layer)
    take_in(*RECORDS_OF_THREE_POSTS)
    assert state(layer) == whole

    shuffled = RECORDS_OF_THREE_POSTS.copy()
    random.Random(7).shuffle(shuffled)
    tables = Tables(place.spark, f"{place.schema}_cut", None, f"{place.folder}/cut")
    other, take_in = given(place, definitions, tables)
    for part in (shuffled[:2], shuffled[1:6], shuffled[5:]):
        take_in(*part)
    assert state(other) == whole
    place.spark.sql(f"drop schema `{place.schema}_cut` cascade")


def test_taking_in_again_writes_no_commit(place, definitions):
    layer, take_in = given(place, definitions)
    take_in(*RECORDS_OF_THREE_POSTS[:2])
    before = layer.tables.spark.sql(f"describe history {layer.tables.name('pin_table')}").count()
    take_in(*RECORDS_OF_THREE_POSTS[:2])
    assert layer.tables.spark.sql(f"describe history {layer.tables.name('pin_table')}").count() == before


class Interrupted(Exception):
    """The cluster has gone."""


@pytest.mark.parametrize("table", ["pin_table_quarantine", "pin_table_duplicates"])
def test_a_crash_between_two_commits_loses_and_doubles_nothing(place, definitions, monkeypatch, table):
    layer, take_in = given(place, definitions)
    take_in(*RECORDS_OF_THREE_POSTS[:2])
    insert_absent = Tables.insert_absent

    def insert_and_die(self, name, *rest):
        insert_absent(self, name, *rest)
        if name == table:
            raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(Tables, "insert_absent", insert_and_die)
        with pytest.raises(Interrupted):
            take_in(*RECORDS_OF_THREE_POSTS[2:])
    take_in(*RECORDS_OF_THREE_POSTS[2:])
    assert sizes(layer) == [3, 3, 3]


def test_a_wrong_topics_record_is_put_aside_whole(place, definitions):
    layer, take_in = given(place, definitions)
    take_in(record(geo(1), 0))
    refused = layer.tables.read(layer.quarantine("pin")).first()
    assert refused["reason"] == "foreign_record"
    assert '"country": "Aruba"' in refused["line"]
