"""Everything cleaned again, after a change of the rules: from the raw records that there still are; what is held besides stays as it is."""

from dataclasses import replace
from functools import reduce

from pyspark.sql import functions as F

from pipeline.layer import KEPT, KEY, RULES
from pipeline.tables import ARRIVAL

_ARRIVAL_NAMES = [name for name, _ in ARRIVAL]


def rebuild(layer, take_all):
    """`take_all(layer)` takes every raw record that can be had into the given layer, whose tables are beside the true ones and empty.

    Rows whose record can no longer be had are carried over as the older rules made them. Returns {dataset: their number}. Until all is there,
    the true tables stay as they were; an interrupted rebuild is begun again, to the same end."""
    if not layer.exists():
        return {}
    fresh = replace(layer, clean={dataset: f"{table}_rebuilt" for dataset, table in layer.clean.items()})
    fresh.replace_tables()
    take_all(fresh)
    kept = {dataset: _carry_over(layer, fresh, dataset) for dataset in layer.clean}
    for dataset in layer.clean:
        _put_in_place(layer, fresh, dataset, kept[dataset])
    return kept


def kept_sentence(kept):
    """What a rebuild could not clean again, as the end of a sentence."""
    told = [f"{number} of {dataset}" for dataset, number in kept.items() if number]
    if not told:
        return "; all rows are cleaned by today's rules"
    return f"; rows that stay as older rules made them, since their records are gone: {', '.join(told)}"


def _carry_over(layer, fresh, dataset):
    tables = layer.tables
    names = (fresh.clean[dataset], fresh.quarantine(dataset), fresh.duplicates(dataset))
    had = reduce(lambda one, other: one.union(other), [tables.read(name).select(*_ARRIVAL_NAMES) for name in names]).localCheckpoint()

    def lost(table):
        return tables.read(table).join(had, _ARRIVAL_NAMES, "left_anti").localCheckpoint()

    refused = lost(layer.quarantine(dataset))
    tables.insert_absent(fresh.quarantine(dataset), refused, _ARRIVAL_NAMES)
    tables.insert_absent(fresh.duplicates(dataset), lost(layer.duplicates(dataset)), _ARRIVAL_NAMES)
    clean = lost(layer.clean[dataset])
    wanted = [*layer.definitions.clean_columns(dataset), ("findings", "STRING"), *ARRIVAL]
    there = set(clean.columns)
    columns = [(F.col(f"`{name}`") if name in there else F.lit(None)).try_cast(type_).alias(name) for name, type_ in wanted]
    fresh.take_clean(dataset, clean.select(*columns))
    return clean.count() + refused.count()


def _put_in_place(layer, fresh, dataset, kept):
    tables, clean = layer.tables, layer.clean[dataset]
    tables.replace_by(layer.quarantine(dataset), fresh.quarantine(dataset))
    tables.replace_by(layer.duplicates(dataset), fresh.duplicates(dataset))
    # Last: only then does the layer say that it holds today's rules.
    rules = [(RULES, layer.definitions.rules_digest(dataset)), (KEPT, str(kept))]
    tables.replace_by(clean, fresh.clean[dataset], cluster_by=KEY, properties=rules)
    for table in (fresh.quarantine(dataset), fresh.duplicates(dataset), fresh.clean[dataset]):
        tables.remove(table)
