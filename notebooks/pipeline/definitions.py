"""The columns, cleaning rules and questions of `datasets/`, read from the JSON and SQL files that the laptop reads too."""

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

# notebooks/ and datasets/ lie side by side, here and in a workspace.
_SCHEMA = Path(__file__).resolve().parents[2] / "datasets/schema"


def _schema_file(name):
    return json.loads((_SCHEMA / name).read_text(encoding="utf-8"))


# The datasets, in the order in which everything lists them.
DATASETS = tuple(_schema_file("datasets.json"))

_ARRIVAL = _schema_file("arrival.json")
_KEYS = _schema_file("stream-keys.json")
# In a stream that all datasets share, what lower-case partition keys of a dataset match; and who takes, into quarantine, what no key assigns.
STREAM_KEYS = {
    dataset: f"{_KEYS['before']}(?:{dataset}|{_schema_file(f'{dataset}.json')['sourceTable']}){_KEYS['after']}" for dataset in DATASETS
}
UNASSIGNED_TO = DATASETS[0]
# Fields that the S3 sink adds to each line, arrival, not content: partition, offset, time.
SINK_FIELDS = tuple(_ARRIVAL["sinkFields"][part] for part in ("partition", "offset", "timestamp"))
# Where a record stands in the log or stream it came from.
ARRIVAL_COLUMNS = tuple(_ARRIVAL["columns"])


@dataclass(frozen=True)
class Definitions:
    """`root` is the folder that holds `datasets/`: the repository here, the uploaded folder in a workspace."""

    root: str

    def clean_columns(self, dataset):
        """[(name, Spark type)] of the cleaned table, in the exercise's order, then our extras."""
        return [(column["name"], column["type"]) for column in self._schema(dataset)["cleanColumns"]]

    def known_fields(self, dataset):
        """Fields of a record that mean something to this dataset: its source columns, the key under both of its names."""
        schema = self._schema(dataset)
        names = [column["name"] for column in schema["sourceColumns"]]
        return ["index", "ind", *(name for name in names if name != schema["sourceKey"])]

    def sentinels(self, dataset):
        """{column: texts that the source writes where it has no value}; after cleaning none may be left in the column of that name."""
        return {column["name"]: column["sentinels"] for column in self._schema(dataset)["sourceColumns"] if "sentinels" in column}

    def rules_digest(self, dataset):
        """Names the rules of a dataset: another text when its columns, its cleaning SQL, or a function that the SQL may call have changed."""
        rules = [self.clean_columns(dataset), self.known_fields(dataset), self.clean_sql(dataset), self.functions]
        return sha256(json.dumps(rules).encode("utf-8")).hexdigest()[:16]

    def clean_sql(self, dataset):
        """One SELECT from `raw_<dataset>` to one row per raw record, with its `outcome`."""
        return self._read(f"sql/clean/{dataset}.sql")

    @cached_property
    def views(self):
        """{name: SELECT over the relations pin, geo and user, in a stated total order}, in the order of questions.json; what it does not
        know yet follows by name."""
        written = {file.stem: file.read_text(encoding="utf-8") for file in sorted(self._path("sql/views").glob("*.sql"))}
        listed = [question["name"] for question in json.loads(self._read("questions.json"))]
        return {name: written[name] for name in dict.fromkeys((*listed, *written)) if name in written}

    def listing(self, view):
        """What `GET /views` tells of a view, its layers aside: its name, what one row of the answer is, and its line of questions.json."""
        known = {question["name"]: question for question in json.loads(self._read("questions.json"))}.get(view, {})
        return {
            "name": view,
            "grain": self.views[view].split("\n", 1)[0].removeprefix("-- "),
            "question": known.get("asks", f"{view.replace('_', ' ')}?"),
            "picture": known.get("picture", "bars"),
            "companionOf": known.get("companionOf"),
        }

    @cached_property
    def functions(self):
        """CREATE statements for the functions that the SQL calls, each after those it calls itself."""
        return [_create(function) for function in json.loads(self._read("sql/functions.json"))]

    def _schema(self, dataset):
        return json.loads(self._read(f"schema/{dataset}.json"))

    def _read(self, path):
        return self._path(path).read_text(encoding="utf-8")

    def _path(self, path):
        return Path(self.root, "datasets", path)


def _create(function):
    body = function["body"]
    lines = body["spark"] if isinstance(body, dict) else body
    parameters = ", ".join(f"{parameter['name']} {parameter['type']}" for parameter in function["parameters"])
    return (
        f"create or replace temporary function {function['name']}({parameters}) "
        f"returns {function['returns']} return {chr(10).join(lines)}"
    )
