"""One Spark session for all tests, over the files that a workspace gets; a folder of tables, checkpoints and topics for each."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a deployment uploads, copied as the deployment does: no test sees a notebook, a function or a rule that is not in there.
DEPLOYED = Path(tempfile.mkdtemp(prefix="workspace-"))
atexit.register(shutil.rmtree, DEPLOYED, ignore_errors=True)
subprocess.run(["node", "--import", "tsx", "test/spark/deployed.ts", str(DEPLOYED)], cwd=ROOT, check=True)

# `runner`, which stands in for Databricks, is not uploaded.
sys.path[:0] = [str(DEPLOYED / "notebooks"), str(Path(__file__).parent), str(ROOT / "notebooks")]

# First: the runner puts its own folder before what is deployed.
import pipeline  # noqa: E402, F401
from runner.notebook import run_notebook  # noqa: E402
from runner.laptop import local_session  # noqa: E402
from runner.run import patiently  # noqa: E402
from pipeline.cleaning import register_functions  # noqa: E402
from pipeline.definitions import DATASETS, Definitions  # noqa: E402
from pipeline.layer import Layer  # noqa: E402
from pipeline.tables import Tables  # noqa: E402

# What datasets/names gives for the user id `team-a`; test/lib/constructs/databricks-jobs.test.ts holds the same literals.
TOPICS = {"pin": "team-a.pin", "geo": "team-a.geo", "user": "team-a.user"}
STREAMS = {"pin": "streaming-team-a-pin", "geo": "streaming-team-a-geo", "user": "streaming-team-a-user"}
SPEED_TABLES = {"pin": "team_a_pin_table", "geo": "team_a_geo_table", "user": "team_a_user_table"}


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    session = local_session(os.environ["DELTA_JARS"], tmp_path_factory.mktemp("warehouse"))
    register_functions(session, Definitions(str(DEPLOYED)))
    yield session
    session.stop()


@pytest.fixture(scope="session")
def definitions():
    return Definitions(str(DEPLOYED))


@dataclass
class Place:
    """A lake on disk: topics as the sink writes them, tables and checkpoints as the notebooks keep them."""

    spark: object
    folder: Path
    schema: str
    offsets: dict = field(default_factory=dict)

    def parameters(self, **changes):
        return {
            "root": str(DEPLOYED),
            "run_date": "2026-03-04",
            "topics_path": f"{self.folder}/topics",
            "topics": json.dumps(TOPICS),
            "streams": json.dumps(STREAMS),
            "region": "us-east-1",
            "speed_tables": json.dumps(SPEED_TABLES),
            "checkpoints_path": f"{self.folder}/checkpoints",
            "schema": self.schema,
            "tables_path": f"{self.folder}/tables",
            **changes,
        }

    def run(self, notebook, **changes):
        """What the notebook exits with. It gets another chance when a Python worker was late, as everywhere."""
        file, parameters = DEPLOYED / f"notebooks/{notebook}.py", self.parameters(**changes)
        return patiently(lambda: run_notebook(file, self.spark, parameters), self.spark)

    def tables(self):
        return Tables(self.spark, self.schema, None, f"{self.folder}/tables")

    def batch(self):
        return Layer("batch", self.tables(), Definitions(str(DEPLOYED)), {dataset: f"batch_{dataset}" for dataset in DATASETS})

    def speed(self):
        return Layer("speed", self.tables(), Definitions(str(DEPLOYED)), SPEED_TABLES)

    def write_file(self, dataset, values, partition=0, time_ms=1_000, fields=True):
        """One file of the sink, its lines at the next offsets of the partition. Text goes in as it is, objects with the sink's fields."""
        topic = TOPICS[dataset]
        start = self.offsets.get((dataset, partition), 0)
        lines = []
        for place, value in enumerate(values):
            if not isinstance(value, str):
                sink = {"kafka_partition": partition, "kafka_offset": start + place, "kafka_timestamp": time_ms + place}
                value = json.dumps({**value, **sink} if fields else value, ensure_ascii=False)
            lines.append(value)
        self.offsets[(dataset, partition)] = start + len(lines)
        folder = self.folder / "topics" / topic / f"partition={partition}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{topic}+{partition}+{start:010d}.json").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def place(spark, tmp_path, request):
    schema = "t_" + "".join(letter if letter.isalnum() else "_" for letter in request.node.name)[:80]
    yield Place(spark, tmp_path, schema)
    spark.sql(f"drop schema if exists `{schema}` cascade")


def pin(ind, **changes):
    """A pin as the source writes it."""
    return {
        "index": ind, "unique_id": f"fbe53c66-3442-4773-b19e-{ind:012d}", "title": "Title", "description": "Text",
        "poster_name": "Poster", "follower_count": "12k", "tag_list": "a,b", "is_image_or_video": "image",
        "image_src": "https://example.com/a.jpg", "downloaded": 1, "save_location": "Local save in /data/art", "category": "art",
        **changes,
    }  # fmt: skip


def geo(ind, **changes):
    return {"ind": ind, "timestamp": "2020-05-06T07:08:09Z", "latitude": 1.5, "longitude": -2.25, "country": "Aruba", **changes}


def user(ind, **changes):
    return {"ind": ind, "first_name": "Ada", "last_name": "Ali", "age": 20, "date_joined": "2016-01-02T03:04:05Z", **changes}
