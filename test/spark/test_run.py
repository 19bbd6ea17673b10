"""`local/run.py`, which `npm start -- --engine spark` calls: a process of its own, its report right in all three layers."""

import json
import os
import subprocess
import sys

from conftest import ROOT, SPEED_TABLES, STREAMS, TOPICS, Place
from kinesis_server import KinesisServer
from lake import put_streams, write_topics
from source import source


def test_the_report_has_the_right_answers_of_every_layer_and_the_next_run_the_same(tmp_path):
    made = source(200, "hard")
    write_topics(Place(None, tmp_path, ""), made.records)
    server = KinesisServer()
    try:
        put_streams(server, made.records)
        asked = {
            "notebooks": ["batch", "stream", "serving"], "topicsPath": f"{tmp_path}/topics", "topics": TOPICS, "streams": STREAMS,
            "kinesisEndpoint": server.endpoint, "region": "us-east-1", "speedTables": SPEED_TABLES,
            "output": f"{tmp_path}/spark", "jars": os.environ["DELTA_JARS"], "runDate": "2026-03-04",
        }  # fmt: skip
        report = run(asked)
        for layer in ("batch", "speed", "serving"):
            assert report["views"][layer] == made.expected["views"], layer
        for layer in ("batch", "speed"):
            for dataset, counts in report["counts"][layer].items():
                right = made.expected["counts"][layer][dataset]
                assert counts == {
                    "read": right["read"] - right["refusedBySink"],
                    **{name: right[name] for name in ("clean", "quarantined", "duplicates", "quarantinedByReason")},
                }
        assert sorted(report["seconds"]) == ["batch", "serving", "stream"]
        # A new process finds the tables in their folder and has nothing to add.
        again = run({**asked, "notebooks": ["batch"]})
        assert (again["views"], again["counts"]) == tuple({"batch": report[part]["batch"]} for part in ("views", "counts"))
    finally:
        server.close()


def run(asked):
    process = subprocess.run(
        [sys.executable, "-B", ROOT / "notebooks/local/run.py"], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT
    )
    assert process.returncode == 0, process.stderr[-3000:]
    return json.loads(process.stdout.splitlines()[-1])
