import type { Run } from '@pipeline/local/serving/contract';

export interface Snippet {
  readonly name: string;
  readonly text: string;
}

/** The place of a post that no source has. */
const GEO = '{"ind":900001,"timestamp":"2022-01-31T12:00:00Z","latitude":59.9,"longitude":10.7,"country":"Norway"}';

/** Examples that work in this run as they are. */
export function snippetsOf({ addresses, topics, streams }: Run): Snippet[] {
  const { api, views, kinesis, s3 } = addresses;
  return [
    {
      name: 'curl',
      text: `# one record into the batch layer
curl -s -X POST ${api}topics/${topics.geo} \\
  -H 'content-type: application/vnd.kafka.json.v2+json' \\
  -d '{"records":[{"key":"900001","value":${GEO}}]}'

# the same into the speed layer
curl -s -X PUT ${api}streams/${streams.geo}/record -H 'content-type: application/json' \\
  -d '{"StreamName":"${streams.geo}","PartitionKey":"900001","Data":${GEO}}'

# what became of it
curl -s ${views}trace/900001

# an answer
curl -s '${views}views/top_category_by_year?layer=serving'`,
    },
    {
      name: 'requests',
      text: `import requests

requests.post(
    "${api}topics/${topics.geo}",
    json={"records": [{"key": "900001", "value": ${GEO}}]},
    headers={"Content-Type": "application/vnd.kafka.json.v2+json"},
).raise_for_status()
print(requests.get("${views}views/top_category_by_country").json()["rows"][:3])`,
    },
    {
      name: 'boto3',
      text: `import boto3

kinesis = boto3.client("kinesis", endpoint_url="${kinesis}", region_name="us-east-1",
                       aws_access_key_id="any", aws_secret_access_key="any")
shard = kinesis.list_shards(StreamName="${streams.pin}")["Shards"][0]["ShardId"]
iterator = kinesis.get_shard_iterator(StreamName="${streams.pin}", ShardId=shard,
                                      ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
for record in kinesis.get_records(ShardIterator=iterator, Limit=3)["Records"]:
    print(record["PartitionKey"], record["Data"])${
      s3 === null
        ? ''
        : `

s3 = boto3.client("s3", endpoint_url="${s3}", region_name="us-east-1",
                  aws_access_key_id="any", aws_secret_access_key="any")`
    }`,
    },
    {
      name: 'pandas',
      text: `import pandas as pd

answer = pd.read_csv("${views}views/top_category_by_year?layer=serving&format=csv")
print(answer)`,
    },
  ];
}
