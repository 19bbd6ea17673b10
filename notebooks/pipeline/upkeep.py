"""Once a week small files are put together, and files that no table needs any more are deleted, where the platform does not do it."""

from datetime import date, timedelta

from pipeline.sources import list_in_few_tasks

EVERY = timedelta(days=7)


def look_after(tables, names, marker, what, today):
    """OPTIMIZE and VACUUM for these tables when a week has passed since it was done last. True when it was done now.

    The property `pipeline.upkeep.<what>` of the table `marker` says when that was; the week of a new table begins when this is called first.
    Only who writes the tables may call it: on S3 two writers of one table lose each other's commits."""
    key = f"pipeline.upkeep.{what}"
    last = tables.properties(marker).get(key)
    is_due = last is not None and date.fromisoformat(last) + EVERY <= today
    if is_due:
        list_in_few_tasks(tables.spark)
        for name in names:
            if tables.exists(name):
                tables.spark.sql(f"optimize {tables.name(name)}")
                tables.spark.sql(f"vacuum {tables.name(name)}")
    if is_due or last is None:
        tables.spark.sql(f"alter table {tables.name(marker)} set tblproperties ('{key}' = '{today}')")
    return is_due
