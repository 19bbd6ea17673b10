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
        for dataset, table in self.clean.items():
            columns = self.definitions.clean_columns(dataset)
            self.tables.create(table, [*columns, ("findings", "STRING"), *ARRIVAL])
            self.tables.create(self.quarantine(dataset), [("reason", "STRING"), ("line", "STRING"), *ARRIVAL])
            self.tables.create(self.duplicates(dataset), [("ind", "BIGINT"), *ARRIVAL])

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
            self._take_in_clean(dataset, judged, "duplicate" in outcomes)

    def _take_in_clean(self, dataset, judged, has_duplicates):
        names = [name for name, _ in self.definitions.clean_columns(dataset)] + ["findings"]
        spark = judged.sparkSession
        judged.where("outcome = 'clean'").select(*names, *_ARRIVAL_NAMES).createOrReplaceTempView("arrived")
        compared = spark.sql(
            f"""select s.*, t.ind is not null as is_known, {_newer("s", "t")} as is_newer,
                  {", ".join(f"t.{name} as known_{name}" for name in _ARRIVAL_NAMES)}
                from arrived as s left join {self.tables.name(self.clean[dataset])} as t on t.ind = s.ind"""
        ).localCheckpoint()
        losing = compared.where(f"is_known and not ({_same_arrival()})").selectExpr(
            "ind",
            *[f"case when is_newer then known_{name} else {name} end as {name}" for name in _ARRIVAL_NAMES],
        )
        superseded = losing
        if has_duplicates:
            repeated = judged.where("outcome = 'duplicate'").select("ind", *_ARRIVAL_NAMES)
            superseded = losing.union(repeated).distinct()
        if has_duplicates or not losing.isEmpty():
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
