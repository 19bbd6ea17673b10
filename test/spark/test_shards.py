"""How far a shard is read next, and that all of it is, against a Kinesis in memory that does what the service may do: gaps, old iterators,
splits, times out of order. No Spark needed."""

import json
from datetime import datetime, timezone

import pytest
from runner import kinesis, shards
from runner.kinesis import KinesisReader
from runner.shards import ENDED, TRIM_HORIZON, Stream

NOW_MS = 10_000_000


class Expired(Exception):
    """ExpiredIteratorException, as the client has it."""


class Kinesis:
    """boto3's client. `held`: {shard: [(sequence number, ms)]}, `parents`, and `closed`, the shards that a split or merge has ended."""

    class exceptions:
        ExpiredIteratorException = Expired

    def __init__(self, held, parents=None, closed=()):
        self.held, self.parents, self.closed = held, parents or {}, set(closed)
        self.pages, self.expire, self.gaps = 0, 0, 0

    def list_shards(self, StreamName=None, NextToken=None):
        # Two a page, as a long list comes.
        names, begin = sorted(self.held), int(NextToken or 0)
        listed = [{"ShardId": name, **dict(zip(("ParentShardId", "AdjacentParentShardId"), self.parents.get(name, ())))} for name in names[begin : begin + 2]]
        return {"Shards": listed, **({"NextToken": str(begin + 2)} if begin + 2 < len(names) else {})}

    def get_shard_iterator(self, StreamName, ShardId, ShardIteratorType, StartingSequenceNumber="0", Timestamp=0):
        records = self.held[ShardId]
        if ShardIteratorType == "AT_TIMESTAMP":
            place = next((at for at, (_, ms) in enumerate(records) if ms >= round(Timestamp * 1000)), len(records))
        else:
            place = next((at for at, (number, _) in enumerate(records) if number > int(StartingSequenceNumber)), len(records))
        return {"ShardIterator": json.dumps([ShardId, place])}

    def get_records(self, ShardIterator, Limit):
        if self.expire > 0:
            self.expire -= 1
            raise Expired
        self.pages += 1
        shard, place = json.loads(ShardIterator)
        records = self.held[shard]
        if self.gaps > 0:
            self.gaps -= 1
            return {"Records": [], "MillisBehindLatest": 1, "NextShardIterator": ShardIterator}
        end = min(len(records), place + Limit)
        found = [record(number, ms) for number, ms in records[place:end]]
        is_end = end == len(records)
        following = {} if is_end and shard in self.closed else {"NextShardIterator": json.dumps([shard, end])}
        return {"Records": found, "MillisBehindLatest": 0 if is_end else 1, **following}


def record(number, ms):
    arrived = datetime.fromtimestamp(ms / 1000, timezone.utc)
    return {"SequenceNumber": str(number), "ApproximateArrivalTimestamp": arrived, "PartitionKey": "1", "Data": b"x"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(shards, "now_ms", lambda: NOW_MS)
    monkeypatch.setattr(kinesis, "now_ms", lambda: NOW_MS)


def stream(server, records_per_page=10):
    opened = Stream("pins", "us-east-1", None, records_per_page)
    opened._client = server
    return opened


def reader(server, records_per_batch=1_000, from_now=False, records_per_page=10):
    return KinesisReader(stream(server, records_per_page), from_now, records_per_batch)


def restarted(server, last, **options):
    """A reader that stands where the checkpoint says, as Spark tells it."""
    again = reader(server, **options)
    assert again.partitions(last, last) == []
    return again


def read(each, start, end):
    """{shard: sequence numbers} that the tasks between two offsets read, in their order."""
    found = {}
    for part in each.partitions(start, end):
        batches = list(each.read(part))
        found[part.shard] = [int(number) for batch in batches for number in batch.column("sequenceNumber").to_pylist()]
        assert all(batch.num_rows <= each.stream.records_per_page for batch in batches)
    return found


def drained(server, **options):
    """Sequence numbers by micro-batch and shard, a new start for each micro-batch, until nothing comes."""
    each = reader(server, **options)
    start, batches = each.initialOffset(), []
    while (end := each.latestOffset()) != start:
        batches.append(read(each, start, end))
        start, each = end, restarted(server, end, **options)
    return batches, start


EVEN = [(number, 1_000 * number) for number in range(1, 101)]


def test_what_fits_a_page_is_one_micro_batch_and_has_caught_up_with_now():
    batches, end = drained(Kinesis({"a": EVEN[:7], "b": []}))
    assert batches == [{"a": [1, 2, 3, 4, 5, 6, 7]}]
    assert end == {"from": TRIM_HORIZON, "reached": NOW_MS, "shards": {"a": "7"}}


def test_a_micro_batch_is_bounded_by_a_time_sized_by_the_rate_and_every_record_comes_once():
    batches, end = drained(Kinesis({"a": EVEN}), records_per_batch=40)
    sizes = [len(batch["a"]) for batch in batches]
    # Ten records in nine seconds, so forty in 36: up to the first record from second 37 on.
    assert sizes == [37, 37, 26]
    assert [number for batch in batches for number in batch["a"]] == list(range(1, 101))
    assert end["reached"] == NOW_MS


def test_before_the_last_micro_batch_a_reader_says_how_far_it_has_come():
    each = reader(Kinesis({"a": EVEN}), records_per_batch=40)
    assert each.latestOffset() == {"from": TRIM_HORIZON, "reached": 37_000, "shards": {"a": "37"}}


def test_a_backlog_that_ended_long_ago_is_found_to_its_end_in_few_requests():
    server = Kinesis({"a": [(number, number) for number in range(1, 5_001)]})
    batches, end = drained(server, records_per_batch=2_000, records_per_page=100)
    assert [number for batch in batches for number in batch["a"]] == list(range(1, 5_001))
    assert len(batches) <= 4
    # 50 pages to read, and a dozen to plan each micro-batch.
    assert server.pages < 50 + 13 * (len(batches) + 1)
    assert end["reached"] == NOW_MS


def test_times_out_of_order_and_all_alike_lose_and_repeat_nothing():
    wild = [(number, 1_000 * ((number * 37) % 101)) for number in range(1, 201)]
    alike = [(number, 5_000) for number in range(1, 201)]
    for held in (wild, alike):
        batches, _ = drained(Kinesis({"a": held}), records_per_batch=30)
        assert [number for batch in batches for number in batch["a"]] == list(range(1, 201))


def test_empty_answers_on_the_way_through_a_gap_are_no_end():
    server = Kinesis({"a": EVEN[:3]})
    server.gaps = 5
    assert drained(server)[0] == [{"a": [1, 2, 3]}]


def test_an_iterator_that_has_grown_old_is_taken_anew_behind_the_last_record():
    server = Kinesis({"a": EVEN[:25]})
    pages = stream(server).read("a", TRIM_HORIZON, "25")
    first = next(pages)
    server.expire = 1
    assert [int(each["SequenceNumber"]) for page in (first, *pages) for each in page] == list(range(1, 26))


def test_children_come_after_the_last_record_of_their_parents():
    held = {"a": EVEN[:25], "b": EVEN[30:35], "c": EVEN[40:45], "d": EVEN[50:55]}
    # a was split into b and c, which were merged into d.
    batches, end = drained(Kinesis(held, {"b": ["a"], "c": ["a"], "d": ["b", "c"]}, ["a", "b", "c"]))
    assert [sorted(batch) for batch in batches] == [["a"], ["b", "c"], ["d"]]
    assert [batch["a"] for batch in batches[:1]] == [list(range(1, 26))]
    assert end == {"from": TRIM_HORIZON, "reached": NOW_MS, "shards": {"a": ENDED, "b": ENDED, "c": ENDED, "d": "55"}}


def test_while_a_child_waits_nobody_has_caught_up():
    each = reader(Kinesis({"a": EVEN[:5], "b": EVEN[5:9]}, {"b": ["a"]}, ["a"]))
    assert each.latestOffset() == {"from": TRIM_HORIZON, "reached": 0, "shards": {"a": ENDED}}


def test_a_child_whose_parents_the_stream_no_longer_lists_does_not_wait():
    server = Kinesis({"b": EVEN[5:9]}, {"b": ["a"]})
    each = restarted(server, {"from": TRIM_HORIZON, "reached": 1, "shards": {"a": ENDED}})
    assert each.latestOffset()["shards"] == {"b": "9"}


def test_a_shard_that_went_before_it_was_read_is_told_of(capsys):
    each = restarted(Kinesis({"b": EVEN[5:9]}), {"from": TRIM_HORIZON, "reached": 1, "shards": {"a": "3"}})
    each.latestOffset()
    assert "shard a is gone, with what it held after 3" in capsys.readouterr().err


def test_nothing_new_is_the_same_offset_so_that_no_micro_batch_is_made():
    last = {"from": TRIM_HORIZON, "reached": 5, "shards": {"a": "100"}}
    assert restarted(Kinesis({"a": EVEN}), last).latestOffset() == last


def test_a_first_micro_batch_that_failed_begins_again_where_it_began_and_not_at_the_restart(monkeypatch):
    server = Kinesis({"a": []})
    each = reader(server, from_now=True)
    assert each.latestOffset() == {"from": f"@{NOW_MS}", "reached": 0, "shards": {}}
    server.held["a"] = [(1, NOW_MS + 1)]
    end = each.latestOffset()
    again = reader(server, from_now=True)
    monkeypatch.setattr(kinesis, "now_ms", lambda: NOW_MS + 60_000)
    assert read(again, again.initialOffset(), end) == {"a": [1]}


def test_a_record_that_the_stream_has_forgotten_is_an_error_that_says_what_to_do():
    with pytest.raises(RuntimeError, match="shard a no longer holds sequence number 3, .* raise the stream's retention, or delete"):
        list(stream(Kinesis({"a": EVEN[50:]})).read("a", "2", "3"))
    with pytest.raises(RuntimeError, match="no longer holds"):
        list(stream(Kinesis({"a": []})).read("a", "2", "3"))


def test_a_checkpoint_of_earlier_versions_goes_on():
    server = Kinesis({"a": EVEN[:30], "b": EVEN[:4]})
    old = {"a": "25", "b": TRIM_HORIZON}
    each = reader(server)
    each.partitions(old, old)
    assert read(each, old, each.latestOffset()) == {"a": [26, 27, 28, 29, 30], "b": [1, 2, 3, 4]}
