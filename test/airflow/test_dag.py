"""The daily DAG on a real Airflow, against the strict Databricks stand-in."""

import re
from datetime import datetime, timedelta, timezone

import pytest

DAY = datetime(2026, 3, 4, tzinfo=timezone.utc)
JOB = {
    "name": "team-a-batch",
    "parameters": [{"name": "run_date", "default": ""}],
    "tasks": [{"task_key": "batch", "notebook_task": {"notebook_path": "/Workspace/Shared/pipeline/notebooks/batch"}}],
}


def run(dag, day=DAY):
    return dag.test(logical_date=day)


def test_the_folder_imports_without_errors_and_without_network_and_holds_one_dag(bag):
    assert bag.import_errors == {}
    assert list(bag.dags) == ["team_a_dag"]


def test_the_dag_is_one_deferrable_task_without_catchup_or_overlap(bag):
    dag = bag.dags["team_a_dag"]
    assert [(task.task_id, type(task).__name__) for task in dag.tasks] == [("run_batch", "RunJobToSuccess")]
    assert (dag.catchup, dag.max_active_runs, dag.dagrun_timeout) == (False, 1, timedelta(hours=6))
    task = dag.tasks[0]
    assert (task.deferrable, task.retries, task.databricks_conn_id) == (True, 3, "databricks_default")


def test_the_run_that_fires_at_midnight_is_about_the_day_that_ended(bag):
    from airflow.timetables.base import DataInterval, TimeRestriction

    timetable = bag.dags["team_a_dag"].timetable
    last = DataInterval(DAY - timedelta(days=1), DAY)
    restriction = TimeRestriction(earliest=datetime(2026, 1, 1, tzinfo=timezone.utc), latest=None, catchup=True)
    following = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
    assert following.data_interval == DataInterval(DAY, DAY + timedelta(days=1))
    assert following.run_after == datetime(2026, 3, 5, tzinfo=timezone.utc)


def test_a_run_starts_the_job_of_that_name_for_that_day_and_succeeds(dag, databricks):
    databricks.ask("addJob", {**JOB, "name": "another"})
    wanted = databricks.ask("addJob", JOB)
    assert run(dag).state == "success"
    (sent,) = databricks.sent("/jobs/run-now")
    assert (sent["job_id"], sent["job_parameters"]) == (wanted, {"run_date": "2026-03-04"})
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", sent["idempotency_token"])
    assert [each["jobId"] for each in databricks.ask("runs")] == [wanted]


def test_waiting_is_deferred_to_the_trigger(dag, databricks):
    databricks.ask("addJob", JOB)
    databricks.ask("nextRun", {"states": ["QUEUED", "PENDING", "RUNNING", "RUNNING", "RUNNING", "RUNNING"]})
    assert run(dag).state == "success"
    agents = [call["userAgent"] for call in databricks.ask("calls") if call["path"].endswith("/runs/get")]
    assert any("DatabricksExecutionTrigger" in agent for agent in agents)


@pytest.mark.parametrize("result", ["FAILED", "TIMEDOUT", "CANCELED", "SUCCESS_WITH_FAILURES"])
def test_a_job_that_does_not_succeed_fails_the_dag(dag, databricks, result):
    databricks.ask("addJob", JOB)
    databricks.ask("nextRun", {"states": ["RUNNING"] * 5, "result": result, "error": "quality: 3 rows differ, limit 0"})
    assert run(dag).state == "failed"


@pytest.mark.parametrize("states", [[], ["SKIPPED"], ["INTERNAL_ERROR"]])
def test_a_run_that_has_ended_badly_before_anyone_asked_fails_the_dag(dag, databricks, states):
    databricks.ask("addJob", JOB)
    databricks.ask("nextRun", {"states": states * 5, "result": "FAILED"})
    assert run(dag).state == "failed"


def test_a_run_that_has_succeeded_before_anyone_asked_is_a_success(dag, databricks):
    databricks.ask("addJob", JOB)
    databricks.ask("nextRun", {"states": []})
    assert run(dag).state == "success"


def test_503_and_429_on_run_now_are_retried_under_one_token_and_start_one_run(dag, databricks):
    databricks.ask("addJob", JOB)
    databricks.ask("failNext", {"path": "/jobs/run-now", "status": 503})
    databricks.ask("failNext", {"path": "/jobs/run-now", "status": 429})
    assert run(dag).state == "success"
    tokens = [body["idempotency_token"] for body in databricks.sent("/jobs/run-now")]
    assert len(tokens) == 3 and len(set(tokens)) == 1
    assert databricks.ask("faultsLeft") == 0


def test_an_answer_lost_after_the_run_started_starts_no_second_run(dag, databricks):
    databricks.ask("addJob", JOB)
    databricks.ask("failNext", {"path": "/jobs/run-now", "status": 504, "afterwards": True})
    assert run(dag).state == "success"
    assert len(databricks.sent("/jobs/run-now")) == 2
    assert len(databricks.ask("runs")) == 1


def try_twice(dag):
    dag.tasks[0].retries = 1
    dag.tasks[0].retry_delay = timedelta(milliseconds=50)
    dag.tasks[0].retry_exponential_backoff = False


def test_each_attempt_has_its_own_token_so_that_a_failed_run_is_run_again(dag, databricks):
    databricks.ask("addJob", JOB)
    databricks.ask("nextRun", {"states": [], "result": "FAILED"})
    try_twice(dag)
    assert run(dag).state == "success"
    tokens = [body["idempotency_token"] for body in databricks.sent("/jobs/run-now")]
    assert len(set(tokens)) == 2
    assert len(databricks.ask("runs")) == 2


@pytest.mark.parametrize("states", [[], ["RUNNING"] * 5], ids=["at once", "after waiting"])
@pytest.mark.parametrize("failed, state, runs", [("quality", "failed", 1), ("batch", "success", 2)])
def test_what_quality_found_is_not_run_again_and_anything_else_is(dag, databricks, states, failed, state, runs):
    quality = {"task_key": "quality", "notebook_task": {"notebook_path": "/Workspace/Shared/pipeline/notebooks/quality"}}
    databricks.ask("addJob", {**JOB, "tasks": [*JOB["tasks"], quality]})
    databricks.ask("nextRun", {"states": states, "result": "FAILED", "failedTask": failed})
    try_twice(dag)
    assert run(dag).state == state
    assert len(databricks.ask("runs")) == runs


def test_a_failure_whose_task_cannot_be_asked_stays_that_failure_and_is_run_again(dag, databricks, monkeypatch):
    from airflow.providers.databricks.hooks.databricks import DatabricksHook

    asked, get_run = [], DatabricksHook.get_run

    def gone_at_the_end(hook, run_id):
        asked.append(run_id)
        # The provider asks once, before it waits; then we do.
        if len(asked) == 2:
            raise RuntimeError("no answer")
        return get_run(hook, run_id)

    monkeypatch.setattr(DatabricksHook, "get_run", gone_at_the_end)
    databricks.ask("addJob", JOB)
    databricks.ask("nextRun", {"states": ["RUNNING"] * 5, "result": "FAILED"})
    try_twice(dag)
    assert run(dag).state == "success"
    assert len(set(asked)) == len(databricks.ask("runs")) == 2
    assert asked[0] == asked[1]


def test_without_a_job_of_that_name_nothing_is_started(dag, databricks):
    databricks.ask("addJob", {**JOB, "name": "Team-A-Batch"})
    assert run(dag).state == "failed"
    assert databricks.ask("runs") == []


def test_with_two_jobs_of_that_name_nothing_is_started(dag, databricks):
    databricks.ask("addJob", JOB)
    databricks.ask("addJob", JOB)
    assert run(dag).state == "failed"
    assert databricks.ask("runs") == []


def test_the_job_is_found_behind_thirty_others_on_the_second_page(dag, databricks):
    wanted = databricks.ask("addJob", JOB)
    for number in range(30):
        databricks.ask("addJob", {**JOB, "name": f"another {number}"})
    assert run(dag).state == "success"
    assert [each["jobId"] for each in databricks.ask("runs")] == [wanted]
