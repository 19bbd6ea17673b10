#!/usr/bin/env bash
# Tells the common story (see README.md) by the AWS CLI; endpoint, region and credentials come from the environment.
# Version 1 takes --data as text and encodes it itself. Usage: aws_cli.sh AWS STREAM
set -euo pipefail
aws=$1
stream=$2
kinesis() { "$aws" kinesis "$@" --output text; }

# Names, one a line, as the lists print them: with tabs between.
listed() { kinesis list-streams --query StreamNames | tr '\t' '\n' | grep -qx "$stream" && echo True || echo False; }

kinesis create-stream --stream-name "$stream" --shard-count 2
echo "listed $(listed)"
described=$(kinesis describe-stream --stream-name "$stream" --query 'StreamDescription.[StreamStatus,length(Shards)]')
echo "described ${described//$'\t'/ }"
put=$(kinesis put-record --stream-name "$stream" --partition-key a --data 'héllo 📌' --query '[ShardId,SequenceNumber]')
read -r shard number <<<"$put"
echo "put $shard ${#number}"
many=$(kinesis put-records --stream-name "$stream" --records PartitionKey=b,Data=b PartitionKey=c,Data=c --query '[FailedRecordCount,Records[].ShardId]')
echo "put many $(tr '\t\n' '  ' <<<"$many" | sed 's/ *$//')"
shards=$(kinesis list-shards --stream-name "$stream" --query 'Shards[].ShardId')
echo "shards ${shards//$'\t'/ }"

# Prints the records behind an iterator as lines of key and base64.
records() {
  local iterator
  iterator=$(kinesis get-shard-iterator --stream-name "$stream" --shard-id "$shard" "$@" --query ShardIterator)
  kinesis get-records --shard-iterator "$iterator" --query 'Records[].[PartitionKey,Data]'
}

records --shard-iterator-type TRIM_HORIZON | while read -r key data; do echo "record $key $(base64 -d <<<"$data")"; done
echo "after $(records --shard-iterator-type AFTER_SEQUENCE_NUMBER --starting-sequence-number "$number" | wc -l | tr -d ' ')"
echo "missing $(kinesis describe-stream --stream-name nope 2>&1 | sed -n 's/.*(\(.*\)) when calling.*: \(.*\)/\1 \2/p')"
kinesis delete-stream --stream-name "$stream"
echo "deleted $([ "$(listed)" = False ] && echo True || echo False)"
