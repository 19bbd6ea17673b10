"""One Kinesis stream by boto3: its shards, the records behind a position, and how far to read next.

A position in a shard is a text: a sequence number (all up to it has been read), TRIM_HORIZON, `@<ms since 1970>` (from that time on), or
ENDED: a split or merge has closed the shard, and all of it has been read. Sequence numbers alone decide what is read; times only guide the search
for a sequence number, so neither a wrong clock nor records out of the order of their times lose or repeat anything.
"""

import sys
import time
from dataclasses import dataclass

TRIM_HORIZON = "TRIM_HORIZON"
ENDED = "ENDED"
# Steps of the search for the end of what is there; each halves the time that is in question.
SEARCH_STEPS = 8


@dataclass(frozen=True)
class Shard:
    id: str
    # Shards that this one came from, as far as the stream still lists them.
    parents: tuple


@dataclass(frozen=True)
class Page:
    records: list
    # Nothing comes after it for now.
    is_newest: bool
    # Nothing will ever come after it: the shard is closed.
    is_last: bool


class Stream:
    def __init__(self, name, region, endpoint=None, records_per_page=10_000):
        self.name, self.region, self.endpoint, self.records_per_page = name, region, endpoint, records_per_page
        self._client = None

    def shards(self):
        listed, request = [], {"StreamName": self.name}
        while request is not None:
            answer = self.client.list_shards(**request)
            listed.extend(answer["Shards"])
            request = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None
        known = {shard["ShardId"] for shard in listed}
        return [
            Shard(shard["ShardId"], tuple(shard[name] for name in ("ParentShardId", "AdjacentParentShardId") if shard.get(name) in known))
            for shard in listed
        ]

    def pages(self, shard, after, limit=None):
        """Pages of records behind a position, some of them empty. At the newest record it goes on asking: who reads decides when to stop."""
        iterator = self._iterator(shard, after)
        while iterator is not None:
            try:
                answer = self.client.get_records(ShardIterator=iterator, Limit=limit or self.records_per_page)
            except self.client.exceptions.ExpiredIteratorException:
                # Five minutes old: who reads was busy with the page before.
                iterator = self._iterator(shard, after)
                continue
            records, iterator = answer["Records"], answer.get("NextShardIterator")
            if records:
                after = records[-1]["SequenceNumber"]
            yield Page(records, answer["MillisBehindLatest"] == 0, iterator is None)

    def read(self, shard, after, until):
        """Pages of the records behind `after` up to and with `until`, a sequence number or ENDED.

        Raises RuntimeError when the stream no longer holds them."""
        for page in self.pages(shard, after):
            if until == ENDED:
                wanted, is_done = page.records, page.is_last
            else:
                wanted = [record for record in page.records if int(record["SequenceNumber"]) <= int(until)]
                is_done = bool(wanted) and wanted[-1]["SequenceNumber"] == until
            if wanted:
                yield wanted
            if is_done:
                return
            if len(wanted) < len(page.records) or (until != ENDED and page.is_newest):
                break
        if until != ENDED:
            raise RuntimeError(
                f"kinesis: stream {self.name}, shard {shard} no longer holds sequence number {until}, which a restart must read again; "
                "raise the stream's retention, or delete the checkpoint: records come again and change nothing"
            )

    def end_of_next(self, shard, after, wanted):
        """How far to read next, and what that reaches: (position, ms). About `wanted` records, or what is there if it is less. Every record
        that came before that time is up to that position. The same position when there is nothing new.

        Holds one page at a time, which it reads to learn the rate; where more is waiting, it looks for a record by its time."""
        asked_ms = now_ms()
        page = self._next_with_records(shard, after)
        if page.is_last:
            return ENDED, asked_ms
        if not page.records:
            return after, asked_ms
        first, last = page.records[0], page.records[-1]
        if page.is_newest:
            return last["SequenceNumber"], asked_ms
        rate = len(page.records) / max(1, arrival_ms(last) - arrival_ms(first))
        to_ms = min(asked_ms, arrival_ms(first) + int(wanted / rate))
        found = self._later(last, self._at(shard, to_ms))
        if found is not None:
            return found["SequenceNumber"], arrival_ms(found)
        # The end is near: come close to it from below, then take its last page.
        near = self._search(shard, last, to_ms)
        page = self._next_with_records(shard, near["SequenceNumber"])
        if page.is_last:
            return ENDED, asked_ms
        newest = page.records[-1] if page.records else near
        return newest["SequenceNumber"], asked_ms if page.is_newest else arrival_ms(newest)

    def _search(self, shard, known, nothing_from_ms):
        for _ in range(SEARCH_STEPS):
            middle = (arrival_ms(known) + nothing_from_ms) // 2
            if middle <= arrival_ms(known):
                break
            found = self._later(known, self._at(shard, middle))
            if found is None:
                nothing_from_ms = middle
            else:
                known = found
        return known

    def _at(self, shard, ms):
        """The first record from a time on; None without one."""
        page = self._next_with_records(shard, f"@{ms}", limit=1)
        return page.records[0] if page.records else None

    def _next_with_records(self, shard, after, limit=None):
        # Empty and not the newest is normal: GetRecords may return nothing on its way through a gap.
        for page in self.pages(shard, after, limit):
            if page.records or page.is_newest or page.is_last:
                return page
        return Page([], True, True)

    @staticmethod
    def _later(known, found):
        """`found` unless times led back."""
        if found is None or int(found["SequenceNumber"]) <= int(known["SequenceNumber"]):
            return None
        return found

    def _iterator(self, shard, after):
        request = {"StreamName": self.name, "ShardId": shard}
        if after == TRIM_HORIZON:
            request["ShardIteratorType"] = TRIM_HORIZON
        elif after.startswith("@"):
            request.update(ShardIteratorType="AT_TIMESTAMP", Timestamp=int(after[1:]) / 1000)
        else:
            request.update(ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=after)
        return self.client.get_shard_iterator(**request)["ShardIterator"]

    @property
    def client(self):
        # Made late: a stream travels between processes, a client cannot.
        if self._client is None:
            import boto3
            from botocore.config import Config

            # The laptop's Kinesis takes any credentials; AWS's own needs the usual ones.
            is_laptop = self.endpoint is not None and self.endpoint.startswith("http://")
            anyone = {"aws_access_key_id": "local", "aws_secret_access_key": "local"} if is_laptop else {}
            # A shard gives five pages a second to all who read it; beyond that it asks to come again.
            patience = Config(retries={"mode": "standard", "max_attempts": 8}, max_pool_connections=16)
            self._client = boto3.client("kinesis", region_name=self.region, endpoint_url=self.endpoint, config=patience, **anyone)
        return self._client

    def __getstate__(self):
        return {**self.__dict__, "_client": None}


def arrival_ms(record):
    return int(record["ApproximateArrivalTimestamp"].timestamp() * 1000)


def now_ms():
    return int(time.time() * 1000)


def warn(sentence):
    print(f"kinesis: {sentence}", file=sys.stderr)
