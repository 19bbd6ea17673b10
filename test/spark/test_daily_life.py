"""What happens to a pipeline that runs for months: files that come while it works, corrections, other columns, other rules."""

import json
import shutil
from datetime import date

import pytest
from conftest import DEPLOYED, TOPICS, geo, pin, user
from pipeline import quality, serving
from pipeline.cleaning import register_functions
from pipeline.definitions import Definitions
from pipeline.layer import Layer
from pipeline.quality import LimitBreached
from pipeline.queries import until_all_end
from pipeline.rebuild import kept_sentence, rebuild
from pipeline.sources import file_stream, lines_of_files, listed_files
from pipeline.tables import ColumnsDiffer
from pipeline.upkeep import look_after

RECORDS = "line string, arrival_time_ms bigint, arrival_partition string, arrival_order string"


def take_in_new_files(place, dataset):
    """As the notebook `batch` does, without its answers."""
    layer = place.batch()
    files = file_stream(place.spark, f"{place.folder}/topics", TOPICS[dataset])
    query = files.writeStream.option("checkpointLocation", f"{place.folder}/checkpoints/batch_{dataset}").trigger(availableNow=True)
    until_all_end([query.foreachBatch(lambda batch, _: layer.take_in(dataset, lines_of_files(batch))).start()])


def missing(place, dataset):
    layer, files = place.batch(), listed_files(place.spark, f"{place.folder}/checkpoints/batch_{dataset}")
    tables = [layer.clean[dataset], layer.quarantine(dataset), layer.duplicates(dataset)]
    read = sum(layer.tables.read(table).count() for table in tables)
    return quality.lines_missing(place.spark, layer.tables, dataset, files, read)


def test_quality_counts_what_the_batch_layer_has_listed_and_each_file_once(place):
    place.tables().create_schema()
    place.batch().create_tables()
    for dataset, made in (("pin", pin), ("geo", geo), ("user", user)):
        place.write_file(dataset, [made(1), made(2)])
        take_in_new_files(place, dataset)
    # The sink closes a file after the listing.
    place.write_file("pin", [pin(3)])
    assert missing(place, "pin") == 0
    assert len(listed_files(place.spark, f"{place.folder}/checkpoints/batch_pin")) == 1

    take_in_new_files(place, "pin")
    # A file that has been counted is not read again.
    first = next((place.folder / "topics/team-a.pin").glob("partition=0/*000.json"))
    first.write_text("{}\n" * 100)
    assert missing(place, "pin") == 0
    counted = place.tables().read("quality_files_pin").select("file", "lines").orderBy("file").collect()
    assert [tuple(row) for row in counted] == [("team-a.pin+0+0000000000.json", 2), ("team-a.pin+0+0000000002.json", 1)]

    place.spark.sql(f"delete from {place.tables().name('batch_pin')} where ind = 3")
    with pytest.raises(LimitBreached, match="^batch pin: lines_missing is 1, limit 0$"):
        place.run("quality")


NOW = 100_000_000
HOUR, MINUTE = 3_600_000, 60_000


@pytest.mark.parametrize(
    "speed_ms, batch_reached, now, counted",
    [
        # The batch layer has not come as far as the correction.
        (NOW, NOW - MINUTE, NOW + MINUTE, (0, 1)),
        # It has, but the correction's own record may still be on its way.
        (NOW, NOW + MINUTE - 1, NOW + MINUTE, (0, 1)),
        (NOW, NOW + MINUTE, NOW + MINUTE, (1, 0)),
        # Nothing has come for an hour: whatever was on its way has arrived.
        (NOW, NOW - MINUTE, NOW + HOUR + MINUTE - 1, (0, 1)),
        (NOW, NOW - MINUTE, NOW + HOUR + MINUTE, (1, 0)),
    ],
)
def test_only_pairs_that_should_agree_by_now_are_compared(spark, speed_ms, batch_reached, now, counted):
    columns = "ind bigint, country string, arrival_time_ms bigint, arrival_partition string, arrival_order string"
    batch = spark.createDataFrame(
        [(1, "Aruba", NOW - MINUTE * 5, "0", "1"), (2, "Chad", batch_reached, "0", "2"), (3, "Chad", NOW + 9 * HOUR, "1", "1")], columns
    )
    speed = spark.createDataFrame([(1, "Benin", speed_ms, "shard", "1"), (2, "Chad", NOW, "shard", "2")], columns)
    found = serving.reconciliation({"pin": batch, "geo": batch, "user": batch}, {"pin": speed, "geo": speed, "user": speed}, now)
    row = found.where("dataset = 'geo'").first()
    assert (row["batch_only"], row["speed_only"], row["in_both"]) == (1, 0, 2)
    assert (row["different"], row["pending"]) == counted


def changed(tmp_path, change):
    """Definitions with one file of datasets/ rewritten by `change`, a function from text to text."""
    root = tmp_path / "changed"
    shutil.copytree(DEPLOYED / "datasets", root / "datasets")
    path, rewrite = change
    file = root / "datasets" / path
    text = rewrite(file.read_text(encoding="utf-8"))
    assert text != file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    return Definitions(str(root))


def layer_of(place, definitions):
    layer = Layer("speed", place.tables(), definitions, {"pin": "pin_table"})
    layer.tables.create_schema()
    return layer


def record(value, order):
    return (value if isinstance(value, str) else json.dumps(value), order, "0", f"{order:020d}")


def columns_with(name, type_):
    def rewrite(text):
        schema = json.loads(text)
        schema["cleanColumns"].append({"name": name, "type": type_})
        return json.dumps(schema)

    return ("schema/pin.json", rewrite)


def test_a_new_clean_column_is_added_and_another_type_refused(place, definitions, tmp_path):
    layer_of(place, definitions).create_tables()
    before = place.tables().read("pin_table").columns
    layer_of(place, changed(tmp_path / "a", columns_with("depth", "BIGINT"))).create_tables()
    assert place.tables().read("pin_table").columns == [*before, "depth"]
    with pytest.raises(ColumnsDiffer, match="table pin_table holds the column depth as bigint, not string; run once with the parameter rebuild"):
        layer_of(place, changed(tmp_path / "b", columns_with("depth", "STRING"))).create_tables()
    with pytest.raises(ColumnsDiffer, match="table pin_table holds the column depth, which the definitions do not have"):
        layer_of(place, definitions).create_tables()


def state(layer):
    names = [layer.clean["pin"], layer.quarantine("pin"), layer.duplicates("pin")]
    return [sorted(map(repr, layer.tables.read(name).collect())) for name in names]


def test_a_rebuild_cleans_what_there_is_again_keeps_the_rest_and_says_so(place, definitions, tmp_path, spark):
    records = [
        record(pin(1, category="old"), 0),
        record("[]", 1),
        record(pin(2, category="art"), 2),
        record(pin(2, category="wrong"), 3),
        record(pin(3), 4),
        record(pin(1, category="art"), 5),
    ]
    layer = layer_of(place, definitions)
    layer.create_tables()
    layer.take_in("pin", spark.createDataFrame(records, RECORDS))
    assert not layer.older_rules("pin")

    # A rule that refuses the category `wrong`, so that the record before it counts again.
    at = "unique_id_invalid"
    other = changed(tmp_path, ("sql/clean/pin.sql", lambda sql: sql.replace(f"then '{at}'", f"then '{at}' when m.line like '%wrong%' then '{at}'", 1)))
    register_functions(spark, other)
    ours = layer_of(place, other)
    ours.create_tables()
    assert ours.older_rules("pin")
    # The stream no longer holds the first two.
    take_all = lambda into: into.take_in("pin", spark.createDataFrame(records[2:], RECORDS))  # noqa: E731
    kept = rebuild(ours, take_all)
    assert kept == {"pin": 1}
    assert kept_sentence(kept) == "; rows that stay as older rules made them, since their records are gone: 1 of pin"
    clean = ours.read("pin").select("ind", "category", "arrival_time_ms").orderBy("ind").collect()
    assert [tuple(row) for row in clean] == [(1, "art", 5), (2, "art", 2), (3, "art", 4)]
    refused = ours.tables.read("pin_table_quarantine").select("arrival_time_ms", "reason").orderBy("arrival_time_ms").collect()
    assert [tuple(row) for row in refused] == [(1, "not_json_object"), (3, at)]
    assert [row["arrival_time_ms"] for row in ours.tables.read("pin_table_duplicates").collect()] == [0]
    # One row is still of older rules.
    assert ours.older_rules("pin")
    assert not (place.folder / "tables/pin_table_rebuilt").exists()

    # Again, with everything at hand: the same rows, and none of older rules.
    before = state(ours)
    assert rebuild(ours, lambda into: into.take_in("pin", spark.createDataFrame(records, RECORDS))) == {"pin": 0}
    assert (state(ours), ours.older_rules("pin")) == (before, False)

    # Interrupted halfway, it changes nothing.
    class Gone(Exception):
        """The cluster."""

    def take_some(into):
        into.take_in("pin", spark.createDataFrame(records[:1], RECORDS))
        raise Gone

    with pytest.raises(Gone):
        rebuild(ours, take_some)
    assert state(ours) == before


def test_the_notebook_rebuilds_a_table_whose_columns_differ(place):
    place.tables().create_schema()
    place.batch().create_tables()
    place.write_file("pin", [pin(1), pin(2)])
    take_in_new_files(place, "pin")
    place.spark.sql(f"alter table {place.tables().name('batch_pin')} add columns (former string)")
    with pytest.raises(ColumnsDiffer, match="former"):
        place.run("batch")
    assert place.run("batch", rebuild="yes").endswith("; all rows are cleaned by today's rules")
    place.batch().create_tables()
    assert "former" not in place.tables().read("batch_pin").columns
    assert place.batch().read("pin").count() == 2


def test_a_week_after_the_last_time_files_are_put_together_by_key_and_old_ones_deleted(place, definitions, spark):
    layer = layer_of(place, definitions)
    layer.create_tables()
    for number in range(4):
        layer.take_in("pin", spark.createDataFrame([record(pin(number), number)], RECORDS))
    tables = layer.tables

    def look_after_on(day):
        return look_after(tables, layer.all_tables(), "pin_table", "speed", date.fromisoformat(day))

    def files():
        return tables.spark.sql(f"describe detail {tables.name('pin_table')}").first()

    assert (look_after_on("2026-03-01"), look_after_on("2026-03-07")) == (False, False)
    assert (files()["numFiles"], files()["clusteringColumns"]) == (4, ["ind"])
    assert look_after_on("2026-03-08")
    assert files()["numFiles"] == 1
    assert layer.read("pin").count() == 4
    assert (look_after_on("2026-03-08"), look_after_on("2026-03-15")) == (False, True)
    operations = [row["operation"] for row in spark.sql(f"describe history {tables.name('pin_table')}").collect()]
    assert operations.count("OPTIMIZE") == 1
    # A property of the table says when; its columns and its rules are still known.
    assert not layer.older_rules("pin")
