"""The DAG that starts runs on EMR Serverless, on a real Airflow with the Amazon provider, against the strict stand-in."""

import json
import shutil
from datetime import datetime, timedelta, timezone

import pytest
from conftest import ROOT

DAY = datetime(2026, 3, 4, 12, 15, tzinfo=timezone.utc)
ROLE = "arn:aws:iam::000000000000:role/runs"
ARGUMENT = {"topicsPath": "s3://lake/topics", "schedule": "every-15-minutes"}


@pytest.fixture
def dag(emr, database, tmp_path):
    """The DAG as the cloud puts it there, beside its settings; without waiting between two looks at a run."""
    from airflow.models.dagbag import DagBag

    application = emr.ask("addApplication", {"type": "SPARK", "releaseLabel": "emr-spark-8.1.0"})
    submit = {"entryPoint": "s3://assets/emr.py", "entryPointArguments": [json.dumps(ARGUMENT)], "sparkSubmitParameters": "--conf a=b"}
    run = {
        "applicationId": application, "executionRoleArn": ROLE, "name": "run", "mode": "BATCH", "executionTimeoutMinutes": 120,
        "jobDriver": {"sparkSubmit": submit},
    }  # fmt: skip
    settings = {"dag_id": "team_a_spark_dag", "cron": "*/15 * * * *", "minutes": 15, "run": run}
    shutil.copy(ROOT / "dags/pinterest_spark.py", tmp_path)
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    bag = DagBag(dag_folder=str(tmp_path))
    assert bag.import_errors == {}
    assert list(bag.dags) == ["team_a_spark_dag"]
    dag = bag.dags["team_a_spark_dag"]
    dag.tasks[0].waiter_delay = 0.05
    dag.tasks[0].retry_delay = timedelta(milliseconds=50)
    return dag


def run(dag):
    return dag.test(logical_date=DAY)


def requests(emr):
    return [each["request"] for each in emr.ask("runs")]


def test_the_dag_is_one_task_that_waits_in_a_worker_for_longer_than_a_run_may_take(dag):
    (task,) = dag.tasks
    assert (dag.catchup, dag.max_active_runs, dag.dagrun_timeout) == (False, 1, timedelta(hours=4))
    assert (task.task_id, task.deferrable, task.retries, task.waiter_max_attempts) == ("run_spark", False, 1, 360)


def test_a_run_is_what_the_stack_described_with_its_time_and_its_name(dag, emr):
    assert run(dag).state == "success"
    (sent,) = requests(emr)
    (argument,) = sent["jobDriver"]["sparkSubmit"].pop("entryPointArguments")
    told = json.loads(argument)
    assert told.pop("runId").startswith("manual__")
    assert told == {**ARGUMENT, "runDate": "2026-03-04T12:15:00Z"}
    assert {key: sent[key] for key in ("executionRoleArn", "name", "mode", "executionTimeoutMinutes", "jobDriver")} == {
        "executionRoleArn": ROLE, "name": "run", "mode": "BATCH", "executionTimeoutMinutes": 120,
        "jobDriver": {"sparkSubmit": {"entryPoint": "s3://assets/emr.py", "sparkSubmitParameters": "--conf a=b"}},
    }  # fmt: skip


def test_while_runs_are_held_none_is_started_and_nothing_fails(dag, emr):
    emr.ask("tag", {"applicationId": dag.tasks[0].application_id, "tags": {"runs": "off"}})
    ended = run(dag)
    assert (ended.state, [each.state for each in ended.get_task_instances()]) == ("success", ["skipped"])
    assert requests(emr) == []


@pytest.mark.parametrize("code, state, runs", [(1, "success", 2), (3, "failed", 1)], ids=["a step", "quality"])
def test_a_run_that_fails_is_tried_once_more_unless_it_was_quality(dag, emr, code, state, runs):
    emr.ask("nextRun", {"code": code, "said": "batch pin: rows is 80, limit 1"})
    assert run(dag).state == state
    assert len(requests(emr)) == runs
    assert len({each["clientToken"] for each in requests(emr)}) == runs
