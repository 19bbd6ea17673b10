"""The notebook runner, the parameters and the plain rules: no Spark needed."""

from datetime import datetime, timezone
from pathlib import Path

import pytest
from runner.notebook import Dbutils, run_notebook
from pipeline.parameters import day, folder, identifier, instant, limits, matching, optional, per_dataset, read_parameters, whole_number
from pipeline.quality import breaches

ROOT = Path(__file__).resolve().parents[2]
HEADER = "# Databricks notebook source\n"


def notebook(tmp_path, text):
    path = tmp_path / "n.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_notebook_gets_its_parameters_and_gives_back_what_it_exits_with(tmp_path):
    text = HEADER + "# MAGIC %md\n# MAGIC # Title\ndbutils.widgets.text('a', 'default')\ndbutils.notebook.exit(dbutils.widgets.get('a'))\n1 / 0\n"
    assert run_notebook(notebook(tmp_path, text), None, {"a": "given", "b": "unknown to it"}) == "given"
    assert run_notebook(notebook(tmp_path, text), None, {}) == "default"
    assert run_notebook(notebook(tmp_path, HEADER + "x = 1\n"), None, {}) is None


def test_exit_passes_through_a_notebooks_own_except(tmp_path):
    text = HEADER + "try:\n    dbutils.notebook.exit('left')\nexcept Exception:\n    pass\n"
    assert run_notebook(notebook(tmp_path, text), None, {}) == "left"


@pytest.mark.parametrize("magic", ["%run ./x", "%sql", "%pip install x", "%sh ls"])
def test_magic_that_would_silently_do_nothing_is_refused(tmp_path, magic):
    with pytest.raises(ValueError, match=f"# MAGIC {magic.split()[0]} does not run outside Databricks"):
        run_notebook(notebook(tmp_path, f"{HEADER}\n# MAGIC {magic}\n"), None, {})


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the first line must be '# Databricks notebook source'"):
        run_notebook(notebook(tmp_path, "x = 1\n"), None, {})


def test_widgets_are_text_and_declared():
    with pytest.raises(TypeError, match="these are not: n"):
        Dbutils({"n": 1})
    with pytest.raises(LookupError, match="no widget named a"):
        Dbutils({"a": "1"}).widgets.get("a")


def test_every_wrong_parameter_is_named_at_once():
    dbutils = Dbutils({"schema": "a b", "n": "x", "day": "2026-13-01"})
    with pytest.raises(ValueError) as error:
        read_parameters(dbutils, schema=("", identifier), n=("", whole_number), day=("", day), fine=("1", whole_number))
    assert str(error.value) == (
        "parameter schema must be a name of letters, digits and '_', got 'a b'; "
        "parameter n must be a whole number, got 'x'; "
        "parameter day must be a day as yyyy-mm-dd, or empty for today, got '2026-13-01'"
    )


PER_DATASET = '{"pin": "a.pin", "geo": "a.geo", "user": "a.user"}'


@pytest.mark.parametrize(
    "check, text, value",
    [
        (folder, "s3://lake/topics/", "s3://lake/topics"),
        (identifier, "0a1b_pin_table", "0a1b_pin_table"),
        (optional(identifier), "", None),
        (matching("a|b", "a or b"), "b", "b"),
        (per_dataset(folder), PER_DATASET, {"pin": "a.pin", "geo": "a.geo", "user": "a.user"}),
        (instant, "2026-03-04T06:06:07+01:00", datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)),
        (limits, '{"different": 0, "share": 0.5}', {"different": 0, "share": 0.5}),
    ],
)
def test_a_parameter_is_read(check, text, value):
    assert check(text) == value


@pytest.mark.parametrize(
    "check, text",
    [
        (folder, ""), (folder, "a b"), (folder, "it's"), (identifier, ""), (identifier, "a-b"), (identifier, "a`b"),
        (matching("a|b", "a or b"), "ab"), (whole_number, "-1"), (whole_number, "1.5"), (day, "20260304"), (day, "yesterday"), (instant, "2026-03-04T05:06:07"), (instant, "now"),
        (per_dataset(folder), "{}"), (per_dataset(folder), "[1]"), (per_dataset(identifier), PER_DATASET),
        (limits, "no"), (limits, '{"a": "1"}'), (limits, '{"a": true}'),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused(check, text):
    with pytest.raises(ValueError, match="must be"):
        check(text)


def test_a_breach_is_a_sentence_and_no_limit_no_breach():
    report = [("batch", "pin", "duplicates", 4.0), ("batch", "geo", "duplicates", 3.0), ("batch", "all", "share", None), ("speed", "pin", "rows", 9.0)]
    assert breaches(report, {"duplicates": 3, "share": 0.1}) == ["batch pin: duplicates is 4, limit 3"]


@pytest.mark.parametrize("name", ["batch", "stream", "serving", "quality", "export"])
def test_a_notebook_is_as_databricks_wants_it(name):
    text = (ROOT / f"notebooks/{name}.py").read_text(encoding="utf-8")
    assert text.startswith(HEADER + "# MAGIC %md\n# MAGIC # ")
    assert "# COMMAND ----------\n" in text
    # No secrets, no values by %run, no names from nowhere.
    for word in ("%run", "import *", "aws_secret", "dbutils.secrets"):
        assert word not in text
    # A module beside the notebooks must be no notebook, or it cannot be imported.
    for module in (ROOT / "notebooks/pipeline").glob("*.py"):
        assert not module.read_text(encoding="utf-8").startswith(HEADER)
