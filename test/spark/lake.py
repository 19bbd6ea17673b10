"""The synthetic source put where the notebooks read: files as the sink writes them, records in Kinesis."""

import json

from conftest import STREAMS, TOPICS


def write_topics(place, records, partitions=2, lines_per_file=500):
    """Files of the sink for all records, keys spread over partitions. As the sink, refuses values that are no JSON object.

    Returns {dataset: number of values refused}."""
    refused = dict.fromkeys(TOPICS, 0)
    waiting = {}
    for time_ms, (dataset, key, line) in enumerate(records, start=1_000_000):
        value = json.loads(line)
        if not isinstance(value, dict):
            refused[dataset] += 1
            continue
        waiting.setdefault((dataset, hash_of(key) % partitions), []).append((time_ms, line))
    for (dataset, partition), lines in waiting.items():
        folder = place.folder / "topics" / TOPICS[dataset] / f"partition={partition}"
        folder.mkdir(parents=True)
        for start in range(0, len(lines), lines_per_file):
            text = "".join(
                # The sink's InsertField adds to the object's end; the content's text stays as it was.
                f'{line[:-1]}{"," if line != "{}" else ""}"kafka_partition":{partition},"kafka_offset":{offset},"kafka_timestamp":{time_ms}}}\n'
                for offset, (time_ms, line) in enumerate(lines[start : start + lines_per_file], start=start)
            )
            (folder / f"{TOPICS[dataset]}+{partition}+{start:010d}.json").write_text(text, encoding="utf-8")
    return refused


def put_streams(server, records):
    """All records into the three Kinesis streams, which are there, the post's key as partition key."""
    for dataset, stream in STREAMS.items():
        server.put(stream, [(key, line.encode("utf-8")) for each, key, line in records if each == dataset])


def hash_of(key):
    """A spread that is the same in every process."""
    return sum(key.encode("utf-8"))
