"""Tells the common story (see README.md) by boto3, whose endpoint, region and credentials come from the environment."""

import sys
import time
from datetime import datetime, timezone

import boto3

stream = sys.argv[1]
kinesis = boto3.client("kinesis")

kinesis.create_stream(StreamName=stream, ShardCount=2)
kinesis.get_waiter("stream_exists").wait(StreamName=stream)
print("listed", stream in kinesis.list_streams()["StreamNames"])

described = kinesis.describe_stream(StreamName=stream)["StreamDescription"]
age = abs((datetime.now(timezone.utc) - described["StreamCreationTimestamp"]).total_seconds())
print("described", described["StreamStatus"], len(described["Shards"]), "new" if age < 600 else described["StreamCreationTimestamp"])

put = kinesis.put_record(StreamName=stream, PartitionKey="a", Data="héllo 📌".encode())
print("put", put["ShardId"], len(put["SequenceNumber"]))

records = [{"PartitionKey": key, "Data": key.encode()} for key in ("b", "c")]
many = kinesis.put_records(StreamName=stream, Records=records)
print("put many", many["FailedRecordCount"], *[record["ShardId"] for record in many["Records"]])

shards = [shard["ShardId"] for shard in kinesis.list_shards(StreamName=stream)["Shards"]]
print("shards", *shards)


def read(**start):
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shards[0], **start)["ShardIterator"]
    return kinesis.get_records(ShardIterator=iterator)


got = read(ShardIteratorType="TRIM_HORIZON")
for record in got["Records"]:
    print("record", record["PartitionKey"], record["Data"].decode())
print("behind", got["MillisBehindLatest"])

arrived = got["Records"][0]["ApproximateArrivalTimestamp"]
print("since", len(read(ShardIteratorType="AT_TIMESTAMP", Timestamp=arrived)["Records"]))
after = read(ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=put["SequenceNumber"])
print("after", len(after["Records"]))
print("arrived", "now" if abs(arrived.timestamp() - time.time()) < 600 else arrived)

try:
    kinesis.describe_stream(StreamName="nope")
except kinesis.exceptions.ResourceNotFoundException as error:
    print("missing", error.response["Error"]["Code"], error.response["Error"]["Message"])

kinesis.delete_stream(StreamName=stream)
print("deleted", stream not in kinesis.list_streams()["StreamNames"])
