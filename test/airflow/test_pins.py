"""What MWAA installs agrees with what the tests ran on."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = (ROOT / "dags/requirements.txt").read_text()
LOCK = dict(re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==(\S+)", (ROOT / "toolchain/airflow.lock.txt").read_text(), re.M))


def test_every_pin_for_mwaa_is_the_version_of_the_lock():
    pins = re.findall(r"^([a-z0-9-]+)==(\S+)$", REQUIREMENTS, re.M)
    assert pins == [("apache-airflow-providers-databricks", "7.7.1")]
    assert all(LOCK[name] == version for name, version in pins)


def test_the_constraints_are_those_of_the_airflow_that_was_tested():
    version = re.search(r"constraints-([\d.]+)/constraints-3\.12\.txt", REQUIREMENTS).group(1)
    assert version == LOCK["apache-airflow"]


def test_every_environment_runs_mwaa_in_that_version():
    configured = {
        path.name: found.group(1)
        for path in (ROOT / "config").glob("*.yaml")
        if (found := re.search(r"^\s*airflowVersion:\s*['\"]?([\d.]+)", path.read_text(), re.M))
    }
    assert configured and set(configured.values()) == {LOCK["apache-airflow"]}


def test_the_example_settings_have_what_the_dag_reads():
    assert set(json.loads((ROOT / "dags/settings.example.json").read_text())) == {"dag_id", "cron", "job_name"}
