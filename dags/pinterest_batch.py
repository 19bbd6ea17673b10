"""Runs the batch job on Databricks once a day, for the day that has just ended (UTC).

Reads `settings.json` beside this file: `dag_id`, `cron`, and `job_name`, the name of the Databricks job. Connection: `databricks_default`.
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow.models import DAG
from airflow.exceptions import AirflowException, AirflowFailException
from airflow.providers.databricks.operators.databricks import DatabricksRunNowOperator
from airflow.timetables.interval import CronDataIntervalTimetable

settings = json.loads(Path(__file__).with_name("settings.json").read_text(encoding="utf-8"))
dag_id, job_name = settings["dag_id"], settings["job_name"]
# Where a task notes which run's end it has seen.
ENDED = "ended_run_id"


class RunJobToSuccess(DatabricksRunNowOperator):
    """Starts a job and succeeds only if its run does.

    The provider (7.7.1), when deferrable, reports success for a run that has already ended badly by the time it would
    defer: one that was skipped, whose cluster was refused, or that a retry found again by its token.
    """

    def execute(self, context):
        try:
            super().execute(context)  # raises TaskDeferred while the run is going on
            state = self._hook.get_run_state(self.run_id)
            if not state.is_successful:
                raise AirflowException(
                    f"Databricks run {self.run_id} ended with {state.result_state or state.life_cycle_state}: {state.state_message}"
                )
        except AirflowException as failure:
            self._give_up_if_quality_failed(self.run_id, failure)
            raise

    def execute_complete(self, context, event=None):
        run_id = event["run_id"]
        # Airflow 3.0 brings a task that is tried again, or cleared, back here with the end of its last run, and starts none.
        if context["ti"].xcom_pull(task_ids=self.task_id, key=ENDED) == run_id:
            return self.execute(context)
        context["ti"].xcom_push(key=ENDED, value=run_id)
        try:
            return super().execute_complete(context, event)
        except AirflowException as failure:
            self._give_up_if_quality_failed(run_id, failure)
            raise

    def _give_up_if_quality_failed(self, run_id, failure):
        """Raises what no retry follows when quality was the run's one task that failed: it would find the same again."""
        if not run_id:
            return
        try:
            tasks = self._hook.get_run(run_id).get("tasks", [])
        except Exception as unanswered:
            # The failure that brought us here counts, and Airflow's retries are harmless.
            self.log.warning("which task of run %s failed could not be asked: %s", run_id, unanswered)
            return
        failed = {task["task_key"] for task in tasks if task.get("state", {}).get("result_state") == "FAILED"}
        if failed == {"quality"}:
            raise AirflowFailException(str(failure)) from failure


with DAG(
    dag_id=dag_id,
    description="Batch layer: raw files to cleaned tables, views and the quality report",
    # Not "@daily": the run that fires at midnight would mean the day before in Airflow 2 and the new day in Airflow 3.
    schedule=CronDataIntervalTimetable(settings["cron"], timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    # A deferred task is not bound by execution_timeout in Airflow 3.0: the job's own timeout comes first, then this.
    dagrun_timeout=timedelta(hours=6),
    default_args={
        "retries": 3,
        "retry_delay": timedelta(minutes=2),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=3),
    },
    tags=["pinterest"],
):
    RunJobToSuccess(
        task_id="run_batch",
        databricks_conn_id="databricks_default",
        job_name=job_name,
        deferrable=True,
        polling_period_seconds=30,
        # A run started by hand in Airflow 3 may have no logical date, and then no `ds`.
        job_parameters={"run_date": "{{ (dag_run.logical_date or dag_run.run_after) | ds }}"},
        # The same through the HTTP retries of one attempt, so that run-now starts one run; new for each attempt.
        idempotency_token="{{ macros.uuid.uuid5(macros.uuid.NAMESPACE_URL, '"
        + job_name
        + "/' ~ run_id ~ '/' ~ ti.try_number) }}",
    )
