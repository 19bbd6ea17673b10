"""Streaming queries that belong together: one notebook's, one for each dataset."""


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
