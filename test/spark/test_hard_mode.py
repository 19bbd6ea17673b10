"""All known dirt through the notebooks: the counts and answers that the source expects, and a quality run that speaks up."""

import datetime

import pytest
from conftest import STREAMS
from lake import write_topics
from pipeline import views
from pipeline.definitions import DATASETS
from pipeline.quality import LimitBreached
from source import source

POSTS = 800


def counts(layer, dataset):
    tables = layer.tables
    reasons = tables.read(layer.quarantine(dataset)).groupBy("reason").count().collect()
    return {
        "clean": layer.read(dataset).count(),
        "quarantined": sum(row["count"] for row in reasons),
        "duplicates": tables.read(layer.duplicates(dataset)).count(),
        "quarantinedByReason": {row["reason"]: row["count"] for row in reasons},
    }


def expected(made, layer, dataset):
    return {name: made.expected["counts"][layer][dataset][name] for name in ("clean", "quarantined", "duplicates", "quarantinedByReason")}


def test_dirt_ends_where_the_source_says_in_both_layers(place, spark, definitions):
    made = source(POSTS, "hard")
    refused = write_topics(place, made.records)
    assert refused == {dataset: made.expected["counts"]["batch"][dataset]["refusedBySink"] for dataset in DATASETS}
    place.run("batch")
    assert {dataset: counts(place.batch(), dataset) for dataset in DATASETS} == {
        dataset: expected(made, "batch", dataset) for dataset in DATASETS
    }
    for view in definitions.views:
        rows = [tuple(row) for row in views.kept(place.tables(), "batch", view).collect()]
        assert rows == [tuple(row) for row in made.expected["views"][view]["rows"]], view

    # The speed layer in two parts, as micro-batches would come, the middle in both.
    speed = place.speed()
    speed.create_tables()
    schema = "line string, arrival_time_ms bigint, arrival_partition string, arrival_order string"
    for dataset in STREAMS:
        records = [(line, 2_000_000 + at, "shardId-000000000000", f"{at:056d}") for at, line in enumerate(made.lines(dataset))]
        third = len(records) // 3
        for part in (records[: 2 * third], records[third:]):
            speed.take_in(dataset, spark.createDataFrame(part, schema))
    assert {dataset: counts(speed, dataset) for dataset in DATASETS} == {
        dataset: expected(made, "speed", dataset) for dataset in DATASETS
    }

    place.run("serving")
    agreement = place.tables().read("serving_reconciliation").collect()
    assert sum(row["different"] + row["batch_only"] + row["speed_only"] for row in agreement) == 0

    assert place.run("quality").endswith(" checks, none above its limit")
    checks = place.tables().read("quality").count()
    with pytest.raises(LimitBreached, match=r"batch pin: duplicates is \d+, limit 3") as breach:
        place.run("quality", limits='{"duplicates": 3, "lines_missing": 0}')
    assert "lines_missing" not in str(breach.value)
    # The report of a day that is run again is replaced, a breach is in it, and every row says which day it is about.
    report = place.tables().read("quality")
    assert [tuple(row) for row in report.groupBy("run_date").count().collect()] == [(datetime.date(2026, 3, 4), checks)]
    assert report.where("breached").count() == len(str(breach.value).split("; "))
