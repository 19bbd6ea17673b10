"""Tells the common story (README.md) by boto3; endpoint and credentials come from the environment. Usage: boto3_client.py BUCKET PREFIX KEY"""

import io
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

bucket, prefix, sunk = sys.argv[1:]
s3 = boto3.client("s3")
MIB = 1024 * 1024


def refused(call, **arguments):
    try:
        call(**arguments)
        return "nothing"
    except ClientError as error:
        return f"{error.response['ResponseMetadata']['HTTPStatusCode']} {error.response['Error']['Code']}"


print("buckets", *[found["Name"] for found in s3.list_buckets()["Buckets"]])
print("region", s3.get_bucket_location(Bucket=bucket)["LocationConstraint"])
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="topics/", PaginationConfig={"PageSize": 2})
print("files", *[found["Key"] for page in pages for found in page["Contents"]])
folders = s3.list_objects(Bucket=bucket, Delimiter="/", Prefix="topics/")["CommonPrefixes"]
print("folders", *[found["Prefix"] for found in folders])
print("read", s3.get_object(Bucket=bucket, Key=sunk)["Body"].read())
print("range", s3.get_object(Bucket=bucket, Key=sunk, Range="bytes=2-4")["Body"].read())
print("put there", refused(s3.put_object, Bucket=bucket, Key=sunk, Body=b"mine"))
print("missing", refused(s3.get_object, Bucket=bucket, Key=f"{prefix}nope"))
print("head missing", refused(s3.head_object, Bucket=bucket, Key=f"{prefix}nope"))
print("elsewhere", refused(s3.list_objects_v2, Bucket="another-bucket"))

s3.put_object(Bucket=bucket, Key=f"{prefix}a b+c=é", Body="héllo".encode(), Metadata={"made": "here"})
print("own", s3.get_object(Bucket=bucket, Key=f"{prefix}a b+c=é")["Body"].read().decode())
print("meta", s3.head_object(Bucket=bucket, Key=f"{prefix}a b+c=é")["Metadata"])
big = bytes(range(256)) * (9 * MIB // 256)
s3.upload_fileobj(io.BytesIO(big), bucket, f"{prefix}big", Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
back = io.BytesIO()
s3.download_fileobj(bucket, f"{prefix}big", back, Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
print("big", back.getvalue() == big, s3.head_object(Bucket=bucket, Key=f"{prefix}big")["ETag"][-3:-1])
s3.copy({"Bucket": bucket, "Key": f"{prefix}big"}, bucket, f"{prefix}copy", Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
print("copied", s3.head_object(Bucket=bucket, Key=f"{prefix}copy")["ContentLength"] == len(big))
mine = [{"Key": found["Key"]} for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
print("mine", *[found["Key"] for found in mine])
print("deleted", len(s3.delete_objects(Bucket=bucket, Delete={"Objects": mine})["Deleted"]))
print("left", s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"])
