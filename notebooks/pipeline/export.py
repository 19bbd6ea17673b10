"""Answers as JSON objects that a URL can give: `<layer>/<view>.json`, and `index.json`, which says what they hold and as of when."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from pyspark.sql import functions as F

from pipeline.definitions import DATASETS

INDEX = "index.json"
# JSON numbers beyond it are rounded by readers that know only doubles.
LARGEST_EXACT = 2**53 - 1
AT_ONCE = 4


def put_answers(store, answers):
    """Writes each answer of {layer: {view: DataFrame in its stated order}} unless its object holds just that. Returns the names of those written.

    Objects that are no answer any more are deleted."""

    def put(named):
        name, rows = named
        data = as_json(in_json(rows))
        # Another time on the same bytes would tell readers of a change that is none.
        if store.read(name) == data:
            return None
        store.write(name, data)
        return name

    named = {f"{layer}/{view}.json": rows for layer, views in answers.items() for view, rows in views.items()}
    # Planning these small queries takes longer than running them, so several at a time.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        written = [name for name in pool.map(put, named.items()) if name is not None]
    for name in store.names():
        if name not in named and name.split("/", 1)[0] in answers:
            store.delete(name)
    return written


def in_json(rows):
    """As the laptop answers `GET /views/{view}`: types in Spark SQL's words, times as ISO 8601 text in UTC."""
    texts = [
        F.date_format(f"`{name}`", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS").alias(name) if type_ == "timestamp" else F.col(f"`{name}`")
        for name, type_ in rows.dtypes
    ]
    times = [type_ == "timestamp" for _, type_ in rows.dtypes]
    return {
        "columns": [{"name": name, "type": type_.upper()} for name, type_ in rows.dtypes],
        "rows": [
            [_time(value) if is_time else _cell(value) for value, is_time in zip(row, times)] for row in rows.select(*texts).collect()
        ],
    }


def counts(layer):
    """{dataset: read, clean, quarantined, duplicates, quarantinedByReason}: what became of the records of a layer."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(DATASETS, pool.map(lambda dataset: _counts(layer, dataset), DATASETS)))


def as_json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def _counts(layer, dataset):
    clean = layer.read(dataset).count()
    reasons = layer.tables.read(layer.quarantine(dataset)).groupBy("reason").count().collect()
    by_reason = {row["reason"]: row["count"] for row in sorted(reasons)}
    duplicates = layer.tables.read(layer.duplicates(dataset)).count()
    quarantined = sum(by_reason.values())
    return {
        "read": clean + quarantined + duplicates,
        "clean": clean,
        "quarantined": quarantined,
        "duplicates": duplicates,
        "quarantinedByReason": by_reason,
    }


def _cell(value):
    if isinstance(value, list):
        return [_cell(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) > LARGEST_EXACT:
        # The text of its digits, as from the laptop's DuckDB.
        return str(value)
    return value


def _time(text):
    return text and text.rstrip("0").removesuffix(".") + "Z"
