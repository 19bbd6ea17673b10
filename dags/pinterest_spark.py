"""Runs the notebooks on EMR Serverless by the environment's schedule: one run does everything, and the next waits for it.

Reads `settings.json` beside this file: `dag_id`, `cron`, `minutes` between runs, and `run`, the input of StartJobRun as the Spark stack makes it.
Does nothing where the settings are another engine's. Connection: `aws_default`, which on MWAA is the environment's own role.
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow.models import DAG
from airflow.exceptions import AirflowFailException, AirflowSkipException
from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator
from airflow.timetables.interval import CronDataIntervalTimetable

settings = json.loads(Path(__file__).with_name("settings.json").read_text(encoding="utf-8"))
run = settings["run"]

POLL_SECONDS = 30
# Of our own entry point, notebooks/runner/emr.py: what quality found, it would find again.
BREACHED = "ExitCode: 3"
# Set by `npm run deploy` and `npm run destroy` while they change the application, which they can only while it is stopped.
HELD = ("runs", "off")


class RunToSuccess(EmrServerlessStartJobOperator):
    """Starts a run, unless runs are held just now, and succeeds only if the run does.

    It waits in a worker and not in the trigger: the provider (9.12.0) cancels a run whose task is killed only there.
    """

    def execute(self, context, event=None):
        application = self.hook.conn.get_application(applicationId=self.application_id)["application"]
        name, value = HELD
        if application.get("tags", {}).get(name) == value:
            raise AirflowSkipException(f"application {self.application_id} has the tag {name}={value}: it is being changed; the next run will start")
        # The same however often one attempt asks, so that it starts one run; new for each attempt.
        self.client_request_token = str(uuid5(NAMESPACE_URL, f"{self.application_id}/{context['run_id']}/{context['ti'].try_number}"))
        try:
            return super().execute(context, event)
        except Exception as failed:
            details = self.details()
            if BREACHED in details:
                raise AirflowFailException(f"quality found more than its limits: {details}") from failed
            raise

    def details(self):
        if self.job_id is None:
            return ""
        found = self.hook.conn.get_job_run(applicationId=self.application_id, jobRunId=self.job_id)["jobRun"]
        return found.get("stateDetails", "")


def with_traits(argument):
    """The entry point's one argument, with this run's time and name for Airflow to fill in."""
    traits = {
        # A run started by hand in Airflow 3 may have no logical date.
        "runDate": "{{ (dag_run.logical_date or dag_run.run_after).strftime('%Y-%m-%dT%H:%M:%SZ') }}",
        "runId": "{{ run_id }}",
    }
    return json.dumps({**json.loads(argument), **traits})


submit = run["jobDriver"]["sparkSubmit"]

with DAG(
    dag_id=settings["dag_id"],
    description="Both layers and serving on EMR Serverless, the quality report, and the answers by URL",
    schedule=CronDataIntervalTimetable(settings["cron"], timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=2 * run["executionTimeoutMinutes"]),
    # A run takes in all there is, so the next one by the schedule is as good as a second try; one is for a start that failed.
    default_args={"retries": 1, "retry_delay": timedelta(minutes=2)},
    tags=["pinterest"],
):
    RunToSuccess(
        task_id="run_spark",
        application_id=run["applicationId"],
        execution_role_arn=run["executionRoleArn"],
        name=run["name"],
        job_driver={
            "sparkSubmit": {**submit, "entryPointArguments": [with_traits(submit["entryPointArguments"][0])]},
        },
        config={"mode": run["mode"], "executionTimeoutMinutes": run["executionTimeoutMinutes"]},
        deferrable=False,
        waiter_delay=POLL_SECONDS,
        # Longer than the run may take with its time in the queue: the provider's own 25 minutes would fail the task while the run goes on.
        waiter_max_attempts=(run["executionTimeoutMinutes"] + 60) * 60 // POLL_SECONDS,
    )
