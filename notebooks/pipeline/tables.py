"""The Delta tables of one catalog and schema, by name; as folders under one path where a catalog forgets (outside Databricks)."""

from dataclasses import dataclass
from typing import Optional

from pyspark.sql import SparkSession

ARRIVAL = (("arrival_time_ms", "BIGINT"), ("arrival_partition", "STRING"), ("arrival_order", "STRING"))


class ColumnsDiffer(Exception):
    """A table that is there holds columns that the definitions do not."""


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

    def create(self, table, columns, cluster_by=None, properties=()):
        """Makes an empty table unless it is there. `columns`: [(name, Spark type)]; `properties`: [(name, text)], of a new table alone. A table that
        is there gets the columns that it lacks.

        Raises ColumnsDiffer when it holds one that is not asked for, or with another type."""
        if not self.exists(table):
            self._make("create table if not exists", table, columns, cluster_by, properties)
            return
        there = dict(self.read(table).dtypes)
        asked = {name: type_.lower() for name, type_ in columns}
        problems = [f"{name}, which the definitions do not have" for name in there if name not in asked]
        problems += [f"{name} as {there[name]}, not {type_}" for name, type_ in asked.items() if there.get(name, type_) != type_]
        if problems:
            raise ColumnsDiffer(
                f"table {table} holds the column {' and the column '.join(problems)}; run once with the parameter rebuild set to yes"
            )
        fresh = ", ".join(f"`{name}` {type_}" for name, type_ in asked.items() if name not in there)
        if fresh:
            self.spark.sql(f"alter table {self.name(table)} add columns ({fresh})")

    def replace(self, table, columns, cluster_by=None, properties=()):
        """As `create`, but what was there goes."""
        self.exists(table)
        self._make("create or replace table", table, columns, cluster_by, properties)

    def replace_by(self, table, other, cluster_by=None, properties=()):
        """Makes the table hold the columns and rows of another, in one commit."""
        self.exists(table)
        self._make("create or replace table", table, (), cluster_by, properties, f"as select * from {self.name(other)}")

    def _make(self, how, table, columns, cluster_by, properties, rows=""):
        listed = "(" + ", ".join(f"`{name}` {type_}" for name, type_ in columns) + ")" if columns else ""
        clustered = f"cluster by (`{cluster_by}`)" if cluster_by else ""
        located = f"location '{self.path}/{table}'" if self.path is not None else ""
        named = ", ".join(f"'{name}' = '{value}'" for name, value in properties)
        told = f"tblproperties ({named})" if named else ""
        self.spark.sql(f"{how} {self.name(table)} {listed} using delta {clustered} {located} {told} {rows}")

    def properties(self, table):
        return {row["key"]: row["value"] for row in self.spark.sql(f"show tblproperties {self.name(table)}").collect()}

    def read(self, table):
        return self.spark.table(self.name(table))

    def exists(self, table):
        """True when the table is known, or found in its folder, by which it becomes known."""
        if self.spark.catalog.tableExists(self.name(table)):
            return True
        if not self._is_folder_there(table):
            return False
        # A folder that holds a table says itself what its columns are.
        self.spark.sql(f"create table {self.name(table)} using delta location '{self.path}/{table}'")
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

    def remove(self, table):
        """Forgets the table, with its files."""
        self.spark.sql(f"drop table if exists {self.name(table)}")
        if self.path is not None:
            delete_folder(self.spark, f"{self.path}/{table}")

    def _schema(self):
        return f"`{self.schema}`" if self.catalog is None else f"`{self.catalog}`.`{self.schema}`"

    def _is_folder_there(self, table):
        # What delta.tables asks, which is not wherever the jars are.
        delta = self.spark._jvm.io.delta.tables.DeltaTable
        return self.path is not None and delta.isDeltaTable(self.spark._jsparkSession, f"{self.path}/{table}")


def delete_folder(spark, path):
    """Deletes a folder with all that is below it, wherever Spark reaches; nothing when it is not there."""
    folder = spark._jvm.org.apache.hadoop.fs.Path(path)
    folder.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf()).delete(folder, True)
