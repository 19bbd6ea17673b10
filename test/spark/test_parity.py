"""The same SQL text on DuckDB and on Spark: whole rows, types and order, over the whole synthetic source, easy and hard."""

import pytest
from engines import RECORDS, Duck, plain, records_of
from pipeline.cleaning import judge
from pipeline.definitions import DATASETS
from source import source

POSTS = 11_154
FACTS = ["read", "clean", "quarantined", "duplicates"]


@pytest.fixture(scope="module", params=["easy", "hard"])
def both(request, spark, definitions):
    """Both engines, with the relations pin, geo and user made from the same records."""
    made = source(POSTS, request.param)
    duck, judged = Duck(made.duckdb), {}
    for dataset in DATASETS:
        records = records_of(made.lines(dataset))
        duck.judge(dataset, records)
        judged[dataset] = judge(spark.createDataFrame(records, RECORDS), definitions, dataset).localCheckpoint()
        judged[dataset].where("outcome = 'clean'").createOrReplaceTempView(dataset)
    return made, duck, judged


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_record_is_judged_alike(both, dataset):
    _, duck, judged = both
    theirs = duck.connection.execute(f"from judged_{dataset} order by arrival_order")
    assert judged[dataset].columns == [column[0] for column in theirs.description]
    ours, theirs = plain(judged[dataset].orderBy("arrival_order").collect()), plain(theirs.fetchall())
    assert len(ours) > 10_000
    assert [(ours[at], row) for at, row in enumerate(theirs) if ours[at] != row] == []
    assert len(ours) == len(theirs)


def test_every_view_answers_alike_and_right(both, spark, definitions):
    made, duck, _ = both
    assert sorted(definitions.views) == sorted(made.expected["views"])
    assert len(definitions.views) > 10
    for view, sql in definitions.views.items():
        ours, theirs, right = spark.sql(sql), duck.answer(sql), made.expected["views"][view]
        assert ours.columns == [column[0] for column in theirs.description] == right["columns"], view
        rows = plain(ours.collect())
        assert rows == plain(theirs.fetchall()), view
        assert rows == [tuple(row) for row in right["rows"]], view
        # Counts are whole numbers and medians doubles in both, not only equal.
        assert [type(each) for row in rows[:1] for each in row] == [
            float if name.startswith("median") else int if isinstance(each, (int, float)) else str
            for name, each in zip(right["columns"], rows[0])
        ], view


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_counts_are_those_of_the_source(both, dataset):
    made, _, judged = both
    # The stream's counts: here nothing has been refused on the way, as the sink does.
    right = made.expected["counts"]["speed"][dataset]
    outcomes = {row["outcome"]: row["count"] for row in judged[dataset].groupBy("outcome").count().collect()}
    reasons = {row["reason"]: row["count"] for row in judged[dataset].groupBy("reason").count().collect() if row["reason"]}
    found = {
        "read": sum(outcomes.values()),
        "clean": outcomes["clean"],
        "quarantined": outcomes.get("quarantined", 0),
        "duplicates": outcomes.get("duplicate", 0),
    }
    assert found == {fact: right[fact] for fact in FACTS}
    assert reasons == right["quarantinedByReason"]


# Lines that the two JSON readers take differently (nothing in our sources writes such JSON). Key to what each makes of it.
KNOWN_DIFFERENCES = [
    # line, (outcome, ind) on Spark, on DuckDB
    ('{"ind": 5, "ind": 6, "country": "X"}', ("clean", 6), ("clean", 5)),
    ('{"ind": 1, "country": "X",}', ("quarantined", None), ("clean", 1)),
    ('{"ind": 1, "country": "X"}}', ("clean", 1), ("quarantined", None)),
]


@pytest.mark.parametrize("line, on_spark, on_duckdb", KNOWN_DIFFERENCES)
def test_known_differences_of_the_readers_are_still_these(spark, definitions, line, on_spark, on_duckdb):
    ours = judge(spark.createDataFrame(records_of([line]), RECORDS), definitions, "geo").first()
    theirs = Duck(source(300, "hard").duckdb).judge("geo", records_of([line])).fetchone()
    assert (ours["outcome"], ours["ind"] if on_spark[1] else None) == on_spark
    assert (theirs[8], theirs[0] if on_duckdb[1] else None) == on_duckdb


# Lines that each reader alone would take differently, and that the shared rules even out.
ALIKE = [
    '{"ind": "2", "country": "X"}', '{"ind": 2.5, "country": "X"}', '{"ind": 12345678901234567890, "country": "X"}',
    '{"ind": 1, "latitude": -12.50, "longitude": 1e1}', '{"ind": {"a": 1}, "country": "X"}', '{"ind": 1, "country": {"a": [1, 2]}}',
    '["a"]', "1", "null", "not json", '{"ind": 1', '{"ind": 01}', '{"ind":\t"1\t"}', "\ufeff{}", '{"ind": 4} trailing', "{'ind': 9}",
    '{"ind": NaN, "country": "X"}', '{"ind": 1, "country": "X", "latitude": NaN}', '{"IND": 7, "country": "X"}', '{"ind": true, "country": false}', '{"ind": 1, "country": ""}',
    '{"ind": 1, "country": "a\\u0000b"}', '{"ind": 1, "country": "\\ud83d\\ude00"}', "{}", " {\"ind\": 1, \"country\": \"X\"} ", "[{\"ind\": 1}]",
    '{"ind": 1, "country": "X", "a": 1, "b": null}', '{"ind": -0, "country": "X"}', '{"ind": "+7", "country": "X"}',
]  # fmt: skip


def test_odd_lines_are_judged_alike(spark, definitions):
    # Each line under a key partition of its own would hide rank; all in one file, as they would come.
    records = records_of(ALIKE)
    theirs = plain(Duck(source(300, "hard").duckdb).judge("geo", records).fetchall())
    ours = plain(judge(spark.createDataFrame(records, RECORDS), definitions, "geo").orderBy("arrival_order").collect())
    assert [(line, kept(our), kept(their)) for line, our, their in zip(ALIKE, ours, theirs) if kept(our) != kept(their)] == []
    assert len(ours) == len(theirs) == len(ALIKE)


def kept(row):
    """What the tables keep of a judged geo row: of one that is put aside only arrival, line and reason."""
    return row[4:10] if row[8] == "quarantined" else row
