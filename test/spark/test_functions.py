"""The functions behind the notebooks, on a few rows each: arrival, the latest of both layers, their agreement, the checks."""

import datetime

import pytest
from conftest import TOPICS, geo
from pipeline import quality, serving
from pipeline.sources import lines_of_files


def rows_of(frame):
    return sorted(tuple(row) for row in frame.collect())


def test_arrival_is_what_the_sink_wrote_into_the_line_and_else_the_place_in_the_file(place, spark):
    place.write_file("geo", [geo(1), geo(2)], partition=0, time_ms=5_000)
    # A record before this one was dead-lettered: the line's place and its offset differ.
    place.write_file("geo", ['{"ind":3,"kafka_partition":0,"kafka_offset":17,"kafka_timestamp":7000}', ""], partition=0)
    place.write_file("geo", [geo(4), "not json"], partition=12, fields=False)
    place.write_file("geo", ['{"ind":5,"kafka_partition":-1,"kafka_offset":9}'], partition=12)
    files = spark.read.text(f"{place.folder}/topics/{TOPICS['geo']}/partition=*/", wholetext=True).select("value", "_metadata")
    records = lines_of_files(files)
    assert rows_of(records.select("arrival_partition", "arrival_order", "arrival_time_ms")) == [
        ("0", "00000000000000000000", 5_000),
        ("0", "00000000000000000001", 5_001),
        ("0", "00000000000000000017", 7_000),
        ("12", "00000000000000000000", 0),
        ("12", "00000000000000000001", 0),
        ("12", "00000000000000000002", 0),
    ]
    lines = [row["line"] for row in records.orderBy("arrival_partition", "arrival_order").collect()]
    assert lines[4] == "not json"
    assert '"ind": 2' in lines[1] and '"kafka_offset": 1' in lines[1]


CLEAN = "ind bigint, country string, findings string, arrival_time_ms bigint, arrival_partition string, arrival_order string"


@pytest.fixture(scope="module")
def layers(spark):
    """ind, country and arrival time in batch, and in speed."""

    def clean(*rows):
        return spark.createDataFrame([(ind, country, "", time_ms, "0", "0") for ind, country, time_ms in rows], CLEAN)

    batch = clean((1, "Aruba", 10), (2, "Benin", 20), (3, "Chad", 30), (5, None, 10), (6, "Fiji", 10))
    speed = clean((2, "Brazil", 20), (3, "Cuba", 29), (4, "Dominica", 1), (5, None, 11), (6, None, 9))
    return batch, speed


def test_the_latest_arrival_of_both_layers_stays_and_on_equal_time_it_is_speeds(layers):
    latest = serving.latest(*layers)
    assert rows_of(latest.select("ind", "country", "layer")) == [
        (1, "Aruba", "batch"),
        (2, "Brazil", "speed"),
        (3, "Chad", "batch"),
        (4, "Dominica", "speed"),
        (5, None, "speed"),
        (6, "Fiji", "batch"),
    ]


def test_reconciliation_counts_posts_by_layer_and_those_whose_content_differs(layers):
    batch, speed = ({dataset: rows for dataset in TOPICS} for rows in layers)
    found = serving.reconciliation({**batch, "user": batch["user"].limit(0)}, speed)
    # ind 5 arrived at two times with the same null: no difference. A null beside Fiji is one.
    assert found.columns == ["dataset", "batch_only", "speed_only", "in_both", "different", "pending"]
    assert rows_of(found) == [("geo", 1, 1, 4, 3, 0), ("pin", 1, 1, 4, 3, 0), ("user", 0, 5, 0, 0, 0)]


def test_a_post_is_every_dataset_side_by_side_with_nulls_where_a_part_is_missing(spark):
    relations = {
        "pin": spark.createDataFrame([(1, "T", "", "batch")], "ind bigint, title string, findings string, layer string"),
        "geo": spark.createDataFrame([(1, "Aruba", 5), (2, "Benin", 5)], "ind bigint, country string, arrival_time_ms bigint"),
        "user": spark.createDataFrame([(3, 20)], "ind bigint, age int"),
    }
    posts = serving.posts(relations)
    assert posts.columns == ["ind", "title", "country", "age"]
    assert rows_of(posts) == [(1, "T", "Aruba", None), (2, None, "Benin", None), (3, None, None, 20)]


def test_row_checks_count_repeated_keys_sentinels_left_nulls_and_findings(spark, definitions):
    rows = spark.createDataFrame(
        [
            (1, "User Info Error", "T", "art", "sentinel:title,extra_fields"),
            (1, None, "Untitled", "art", "sentinel:title"),
            # A poster may be called so.
            (2, "Untitled", "T", None, ""),
        ],
        "ind bigint, poster_name string, title string, category string, findings string",
    )
    assert rows_of(quality.row_checks(rows, "pin", definitions.sentinels("pin"))) == [
        ("pin", "finding:extra_fields", 1.0),
        ("pin", "finding:sentinel:title", 2.0),
        ("pin", "keys_repeated", 1.0),
        ("pin", "null:category", 1.0),
        ("pin", "null:poster_name", 1.0),
        ("pin", "null:title", 0.0),
        ("pin", "rows", 3.0),
        ("pin", "sentinels_left", 2.0),
    ]


def test_post_checks_find_orphans_late_parts_and_persons_that_cannot_be_one(spark):
    def at(year):
        return datetime.datetime(year, 1, 1)

    relations = {
        "pin": spark.createDataFrame(
            [(1, "u1", "P", "art", 10, 0), (2, "u1", "P", "art", None, 0), (4, "u4", "Q", None, 5, 0)],
            "ind bigint, unique_id string, poster_name string, category string, follower_count bigint, arrival_time_ms bigint",
        ),
        "geo": spark.createDataFrame(
            [(1, "Aruba", at(2020), 3_600_000), (4, "Benin", at(2016), 3_600_001), (5, "Chad", at(2020), 0)],
            "ind bigint, country string, timestamp timestamp, arrival_time_ms bigint",
        ),
        "user": spark.createDataFrame(
            [(1, "k1", at(2015), 20, 0), (2, "k2", at(2015), 17, 0), (4, "k1", at(2017), 30, 0)],
            "ind bigint, user_key string, date_joined timestamp, age int, arrival_time_ms bigint",
        ),
    }
    found = {check: round(value, 3) for _, check, value in rows_of(quality.post_checks(relations))}
    assert found == {
        "posts_without_pin": 1, "posts_without_geo": 1, "posts_without_user": 1, "unique_ids_repeated": 1, "posted_before_joining": 1,
        "posts_with_late_parts": 1, "users_under_18": 1, "persons": 2, "categories": 1, "share:follower_count_null": 0.333,
        "posters_with_two_persons": 1, "posters_with_two_countries": 0,
    }  # fmt: skip
