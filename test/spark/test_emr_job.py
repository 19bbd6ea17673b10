"""The job of EMR Serverless as it is submitted: one argument, an archive beside it, exit codes; everything it leaves for a URL."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DEPLOYED, ROOT, SPEED_TABLES, STREAMS, TOPICS, Place
from kinesis_server import KinesisServer
from lake import put_streams, write_topics
from runner.emr import cores_of
from runner.emr_argument import WrongArgument, read_argument
from runner.laptop import JVM
from source import source

POSTS = 40
NEEDED = {
    "topicsPath": "s3://lake/topics", "topics": TOPICS, "streams": STREAMS, "speedTables": SPEED_TABLES, "region": "us-east-1",
    "tablesPath": "s3://lake/spark/tables", "checkpointsPath": "s3://lake/spark/checkpoints", "viewsPath": "s3://lake/views",
}  # fmt: skip


def test_an_argument_without_steps_asks_for_all_of_them():
    assert read_argument([json.dumps(NEEDED)]) == {**NEEDED, "steps": ["batch", "stream", "serving", "quality", "export"]}


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"region": "mars"}, 'region must be a region, got "mars"'),
        ({"viewPath": "s3://a/b"}, "viewPath is no field of ours"),
        ({"topics": {"pin": "a"}}, 'topics must be an object with a name per dataset, got {"pin": "a"}'),
        ({"tablesPath": "spark/tables"}, 'tablesPath must be an address, got "spark/tables"'),
        ({"steps": ["serving", "batch"]}, "steps must be some of batch, stream, serving, quality, export, in this order"),
        ({"steps": []}, "steps must be some of"),
        ({"runDate": "yesterday"}, 'runDate must be a day or an ISO time in UTC, got "yesterday"'),
        ({"trigger": "10 seconds"}, 'a trigger without end goes with "steps": ["stream"] alone'),
        ({"rebuild": "yes"}, 'rebuild must be true or false, got "yes"'),
    ],
)
def test_a_wrong_field_is_named(changes, problem):
    with pytest.raises(WrongArgument) as wrong:
        read_argument([json.dumps({**NEEDED, **changes})])
    assert problem in str(wrong.value)


@pytest.mark.parametrize("arguments", [[], ["{"], ["[1]"], ["{}", "{}"]])
def test_anything_but_one_object_is_refused(arguments):
    with pytest.raises(WrongArgument, match="takes one JSON object, got"):
        read_argument(arguments)


def test_every_missing_field_is_named_at_once():
    with pytest.raises(WrongArgument) as wrong:
        read_argument(["{}"])
    assert all(f"{name} is missing" in str(wrong.value) for name in NEEDED)


@pytest.mark.parametrize("instances, cores, partitions", [("1", "2", 2), ("3", "4", 12), ("1", "1", 2)])
def test_a_shuffle_has_a_task_for_each_core_of_the_executors_that_the_environment_asks_for(instances, cores, partitions):
    assert cores_of({"spark.executor.instances": instances, "spark.executor.cores": cores}) == partitions


@pytest.fixture
def submit(tmp_path):
    """Submits the job with an argument, as EMR does: beside it in the working directory the archive, unpacked. Gives exit code and events."""
    work = tmp_path / "work"
    shutil.copytree(DEPLOYED, work / "pipeline")
    shutil.copytree(ROOT / "notebooks/runner", work / "pipeline/notebooks/runner")
    entry = work / "emr.py"
    shutil.copy(ROOT / "notebooks/runner/emr.py", entry)
    jars = ",".join(map(str, sorted(Path(os.environ["DELTA_JARS"]).glob("*.jar"))))

    def run(argument):
        submitted = [Path(sys.executable).with_name("spark-submit"), "--master", "local[2]", "--jars", jars, "--driver-memory", "2g"]
        # As on a laptop (laptop.py): what is compiled but once costs more than it saves.
        submitted += ["--driver-java-options", JVM, "--conf", "spark.sql.codegen.factoryMode=NO_CODEGEN"]
        settings = ["--conf", "spark.ui.enabled=false", "--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.sql.session.timeZone=Asia/Tokyo"]
        variables = {**os.environ, "PYTHONPATH": "./pipeline/notebooks", "PYSPARK_PYTHON": sys.executable, "TZ": "Asia/Tokyo"}
        variables.pop("SPARK_HOME", None)
        ended = subprocess.run(
            [*submitted, *settings, str(entry), argument], cwd=work, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=1_200,
        )  # fmt: skip
        events = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        return ended.returncode, events, ended.stderr

    return run


def test_one_run_does_all_and_one_that_fails_leaves_the_last_good_answers(submit, spark, tmp_path):
    made = source(POSTS, "hard")
    place = Place(spark, tmp_path / "lake", "unused")
    refused = write_topics(place, made.records)
    server = KinesisServer()
    asked = {
        **NEEDED, "topicsPath": f"{place.folder}/topics", "tablesPath": f"file:{place.folder}/tables", "kinesisEndpoint": server.endpoint,
        "checkpointsPath": f"{place.folder}/checkpoints", "viewsPath": f"{place.folder}/views", "runDate": "2026-03-04T23:00:00Z",
        "runId": "run-1", "schedule": "rate(1 hour)",
    }  # fmt: skip
    try:
        for stream in STREAMS.values():
            server.create(stream)
        put_streams(server, made.records)
        status, events, stderr = submit(json.dumps(asked))
    finally:
        server.close()
    assert status == 0, stderr[-3_000:]
    assert [event["began"] for event in events if "began" in event] == ["session", "batch", "stream", "serving", "quality", "export"]
    views = place.folder / "views"
    index = json.loads((views / "index.json").read_text(encoding="utf-8"))
    assert events[-1] == {"done": index}
    assert (index["run"]["id"], index["run"]["date"], index["run"]["schedule"]) == ("run-1", "2026-03-04", "rate(1 hour)")
    for layer, counted in index["counts"].items():
        for dataset, counts in counted.items():
            right = dict(made.expected["counts"][layer][dataset])
            if layer == "batch":
                # What the sink refuses is in no file.
                assert refused[dataset] == right["refusedBySink"]
                right["read"] -= refused[dataset]
            assert counts == {name: right[name] for name in counts}, (layer, dataset)
    for layer in ("batch", "speed", "serving"):
        for view, right in made.expected["views"].items():
            answer = json.loads((views / layer / f"{view}.json").read_text(encoding="utf-8"))
            assert [column["name"] for column in answer["columns"]] == right["columns"], (layer, view)
            assert answer["rows"] == right["rows"], (layer, view)

    before = {file: file.read_bytes() for file in views.glob("**/*.json")}
    later = json.dumps({**asked, "steps": ["quality", "export"], "limits": {"rows": 1}})
    status, events, _ = submit(later)
    assert status == 3
    assert events[-1]["failed"] == "quality" and "batch pin: rows is" in events[-1]["reason"]
    assert {file: file.read_bytes() for file in views.glob("**/*.json")} == before

    status, events, _ = submit(json.dumps({**asked, "region": "mars"}))
    assert (status, events) == (2, [{"failed": "argument", "reason": 'region must be a region, got "mars"'}])


def test_a_step_that_fails_is_named_with_its_reason(submit, tmp_path):
    (tmp_path / "file").write_text("no folder")
    places = {name: f"{tmp_path}/{name}" for name in ("topicsPath", "checkpointsPath", "viewsPath")}
    status, events, _ = submit(json.dumps({**NEEDED, **places, "tablesPath": f"{tmp_path}/file/tables", "steps": ["serving"]}))
    assert (status, [event["began"] for event in events if "began" in event]) == (1, ["session", "serving"])
    assert events[-1]["failed"] == "serving"
    assert f"{tmp_path}/file" in events[-1]["reason"] and "\n" not in events[-1]["reason"]
