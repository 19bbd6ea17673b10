"""The Delta tables of one catalog and schema, by name; as folders under one path where a catalog forgets (outside Databricks)."""

from dataclasses import dataclass
from typing import Optional

from pyspark.sql import SparkSession

ARRIVAL = (("arrival_time_ms", "BIGINT"), ("arrival_partition", "STRING"), ("arrival_order", "STRING"))


@dataclass(frozen=True)
class Tables:
    spark: SparkSession
    schema: str
    # None: the session's catalog (Unity Catalog's three-part names need it).
    catalog: Optional[str] = None
    # Folder of the tables. None: managed by the catalog.
    path: Optional[str] = None

    def create_schema(self):
        self.spark.sql(f"create schema if not exists {self._schema()}")

    def name(self, table):
        """The name that SQL takes, quoted: names may begin with a digit."""
        return f"{self._schema()}.`{table}`"

    def create(self, table, columns):
        """Makes an empty table unless it is there. `columns`: [(name, Spark type)]."""
        listed = ", ".join(f"`{name}` {type_}" for name, type_ in columns)
        if self.path is None:
            self.spark.sql(f"create table if not exists {self.name(table)} ({listed}) using delta")
        elif not self.spark.catalog.tableExists(self.name(table)):
            # A folder that holds the table already says itself what its columns are.
            columns_sql = "" if self._is_folder_there(table) else f"({listed})"
            self.spark.sql(f"create table {self.name(table)} {columns_sql} using delta location '{self.path}/{table}'")

    def read(self, table):
        return self.spark.table(self.name(table))

    def exists(self, table):
        """True when the table is known, or found in its folder, by which it becomes known."""
        if self.spark.catalog.tableExists(self.name(table)):
            return True
        if not self._is_folder_there(table):
            return False
        self.create(table, [])
        return True

    def insert_absent(self, table, rows, keys):
        """Inserts the rows whose `keys` the table does not hold. Doing it again changes nothing."""
        same = " and ".join(f"t.`{key}` = s.`{key}`" for key in keys)
        rows.createOrReplaceTempView("rows_to_insert")
        rows.sparkSession.sql(
            f"merge into {self.name(table)} as t using rows_to_insert as s on {same} when not matched then insert *"
        )

    def replace_if_different(self, table, rows):
        """Makes the table hold exactly `rows`, of any number and order, in one commit; in none when it does already. True if it changed."""
        if self.exists(table):
            there = self.read(table)
            if there.dtypes == rows.dtypes and rows.exceptAll(there).isEmpty() and there.exceptAll(rows).isEmpty():
                return False
        self._overwrite(table, rows)
        return True

    def replace_few_if_different(self, table, rows, schema):
        """As `replace_if_different`, for the few rows of a view, which are at hand as tuples."""
        if self.exists(table):
            there = self.read(table)
            columns = [(field.name, field.dataType) for field in there.schema]
            if columns == [(field.name, field.dataType) for field in schema] and sorted(
                (tuple(row) for row in there.collect()), key=repr
            ) == sorted(rows, key=repr):
                return False
        self._overwrite(table, self.spark.createDataFrame(rows, schema).coalesce(1))
        return True

    def _overwrite(self, table, rows):
        writer = rows.write.format("delta").mode("overwrite").option("overwriteSchema", True)
        if self.path is not None:
            writer = writer.option("path", f"{self.path}/{table}")
        writer.saveAsTable(self.name(table))

    def _schema(self):
        return f"`{self.schema}`" if self.catalog is None else f"`{self.catalog}`.`{self.schema}`"

    def _is_folder_there(self, table):
        from delta.tables import DeltaTable

        return self.path is not None and DeltaTable.isDeltaTable(self.spark, f"{self.path}/{table}")
