"""Streaming queries that belong together: one notebook's, one for each dataset."""

import json
import time


def take_what_there_is(names, start):
    """Starts a query of trigger availableNow for each name by `start(name)`, again until each has taken in what its source held when this began.

    A source may give a start less than that: a part of what is waiting, or after a crash the batch that failed. Raises what a query failed with."""
    began_ms = time.time() * 1000
    while names:
        queries = {name: start(name) for name in names}
        until_all_end(queries.values())
        names = [name for name, query in queries.items() if not _has_caught_up(query.lastProgress, began_ms)]


def _has_caught_up(progress, began_ms):
    """A source that can stop short says in its offset how far it has `reached`; one that does not say has taken all there was."""
    if progress is None:
        return True
    # As JSON: pyspark's own fields hold offsets as Python would print them.
    (source,) = json.loads(progress.json)["sources"]
    start, end = source["startOffset"], source["endOffset"]
    reached = end.get("reached") if isinstance(end, dict) else None
    return start == end or reached is None or reached >= began_ms


def until_all_end(queries):
    """Waits until each query has taken what there was. Raises what the first of them failed with, and leaves none running."""
    try:
        for query in queries:
            query.awaitTermination()
    finally:
        stop_all(queries)


def until_one_ends(spark, queries):
    """Waits until one query has ended or been stopped, then stops the others. Raises what it failed with."""
    try:
        spark.streams.awaitAnyTermination()
    finally:
        stop_all(queries)


def stop_all(queries):
    for query in queries:
        query.stop()
