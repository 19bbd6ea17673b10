"""Answers as objects: in the laptop's shape, written only when they change, the index last."""

import json
import os
from decimal import Decimal

import pytest
from conftest import geo, pin, user
from pipeline.export import as_json, in_json, put_answers
from pipeline.store import Bucket, Folder, open_store


def test_an_answer_is_in_the_laptops_shape(spark):
    rows = spark.sql(
        """select * from values
        (1, 9007199254740992, 2.5d, 'é', array('a', 'b'), timestamp '2020-08-28 03:52:47', date '2020-08-28', array(9007199254740993)),
        (2, -9007199254740991, 3d, null, array(), timestamp '2020-08-28 03:52:47.0500', null, null)
        as t(i, big, half, text, list, time, day, bigs) order by i"""
    )
    assert in_json(rows) == {
        "columns": [
            {"name": "i", "type": "INT"}, {"name": "big", "type": "BIGINT"}, {"name": "half", "type": "DOUBLE"},
            {"name": "text", "type": "STRING"}, {"name": "list", "type": "ARRAY<STRING>"}, {"name": "time", "type": "TIMESTAMP"},
            {"name": "day", "type": "DATE"}, {"name": "bigs", "type": "ARRAY<BIGINT>"},
        ],
        "rows": [
            [1, "9007199254740992", 2.5, "é", ["a", "b"], "2020-08-28T03:52:47Z", "2020-08-28", ["9007199254740993"]],
            [2, -9007199254740991, 3, None, [], "2020-08-28T03:52:47.05Z", None, None],
        ],
    }  # fmt: skip


def test_json_is_one_line_of_utf8_without_blanks_and_nothing_that_json_has_not():
    assert as_json({"a": ["é\n", 1, 2.5, None]}) == '{"a":["é\\n",1,2.5,null]}'.encode()
    with pytest.raises(ValueError):
        as_json([float("nan")])
    with pytest.raises(TypeError):
        as_json([Decimal(1)])


def test_only_what_changed_is_written_and_what_is_no_answer_any_more_goes(spark, tmp_path):
    store = Folder(tmp_path)
    one, two, other = (spark.sql(f"select {number} as n") for number in (1, 2, 3))
    assert put_answers(store, {"batch": {"a": one, "b": two}, "speed": {"a": one}}) == ["batch/a.json", "batch/b.json", "speed/a.json"]
    store.write("index.json", b"{}")
    store.write("elsewhere/a.json", b"{}")
    before = os.stat(tmp_path / "batch/a.json").st_ino
    assert put_answers(store, {"batch": {"a": one, "c": other}, "speed": {"a": two}}) == ["batch/c.json", "speed/a.json"]
    assert store.names() == ["batch/a.json", "batch/c.json", "elsewhere/a.json", "index.json", "speed/a.json"]
    assert os.stat(tmp_path / "batch/a.json").st_ino == before
    assert json.loads(store.read("speed/a.json")) == {"columns": [{"name": "n", "type": "INT"}], "rows": [[2]]}


def test_an_address_is_a_bucket_or_a_folder(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for address in ("s3://lake/views", "s3a://lake/views/"):
        store = open_store(address)
        assert (type(store), store.bucket, store.prefix) == (Bucket, "lake", "views")
    assert str(open_store("file:/tmp/views").path) == str(open_store("file:///tmp/views").path) == str(open_store("/tmp/views").path) == "/tmp/views"
    with pytest.raises(ValueError, match="s3://<bucket>/<prefix> or a folder, got 'gs://lake/views'"):
        open_store("gs://lake/views")


def test_the_notebook_puts_answers_and_last_the_index_and_only_the_index_when_nothing_else_changed(place, definitions, monkeypatch):
    for dataset, made in (("pin", pin), ("geo", geo), ("user", user)):
        place.write_file(dataset, [made(1), made(2), made(2), "[]"])
    views = place.folder / "views"
    given = {"views_path": str(views), "as_of": "2026-03-04T06:06:07+01:00", "run_id": "run 1", "schedule": "rate(1 hour)"}
    place.run("batch")
    place.run("serving")
    order, write = [], Folder.write
    monkeypatch.setattr(Folder, "write", lambda self, name, data: (order.append(name), write(self, name, data)))
    questions = len(definitions.views)
    assert place.run("export", **given) == f"{3 * questions} of {3 * questions} answers changed"
    assert (order[-1], len(order), order.count("index.json")) == ("index.json", 3 * questions + 1, 1)
    index = json.loads((views / "index.json").read_text(encoding="utf-8"))
    assert index["asOf"] == "2026-03-04T05:06:07Z"
    assert {**index["run"], "finished": "?", "spark": "?"} == {
        "id": "run 1", "date": "2026-03-04", "schedule": "rate(1 hour)", "finished": "?", "spark": "?",
    }  # fmt: skip
    assert index["views"][0] == {
        "name": "top_category_by_country",
        "grain": "one row per country and category in first place by number of posts; ties give several",
        "question": "What is the most popular category in each country?",
        "picture": "firsts",
        "companionOf": None,
        "layers": ["batch", "speed", "serving"],
    }
    assert len(index["views"]) == questions
    refused = {"not_json_object": 1}
    assert index["counts"]["batch"]["pin"] == {"read": 4, "clean": 2, "quarantined": 1, "duplicates": 1, "quarantinedByReason": refused}
    assert index["counts"]["speed"]["user"] == {"read": 0, "clean": 0, "quarantined": 0, "duplicates": 0, "quarantinedByReason": {}}
    answer = json.loads((views / "serving/top_category_by_country.json").read_text(encoding="utf-8"))
    assert answer["rows"] == [["Aruba", "art", 2]]
    assert json.loads((views / "speed/top_category_by_country.json").read_text(encoding="utf-8"))["rows"] == []
    order.clear()
    assert place.run("export", **given) == f"0 of {3 * questions} answers changed"
    assert order == ["index.json"]

    def full(self, name, data):
        raise OSError("no space left")

    monkeypatch.setattr(Folder, "write", full)
    (views / "serving/top_category_by_country.json").unlink()
    before = (views / "index.json").read_bytes()
    with pytest.raises(OSError, match="no space left"):
        place.run("export", **given)
    assert (views / "index.json").read_bytes() == before
