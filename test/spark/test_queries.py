"""The queries of one notebook end together, and say why."""

import pytest
from pipeline.queries import until_all_end, until_one_ends


def query(spark, folder, take):
    """A stream that goes on for ever unless `take` fails."""
    ticks = spark.readStream.format("rate").option("rowsPerSecond", 1).load()
    return ticks.writeStream.option("checkpointLocation", str(folder)).foreachBatch(take).start()


def fail(_, __):
    raise RuntimeError("the disk is full")


@pytest.mark.parametrize("wait", [lambda _, queries: until_all_end(queries), until_one_ends], ids=["all", "one"])
def test_when_one_fails_its_error_comes_out_and_none_goes_on(spark, tmp_path, wait):
    spark.streams.resetTerminated()
    queries = [query(spark, tmp_path / "failing", fail), query(spark, tmp_path / "endless", lambda _, __: None)]
    with pytest.raises(Exception, match="the disk is full"):
        wait(spark, queries)
    assert [each.isActive for each in queries] == [False, False]
    spark.streams.resetTerminated()
