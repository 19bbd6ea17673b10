"""`npm start -- --engine spark`: the whole pipeline, answered by the notebooks; and nothing of Spark that outlives it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyspark
import pytest
from conftest import ROOT
from runner import run
from pyspark.errors import StreamingQueryException
from source import source

POSTS = 40


@pytest.fixture
def start(tmp_path):
    """Begins `npm start -- --engine spark` over this test's data folder. Its stderr goes to a file."""
    begun = []

    def begin():
        command = ["node", "--import", "tsx", "local/start.ts", "--engine", "spark", "--once", "--json", "--hard-mode"]
        places = ["--posts", str(POSTS), "--port", "0", "--data", tmp_path / "data", "--outputs", tmp_path / "outputs"]
        with open(tmp_path / "stderr", "w", encoding="utf-8") as stderr:
            process = subprocess.Popen([*command, *places], cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True)
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()


def test_ctrl_c_and_kill_leave_no_process_and_the_next_start_ends_in_right_answers(start, tmp_path):
    killed = start()
    until(lambda: "Spark: start took" in said(tmp_path), 120)
    assert any("java" in command for command in processes_about(tmp_path))
    killed.kill()
    killed.wait()
    until(lambda: not processes_about(tmp_path), 30)

    interrupted = start()
    until(lambda: "Spark: start took" in said(tmp_path), 120)
    interrupted.send_signal(signal.SIGINT)
    assert interrupted.wait(timeout=30) == 130
    assert said(tmp_path).endswith("\nStopped; the same command goes on where it was.\n")
    assert processes_about(tmp_path) == []

    process = start()
    stdout, _ = process.communicate(timeout=900)
    assert process.returncode == 0, said(tmp_path)
    report = json.loads(stdout)
    expected = source(POSTS, "hard").expected
    assert (report["engine"], report["posts"], report["miscounts"]) == ("spark", POSTS, [])
    assert sorted(report["spark"]["seconds"]) == ["batch", "export", "quality", "serving", "stream"]
    matches = {"batch": "match", "speed": "match", "serving": "match"}
    assert {view: found["layers"] for view, found in report["views"].items()} == dict.fromkeys(expected["views"], matches)
    for layer in ("batch", "speed"):
        for dataset, right in expected["counts"][layer].items():
            counts = report["layers"][layer][dataset]
            names = ("read", "clean", "quarantined", "duplicates", "refusedBySink", "quarantinedByReason")
            assert {name: counts[name] for name in names} == {name: right[name] for name in names}, (layer, dataset)
            assert counts["stored"] == counts["delivered"] == right["read"]
    assert processes_about(tmp_path) == []


class Query:
    def __init__(self):
        self.stopped = False

    def stop(self):
        self.stopped = True


class Spark:
    def __init__(self):
        self.streams = self
        self.active = [Query()]


def late():
    return StreamingQueryException("[STREAM_FAILED] Query [id = 1] terminated with exception: Python worker failed to connect back.")


def work_that(*outcomes):
    """Work that raises or gives one outcome after the other."""
    left = list(outcomes)

    def work():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return work, left


def test_a_python_worker_that_starts_late_gets_two_more_chances_and_no_query_goes_on_beside_them():
    spark = Spark()
    work, left = work_that(late(), late(), "done")
    assert run.patiently(work, spark) == "done"
    assert (left, spark.active[0].stopped) == ([], True)
    work, left = work_that(late(), late(), late(), "never")
    with pytest.raises(StreamingQueryException):
        run.patiently(work, spark)
    assert left == ["never"]


def test_another_failure_of_a_stream_is_one_at_once():
    work, left = work_that(StreamingQueryException("no such stream"), "never")
    with pytest.raises(StreamingQueryException, match="no such stream"):
        run.patiently(work, Spark())
    assert left == ["never"]


def test_a_worker_imports_the_installed_package_not_the_archive_of_its_sources_that_spark_puts_first():
    archives = sorted(map(str, Path(pyspark.__file__).parent.glob("python/lib/*.zip")))
    assert len(archives) == 2
    module = "pyspark.sql.streaming.python_streaming_source_runner"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys, py4j, {module} as worker; print(worker.__file__, py4j.__file__, *sys.path, sep='\\n')"],
        env={"PYTHONPATH": os.pathsep.join([*archives, "/elsewhere/pyspark/python/lib/pyspark.zip"])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert [line for line in found if line.startswith(tuple(archives))] == []
    assert "/elsewhere/pyspark/python/lib/pyspark.zip" in found, "another Spark's own archive stays"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("topics must be JSON,\ngot {"), "ValueError: topics must be JSON,"),
        (
            RuntimeError("[STREAM_FAILED] Query failed\nTraceback (most recent call last):\n  File x\nRuntimeError: kinesis: gone\n\n\tat java"),
            "RuntimeError: kinesis: gone",
        ),
        (
            RuntimeError("An error occurred while calling o51.sql.\n: java.lang.Exception: Boxed\n\tat a.b(c)\nCaused by: java.io.IOException: no: space\n\t... 3 more"),
            "RuntimeError: java.io.IOException: no: space",
        ),
        (ValueError(""), "ValueError: "),
    ],
)
def test_the_reason_of_a_failure_is_one_line_the_cause_in_python_or_java_where_there_is_one(error, reason):
    assert run.reason_of(error) == reason


def said(folder):
    return (folder / "stderr").read_text(encoding="utf-8")


def processes_about(folder):
    """Command lines of all processes, ours aside, that name this folder or work in it: Python by its place, the JVM by its settings."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            place = os.readlink(process / "cwd")
        except OSError:
            continue
        if str(folder) in f"{command} {place}":
            found.append(command)
    return found


def until(holds, seconds):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
