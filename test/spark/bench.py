"""`npx tsx ops/python/bench-spark.ts [posts]`: the batch notebook beside DuckDB, many small files, and how fresh the stream's table is.

Prints one JSON row per line: what, unit, ours, other, otherName, ratio.
"""

import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "notebooks"))

import lake  # noqa: E402
from conftest import STREAMS, Place  # noqa: E402
from engines import Duck, records_of  # noqa: E402
from kinesis_server import KinesisServer  # noqa: E402
from local.kinesis import KinesisSource  # noqa: E402
from local.session import local_session  # noqa: E402
from pipeline.cleaning import register_functions  # noqa: E402
from pipeline.definitions import DATASETS, Definitions  # noqa: E402
from pipeline.layer import Layer  # noqa: E402
from source import source  # noqa: E402

# Records sent one by one while the stream runs, after some that warm it up.
WARM_UP, MEASURED, PAUSE_S = 20, 60, 0.25


def main(jars, posts):
    folder = Path(tempfile.mkdtemp(prefix="bench-spark-"))
    began = time.perf_counter()
    spark = local_session(jars, folder / "warehouse")
    definitions = Definitions(str(ROOT))
    register_functions(spark, definitions)
    row("spark: session and functions", "s", time.perf_counter() - began)
    try:
        made = source(posts, "easy")
        on_duckdb = seconds(lambda: answer_on_duckdb(made, definitions))
        batch(spark, folder, made, "first", "batch notebook, cold", on_duckdb)
        batch(spark, folder, made, "second", "batch notebook, warm", on_duckdb)
        lake.LINES_PER_FILE = 1
        batch(spark, folder, made, "small", "batch notebook, one file per record", None)
        freshness(spark, folder, made)
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


def batch(spark, folder, made, name, what, on_duckdb):
    place = Place(spark, folder / name, f"bench_{name}")
    lake.write_topics(place, made.records)
    row(f"spark: {what}", "s", seconds(lambda: place.run("batch")), on_duckdb, "DuckDB in memory")


def answer_on_duckdb(made, definitions):
    duck = Duck(made.duckdb)
    for dataset in DATASETS:
        duck.judge(dataset, records_of(made.lines(dataset)))
    for sql in definitions.views.values():
        duck.answer(sql).fetchall()


def freshness(spark, folder, made):
    """From a record's arrival in Kinesis to the commit that holds its row."""
    spark.dataSource.register(KinesisSource)
    server = KinesisServer()
    place = Place(spark, folder / "stream", "bench_stream")
    waits, seen = [], [0]
    take_in = Layer.take_in

    def timed(layer, dataset, records):
        take_in(layer, dataset, records)
        now_ms = time.time() * 1000
        if dataset == "pin":
            fresh = layer.read("pin").where(f"arrival_time_ms > {seen[0]}").select("arrival_time_ms").collect()
            waits.extend(now_ms - each["arrival_time_ms"] for each in fresh)
            seen[0] = max([seen[0], *(each["arrival_time_ms"] for each in fresh)])

    Layer.take_in = timed
    try:
        for stream in STREAMS.values():
            server.create(stream)
        story = threading.Thread(target=lambda: until_stopped(place, server.endpoint), daemon=True)
        story.start()
        pins = [(key, line.encode("utf-8")) for dataset, key, line in made.records if dataset == "pin"]
        for key_and_data in pins[: WARM_UP + MEASURED]:
            server.put(STREAMS["pin"], [key_and_data])
            time.sleep(PAUSE_S)
        deadline = time.monotonic() + 120
        while len(waits) < WARM_UP + MEASURED and time.monotonic() < deadline:
            time.sleep(0.2)
        for query in spark.streams.active:
            query.stop()
        story.join(30)
    finally:
        Layer.take_in = take_in
        server.close()
    measured = sorted(waits[WARM_UP:])
    if len(measured) < MEASURED:
        raise RuntimeError(f"only {len(waits)} of {WARM_UP + MEASURED} records reached the table")
    row("spark: PUT to a row in the stream's table, p50", "ms", measured[len(measured) // 2])
    row("spark: PUT to a row in the stream's table, p99", "ms", measured[int(len(measured) * 0.99)])


def until_stopped(place, endpoint):
    place.run("stream", endpoint=endpoint, trigger="200 milliseconds")


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def row(what, unit, ours, other=None, other_name=None):
    def rounded(value):
        return None if value is None else float(f"{value:.3g}")

    known = {} if other is None else {"other": rounded(other), "otherName": other_name, "ratio": rounded(ours / other)}
    empty = {"other": None, "otherName": None, "ratio": None}
    print(json.dumps({"what": what, "unit": unit, "ours": rounded(ours), **empty, **known}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 11_154)
