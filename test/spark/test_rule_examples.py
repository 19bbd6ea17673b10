"""The examples of every cleaning rule, which docs/rules.md shows, are as true on Spark as on the laptop's DuckDB."""

import json

import pytest
from conftest import ROOT
from engines import RECORDS, records_of
from pipeline.cleaning import judge
from pipeline.definitions import DATASETS
from pipeline.export import in_json

FOLDER = ROOT / "datasets"


def examples_of(file):
    """[(rule's id, dataset, lines, what cleaning makes of them)]"""
    found = []
    for rule in json.loads((FOLDER / f"rules/{file}.json").read_text(encoding="utf-8")):
        for example in rule["examples"]:
            dataset = example.get("dataset", file)
            found.append((rule["id"], dataset, [line_of(dataset, each) for each in example["before"]], example["after"]))
    return found


def line_of(dataset, record):
    if isinstance(record, str):
        return record
    smallest = json.loads((FOLDER / f"schema/{dataset}.json").read_text(encoding="utf-8"))["smallestRecord"]
    return json.dumps({**smallest, **record}, ensure_ascii=False)


EXAMPLES = [example for file in ("every", *DATASETS) for example in examples_of(file)]


def judged(spark, definitions, dataset, lines):
    """One object per line, in their order, in the words of the laptop's answers."""
    records = spark.createDataFrame(records_of(lines), RECORDS)
    answer = in_json(judge(records, definitions, dataset).orderBy("arrival_order"))
    names = [column["name"] for column in answer["columns"]]
    return [dict(zip(names, row)) for row in answer["rows"]]


def wrong(rule, lines, rows, expected):
    """Where a row is not what the example says, with both."""
    assert len(rows) == len(expected), (rule, lines)
    pairs = [(want, {name: row[name] for name in want}) for row, want in zip(rows, expected)]
    return [(rule, lines, want, got) for want, got in pairs if got != want]


@pytest.mark.parametrize("dataset", DATASETS)
def test_examples_of_one_record_are_true(spark, definitions, dataset):
    alone = [(rule, lines, after) for rule, of, lines, after in EXAMPLES if of == dataset and len(lines) == 1]
    assert len(alone) > 5
    rows = judged(spark, definitions, dataset, [line for _, lines, _ in alone for line in lines])
    # All in one go, so that a good record may lose its place to another example's; it has its columns all the same.
    for row in rows:
        row["outcome"] = row["outcome"].replace("duplicate", "clean")
    assert [each for (rule, lines, after), row in zip(alone, rows, strict=True) for each in wrong(rule, lines, [row], after)] == []


def test_examples_of_several_records_are_true(spark, definitions):
    together = [example for example in EXAMPLES if len(example[2]) > 1]
    assert len(together) > 1
    found = [wrong(rule, lines, judged(spark, definitions, dataset, lines), after) for rule, dataset, lines, after in together]
    assert [each for one in found for each in one] == []
