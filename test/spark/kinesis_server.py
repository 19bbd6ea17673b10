"""The laptop's Kinesis, started for tests, and records put into it with boto3."""

import json
import subprocess
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]


class KinesisServer:
    def __init__(self):
        self.program = subprocess.Popen(
            ["node", "--import", "tsx", "test/spark/kinesis-server.ts"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.endpoint = json.loads(self.program.stdout.readline())["endpoint"]
        self.client = boto3.client(
            "kinesis", region_name="us-east-1", endpoint_url=self.endpoint,
            aws_access_key_id="local", aws_secret_access_key="local",
        )  # fmt: skip

    def create(self, stream, shards=2):
        self.client.create_stream(StreamName=stream, ShardCount=shards)

    def put(self, stream, records):
        """`records`: (partition key, data), in order."""
        for start in range(0, len(records), 500):
            batch = [{"PartitionKey": key, "Data": data} for key, data in records[start : start + 500]]
            answer = self.client.put_records(StreamName=stream, Records=batch)
            assert answer["FailedRecordCount"] == 0

    def close(self):
        self.program.stdin.close()
        self.program.wait(timeout=10)
