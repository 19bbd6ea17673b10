"""The notebooks as deployed, over the whole synthetic source: golden answers from batch, stream and serving; running again changes nothing.

One story, told once: the tests read what it left.
"""

import csv
import datetime
import json
import threading
import time

import pytest
from conftest import DEPLOYED, ROOT, STREAMS, Place
from kinesis_server import KinesisServer
from lake import put_streams, write_topics
from runner.kinesis import KinesisSource
from pipeline import views
from pipeline.definitions import DATASETS
from source import source

POSTS = 11_154
SCHEMA = "notebooks"


@pytest.fixture(scope="module")
def story(spark, tmp_path_factory):
    spark.dataSource.register(KinesisSource)
    place = Place(spark, tmp_path_factory.mktemp("lake"), SCHEMA)
    server = KinesisServer()
    try:
        records = source(POSTS, "easy").records
        write_topics(place, records)
        for stream in STREAMS.values():
            server.create(stream)
        put_streams(server, records[:20_000])
        place.run("batch")
        place.run("stream", endpoint=server.endpoint, trigger="availableNow")
        put_streams(server, records[20_000:])
        follow_until_all_is_there(place, server)
        place.run("serving")
        place.quality = place.run("quality")
        place.run("export", views_path=f"{place.folder}/views")
        yield place, server
    finally:
        server.close()
        spark.sql(f"drop schema if exists `{SCHEMA}` cascade")


def follow_until_all_is_there(place, server):
    """The stream notebook as the cloud runs it, without end, from where the run before has stopped; stopped when every record has its row."""
    failures = []

    def follow():
        try:
            place.run("stream", endpoint=server.endpoint, trigger="500 milliseconds")
        except Exception as failure:
            failures.append(failure)

    story = threading.Thread(target=follow, daemon=True)
    story.start()
    deadline = time.monotonic() + 240
    while story.is_alive() and any(place.speed().read(dataset).count() < POSTS for dataset in DATASETS):
        assert time.monotonic() < deadline, "the records have not arrived in four minutes"
        time.sleep(1)
    assert story.is_alive(), f"the notebook ended before it was stopped: {failures}"
    for query in place.spark.streams.active:
        query.stop()
    story.join(60)
    assert (story.is_alive(), failures) == (False, [])


def golden(view):
    """Rows of the shipped golden file, typed by their column's name."""
    with open(ROOT / f"datasets/golden/{view}.csv", encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    kinds = [
        float if name.startswith("median") else int if name in WHOLE else str for name in columns
    ]
    return [tuple(kind(value) for kind, value in zip(kinds, row)) for row in rows]


WHOLE = {"category_count", "post_year", "follower_count", "number_users_joined", "number_posts"}


def as_tuples(frame):
    return [tuple(row) for row in frame.collect()]


def commits(place):
    """How many commits every table has had: without one, no table changes."""
    folders = sorted((place.folder / "tables").iterdir())
    return {folder.name: len(list((folder / "_delta_log").glob("*.json"))) for folder in folders}


def test_what_runs_here_is_byte_for_byte_what_is_deployed():
    import pipeline

    assert pipeline.__file__ == str(DEPLOYED / "notebooks/pipeline/__init__.py")
    deployed = {str(file.relative_to(DEPLOYED)): file.read_bytes() for file in DEPLOYED.rglob("*.*") if "__pycache__" not in str(file)}
    assert {"notebooks/batch.py", "notebooks/stream.py", "notebooks/serving.py", "notebooks/quality.py"} < set(deployed)
    assert [file for file, content in deployed.items() if (ROOT / file).read_bytes() != content] == []


def test_the_batch_views_are_golden_and_stamped(story, definitions):
    place, _ = story
    for view in definitions.views:
        assert as_tuples(views.kept(place.tables(), "batch", view)) == golden(view), view
    stamps = place.tables().read("batch_top_category_by_year").select("run_date").distinct()
    assert as_tuples(stamps) == [(datetime.date(2026, 3, 4),)]


def test_the_speed_views_are_golden(story, spark, definitions):
    place, _ = story
    answers = views.answer(spark, definitions, {dataset: place.speed().read(dataset) for dataset in DATASETS})
    for view, rows in answers.items():
        assert as_tuples(rows) == golden(view), view
    spark.catalog.clearCache()


def test_the_serving_views_are_golden(story, definitions):
    place, _ = story
    for view in definitions.views:
        assert as_tuples(views.kept(place.tables(), "serving", view)) == golden(view), view


def test_the_exported_answers_are_golden_in_every_layer(story, definitions):
    place, _ = story
    index = json.loads((place.folder / "views/index.json").read_text(encoding="utf-8"))
    assert [view["name"] for view in index["views"]] == list(definitions.views)
    for layer in ("batch", "speed", "serving"):
        for view in definitions.views:
            answer = json.loads((place.folder / f"views/{layer}/{view}.json").read_text(encoding="utf-8"))
            assert [tuple(row) for row in answer["rows"]] == golden(view), (layer, view)
    for layer in ("batch", "speed"):
        right = {"read": POSTS, "clean": POSTS, "quarantined": 0, "duplicates": 0, "quarantinedByReason": {}}
        assert index["counts"][layer] == dict.fromkeys(DATASETS, right)


def test_serving_has_one_row_per_post_and_the_layers_agree(story):
    place, _ = story
    post = place.tables().read("serving_post")
    assert (post.count(), post.select("ind").distinct().count()) == (POSTS, POSTS)
    assert post.where("country is null or user_name is null and date_joined is null or category is null").count() == 0
    agreement = place.tables().read("serving_reconciliation").orderBy("dataset")
    assert as_tuples(agreement.drop("run_date")) == [
        ("geo", 0, 0, POSTS, 0, 0),
        ("pin", 0, 0, POSTS, 0, 0),
        ("user", 0, 0, POSTS, 0, 0),
    ]


def test_the_clean_columns_come_first_in_the_exercises_order(story):
    place, _ = story
    columns = place.tables().read("team_a_pin_table").columns
    assert columns[:11] == [
        "ind", "unique_id", "title", "description", "follower_count", "poster_name", "tag_list", "is_image_or_video", "image_src",
        "save_location", "category",
    ]  # fmt: skip
    assert place.tables().read("team_a_geo_table").columns[:4] == ["ind", "country", "coordinates", "timestamp"]
    assert place.tables().read("team_a_user_table").columns[:4] == ["ind", "user_name", "age", "date_joined"]


def test_the_quality_report_counts_and_passes(story):
    place, _ = story
    assert place.quality.endswith("none above its limit")
    report = {(row["layer"], row["dataset"], row["check"]): row for row in place.tables().read("quality").collect()}
    counted = {key: row["value"] for key, row in report.items()}
    for layer in ("batch", "speed"):
        for dataset in DATASETS:
            assert counted[layer, dataset, "read"] == counted[layer, dataset, "rows"] == POSTS
            assert counted[layer, dataset, "quarantined"] == counted[layer, dataset, "duplicates"] == 0
        assert counted[layer, "all", "categories"] == 13
        # Story pages have no description; full errors have none of six texts.
        assert counted[layer, "pin", "finding:sentinel:description"] == counted[layer, "pin", "null:description"] > 0
        assert 0.005 < counted[layer, "all", "share:follower_count_null"] < 0.02
    assert counted["batch", "geo", "lines_missing"] == 0
    assert (report["serving", "pin", "different"]["limit"], report["serving", "pin", "different"]["breached"]) == (0.0, False)


def test_running_everything_again_changes_nothing(story, definitions):
    place, server = story
    before = commits(place)
    assert place.run("batch") == f"0 of {len(definitions.views)} views changed"
    place.run("stream", endpoint=server.endpoint, trigger="availableNow")
    place.run("serving")
    assert commits(place) == before


def test_tables_found_in_their_folder_and_files_cut_otherwise_read_without_a_checkpoint_change_nothing(story, spark, definitions):
    place, _ = story
    before = commits(place)
    other = Place(spark, place.folder / "again", f"{SCHEMA}_again")
    write_topics(other, source(POSTS, "easy").records, lines_per_file=3_000)
    try:
        changed = other.run("batch", tables_path=f"{place.folder}/tables")
        assert changed == f"0 of {len(definitions.views)} views changed"
    finally:
        spark.sql(f"drop schema if exists `{SCHEMA}_again` cascade")
    assert commits(place) == before
