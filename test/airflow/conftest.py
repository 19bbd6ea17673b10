"""A fresh Airflow home with our DAG folder, and the stand-ins of Databricks and EMR Serverless as programs. Settings come before `import airflow`."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(tempfile.mkdtemp(prefix="airflow-home-"))
DAGS = HOME / "dags"
DAGS.mkdir()
# The cloud gives Airflow the DAG of its environment's engine, and no other.
shutil.copy(ROOT / "dags/pinterest_batch.py", DAGS)
# The cloud puts this file there; the names differ from the example's, so that a fixed name in the DAG would show.
(DAGS / "settings.json").write_text(json.dumps({"dag_id": "team_a_dag", "cron": "0 0 * * *", "job_name": "team-a-batch"}))

os.environ.update(
    AIRFLOW_HOME=str(HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    NO_PROXY="127.0.0.1",
)


def pytest_sessionfinish():
    shutil.rmtree(HOME, ignore_errors=True)


class StandIn:
    """A stand-in as a program, one per test: a line of JSON in, a line of JSON out."""

    def __init__(self, program):
        self.program = subprocess.Popen(
            ["node", "--import", "tsx", str(ROOT / "stand-ins" / program / "main.ts")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.where = json.loads(self.program.stdout.readline())

    def ask(self, command, argument=None):
        self.program.stdin.write(json.dumps({command: argument}) + "\n")
        self.program.stdin.flush()
        answer = json.loads(self.program.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["ok"]

    def sent(self, operation):
        """Bodies of the calls whose path ends in `operation`, in order."""
        return [call["body"] for call in self.ask("calls") if call["path"].endswith(operation)]

    def close(self):
        self.program.stdin.close()
        self.program.wait(timeout=10)


@pytest.fixture
def databricks(monkeypatch):
    stand_in = StandIn("databricks")
    connection = {
        "conn_type": "databricks", "host": "127.0.0.1", "schema": "http",
        "port": stand_in.where["port"], "password": stand_in.where["token"],
    }
    monkeypatch.setenv("AIRFLOW_CONN_DATABRICKS_DEFAULT", json.dumps(connection))
    yield stand_in
    stand_in.close()


@pytest.fixture
def emr(monkeypatch):
    stand_in = StandIn("emr-serverless")
    monkeypatch.setenv("AWS_ENDPOINT_URL_EMR_SERVERLESS", stand_in.where["url"])
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps({"conn_type": "aws", "login": "key", "password": "secret", "extra": {"region_name": "us-east-1"}}))
    yield stand_in
    stand_in.close()


@pytest.fixture(scope="session")
def bag():
    """Our DAG folder as Airflow reads it. Importing must open no connection."""
    import socket

    from airflow.models.dagbag import DagBag

    connect = socket.socket.connect

    def refuse(self, address):
        raise AssertionError(f"importing the DAG opened a connection to {address}")

    socket.socket.connect = refuse
    try:
        return DagBag(dag_folder=str(DAGS))
    finally:
        socket.socket.connect = connect


@pytest.fixture(scope="session")
def database():
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def dag(bag, database):
    """The DAG, polling fast and without Airflow's own retries."""
    dag = bag.dags["team_a_dag"]
    for task in dag.tasks:
        task.polling_period_seconds = 0.05
        task.databricks_retry_delay = 0.05
        task.retries = 0
    return dag
