"""`npm run bench -- spark`: the batch notebook beside the laptop's DuckDB, many small files, and how fresh the stream's table is.

Prints one JSON row per line: what, unit, ours, other, otherName, ratio.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import lake
from conftest import ROOT, STREAMS, TOPICS, Place
from kinesis_server import KinesisServer
from runner.kinesis import KinesisSource
from runner.laptop import local_session
from pipeline import views
from pipeline.layer import Layer
from source import source

# Records sent one by one while the stream runs, after some that warm it up.
WARM_UP, MEASURED, PAUSE_S = 20, 100, 0.25
PATIENCE_S = 120


def main(jars, posts):
    folder = Path(tempfile.mkdtemp(prefix="bench-spark-"))
    spark = local_session(jars, folder / "warehouse")
    try:
        made = source(posts, "easy")
        batch(spark, folder, made, "batch, cold")
        batch(spark, folder, made, "batch, warm")
        batch(spark, folder, made, f"batch, {len(made.records):,} files of one record", lines_per_file=1)
        freshness(spark, folder, made)
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


def batch(spark, folder, made, what, **files):
    """The batch notebook and the laptop's batch layer, one after the other, over the same files."""
    name = "".join(letter for letter in what if letter.isalnum())
    place = Place(spark, folder / name, name)
    lake.write_topics(place, made.records, **files)
    command = ["node", "--import", "tsx", "test/spark/duckdb-batch.ts", str(place.folder), json.dumps(TOPICS)]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    on_duckdb = json.loads(printed.decode("utf-8").splitlines()[-1])
    spent = {"takeIn": 0.0, "views": 0.0}
    keep = views.keep

    def timed(*arguments):
        began = time.perf_counter()
        try:
            return keep(*arguments)
        finally:
            spent["views"] = time.perf_counter() - began

    views.keep = timed
    try:
        began = time.perf_counter()
        place.run("batch")
        whole = time.perf_counter() - began
    finally:
        views.keep = keep
    rows = sum(place.batch().read(dataset).count() for dataset in TOPICS)
    if rows != on_duckdb["clean"]:
        raise RuntimeError(f"{what}: {rows} clean rows on Spark, {on_duckdb['clean']} on DuckDB")
    spent["takeIn"] = whole - spent["views"]
    row(f"{what}: read, clean, merge", "s", spent["takeIn"], on_duckdb["takeIn"])
    row(f"{what}: all views", "s", spent["views"], on_duckdb["views"])
    row(f"{what}: all", "s", whole, on_duckdb["takeIn"] + on_duckdb["views"])


def freshness(spark, folder, made):
    """From a PUT to the commit that holds its row, one record at a time."""
    spark.dataSource.register(KinesisSource)
    server = KinesisServer()
    place = Place(spark, folder / "stream", "bench_stream")
    pins = [(int(key), line.encode("utf-8")) for dataset, key, line in made.records if dataset == "pin"]
    pins = pins[: WARM_UP + MEASURED]
    committed, take_in = {}, Layer.take_in

    def timed(layer, dataset, records):
        take_in(layer, dataset, records)
        now = time.time()
        if dataset == "pin":
            for each in layer.read("pin").select("ind").collect():
                committed.setdefault(each["ind"], now)

    Layer.take_in = timed
    story = threading.Thread(target=lambda: until_stopped(place, server.endpoint), daemon=True)
    try:
        for stream in STREAMS.values():
            server.create(stream)
        story.start()
        sent, puts = {}, []
        for ind, line in pins:
            sent[ind] = time.time()
            server.put(STREAMS["pin"], [(str(ind), line)])
            puts.append(1000 * (time.time() - sent[ind]))
            time.sleep(PAUSE_S)
        deadline = time.monotonic() + PATIENCE_S
        while len(committed) < len(pins) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        for query in spark.streams.active:
            query.stop()
        story.join(30)
        Layer.take_in = take_in
        server.close()
    if len(committed) < len(pins):
        raise RuntimeError(f"only {len(committed)} of {len(pins)} records reached the table within {PATIENCE_S} s of the last PUT")
    waits = sorted(1000 * (committed[ind] - sent[ind]) for ind, _ in pins[WARM_UP:])
    puts = sorted(puts[WARM_UP:])
    for name, at in (("p50", len(waits) // 2), ("p99", int(len(waits) * 0.99))):
        row(f"PUT to a row in the stream's table, {name}", "ms", waits[at], puts[at], "the PUT alone")


def until_stopped(place, endpoint):
    place.run("stream", endpoint=endpoint, trigger="200 milliseconds")


def row(what, unit, ours, other, other_name="DuckDB, the same files"):
    def rounded(value):
        return float(f"{value:.3g}")

    beside = {"other": rounded(other), "otherName": other_name, "ratio": rounded(ours / other)}
    print(json.dumps({"what": f"spark: {what}", "unit": unit, "ours": rounded(ours), **beside}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 11_154)
