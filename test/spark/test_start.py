"""`npm start -- --engine spark`: the whole pipeline, answered by the notebooks; and nothing of Spark that outlives it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import ROOT
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
    stdout, _ = process.communicate(timeout=400)
    assert process.returncode == 0, said(tmp_path)
    report = json.loads(stdout)
    expected = source(POSTS, "hard").expected
    assert (report["engine"], report["posts"], report["miscounts"]) == ("spark", POSTS, [])
    assert sorted(report["spark"]["seconds"]) == ["batch", "quality", "serving", "stream"]
    matches = {"batch": "match", "speed": "match", "serving": "match"}
    assert {view: found["layers"] for view, found in report["views"].items()} == dict.fromkeys(expected["views"], matches)
    for layer in ("batch", "speed"):
        for dataset, right in expected["counts"][layer].items():
            counts = report["layers"][layer][dataset]
            names = ("read", "clean", "quarantined", "duplicates", "refusedBySink", "quarantinedByReason")
            assert {name: counts[name] for name in names} == {name: right[name] for name in names}, (layer, dataset)
            assert counts["stored"] == counts["delivered"] == right["read"]
    assert processes_about(tmp_path) == []


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
