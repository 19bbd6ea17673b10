"""The synthetic source and its right answers, by the TypeScript that makes them."""

import json
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    # SQL that only TypeScript builds: functions, raw relations, clean files.
    duckdb: dict
    # expectedAnswers(): views, counts, injected.
    expected: dict
    # [dataset, key, line], in the order of sending.
    records: list

    def lines(self, dataset):
        return [line for each, _, line in self.records if each == dataset]


@lru_cache(maxsize=None)
def source(posts, mode):
    """`mode`: easy or hard."""
    command = ["node", "--import", "tsx", "test/spark/source.ts", str(posts), mode]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")
    head, *records = printed.split("\n")[:-1]
    return Source(records=[json.loads(record) for record in records], **json.loads(head))
