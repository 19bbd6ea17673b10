"""DuckDB beside Spark: the same records, the same SQL text, rows that can be compared."""

import datetime

import duckdb
import pyarrow

RECORDS = "line string, arrival_time_ms bigint, arrival_partition string, arrival_order string"


def records_of(lines):
    """Raw records in one partition, a few of which arrive at the same time."""
    return [(line, 1_000 + place // 3, "0", f"{place:020d}") for place, line in enumerate(lines)]


def plain(rows):
    """Rows as tuples, lists as tuples, times without a zone: what both engines can be compared by."""

    def value(each):
        if isinstance(each, list):
            return tuple(value(part) for part in each)
        return each.replace(tzinfo=None) if isinstance(each, datetime.datetime) else each

    return [tuple(value(each) for each in row) for row in rows]


class Duck:
    def __init__(self, setup):
        self.connection = duckdb.connect()
        self.setup = setup
        for function in setup["functions"]:
            self.connection.execute(function)

    def judge(self, dataset, records):
        """Rows of the clean file, kept as the relation `judged_<dataset>`; the clean ones as `<dataset>`."""
        columns = list(zip(*records)) or [[], [], [], []]
        names = [column.split()[0] for column in RECORDS.split(", ")]
        types = [pyarrow.string(), pyarrow.int64(), pyarrow.string(), pyarrow.string()]
        table = pyarrow.table({name: pyarrow.array(column, type) for name, column, type in zip(names, columns, types)})
        self.connection.register(f"arrow_{dataset}", table)
        run = self.connection.execute
        run(f"create or replace table records_{dataset} as from arrow_{dataset}")
        run(f"create or replace table raw_{dataset} as {self.setup['raw'][dataset]}")
        run(f"create or replace table judged_{dataset} as {self.setup['clean'][dataset]}")
        run(f'create or replace view "{dataset}" as select * from judged_{dataset} where outcome = \'clean\'')
        return run(f"from judged_{dataset} order by arrival_order")

    def answer(self, sql):
        return self.connection.execute(sql)
