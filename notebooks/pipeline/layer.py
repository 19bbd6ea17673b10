"""A layer keeps each dataset in three tables, and takes records in so that neither repetition nor the cut into batches matters.

`<table>`: one row per `ind`, the record that arrived last; clean columns, findings, arrival. `<table>_quarantine`: one row per record
that was refused, with its reason and its line. `<table>_duplicates`: one row per record that was good and has been superseded.
Read = clean + quarantined + duplicates, at every moment.
"""

from dataclasses import dataclass
from typing import Mapping

from pipeline.cleaning import judge
from pipeline.definitions import Definitions
from pipeline.tables import ARRIVAL, Tables

_ARRIVAL_NAMES = [name for name, _ in ARRIVAL]
KEY = "ind"
# Properties of a clean table: the rules that its rows were cleaned by, and how many rows of other rules a rebuild had to keep.
RULES, KEPT = "pipeline.rules", "pipeline.rowsOfOlderRules"


@dataclass(frozen=True)
class Layer:
    name: str
    tables: Tables
    definitions: Definitions
    # Name of the clean table of each dataset.
    clean: Mapping[str, str]

    def quarantine(self, dataset):
        return f"{self.clean[dataset]}_quarantine"

    def duplicates(self, dataset):
        return f"{self.clean[dataset]}_duplicates"

    def create_tables(self):
        """Makes the tables that are not there, which then know by which rules their rows were cleaned.

        Raises ColumnsDiffer when a table that is there holds what the definitions do not."""
        for dataset in self.clean:
            self._make_tables(dataset, self.tables.create)

    def replace_tables(self):
        """Empty tables of today's definitions, whatever was there."""
        for dataset in self.clean:
            self._make_tables(dataset, self.tables.replace)

    def _make_tables(self, dataset, make):
        columns = self.definitions.clean_columns(dataset)
        rules = [(RULES, self.definitions.rules_digest(dataset))]
        # A merge then touches few files once there are many posts.
        make(self.clean[dataset], [*columns, ("findings", "STRING"), *ARRIVAL], cluster_by=KEY, properties=rules)
        make(self.quarantine(dataset), [("reason", "STRING"), ("line", "STRING"), *ARRIVAL])
        make(self.duplicates(dataset), [("ind", "BIGINT"), *ARRIVAL])

    def all_tables(self):
        return [table for dataset in self.clean for table in (self.clean[dataset], self.quarantine(dataset), self.duplicates(dataset))]

    def older_rules(self, dataset):
        """True when rows of the clean table may come from other rules than today's."""
        told = self.tables.properties(self.clean[dataset])
        return told.get(RULES) != self.definitions.rules_digest(dataset) or told.get(KEPT, "0") != "0"

    def exists(self):
        return all(self.tables.exists(table) for table in self.clean.values())

    def read(self, dataset):
        """The clean rows: one per `ind`."""
        return self.tables.read(self.clean[dataset])

    def take_in(self, dataset, records):
        """Takes raw records (pipeline.sources) into the three tables. Order matters: what loses its place is written down before it does,
        so that a crash between two commits and the repetition that follows lose nothing."""
        # Not persist(): each later query would then compare its plan with the cleaning rules' large one, for seconds.
        judged = judge(records, self.definitions, dataset).localCheckpoint()
        outcomes = {row["outcome"] for row in judged.select("outcome").distinct().collect()}
        if "quarantined" in outcomes:
            refused = judged.where("outcome = 'quarantined'").select("reason", "line", *_ARRIVAL_NAMES)
            self.tables.insert_absent(self.quarantine(dataset), refused, _ARRIVAL_NAMES)
        if "clean" in outcomes:
            repeated = judged.where("outcome = 'duplicate'").select("ind", *_ARRIVAL_NAMES)
            self.take_clean(dataset, judged.where("outcome = 'clean'"), repeated if "duplicate" in outcomes else None)

    def take_clean(self, dataset, arrived, repeated=None):
        """Takes clean rows in, at most one per `ind`, and the arrivals (`ind` and arrival) of good records that these rows supersede."""
        names = [name for name, _ in self.definitions.clean_columns(dataset)] + ["findings"]
        spark = arrived.sparkSession
        arrived.select(*names, *_ARRIVAL_NAMES).createOrReplaceTempView("arrived")
        compared = spark.sql(
            f"""select s.*, t.ind is not null as is_known, {_newer("s", "t")} as is_newer,
                  {", ".join(f"t.{name} as known_{name}" for name in _ARRIVAL_NAMES)}
                from arrived as s left join {self.tables.name(self.clean[dataset])} as t on t.ind = s.ind"""
        ).localCheckpoint()
        losing = compared.where(f"is_known and not ({_same_arrival()})").selectExpr(
            "ind",
            *[f"case when is_newer then known_{name} else {name} end as {name}" for name in _ARRIVAL_NAMES],
        )
        superseded = losing if repeated is None else losing.union(repeated).distinct()
        if repeated is not None or not losing.isEmpty():
            self.tables.insert_absent(self.duplicates(dataset), superseded, _ARRIVAL_NAMES)
        fresh = compared.where("not is_known or is_newer").select(*names, *_ARRIVAL_NAMES)
        if not fresh.isEmpty():
            fresh.createOrReplaceTempView("fresh")
            spark.sql(
                f"""merge into {self.tables.name(self.clean[dataset])} as t using fresh as s on t.ind = s.ind
                    when matched and {_newer("s", "t")} then update set * when not matched then insert *"""
            )


def _newer(one, other):
    """The order of the clean files: arrival time, then order, then partition."""
    one, other = (
        f"struct({alias}.arrival_time_ms, {alias}.arrival_order, {alias}.arrival_partition)" for alias in (one, other)
    )
    return f"{one} > {other}"


def _same_arrival():
    return " and ".join(f"{name} = known_{name}" for name in _ARRIVAL_NAMES)
