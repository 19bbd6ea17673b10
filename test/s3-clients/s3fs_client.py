"""Reads and writes the lake by pandas over s3fs (README.md); endpoint and credentials come from the environment. Usage: s3fs_client.py BUCKET PREFIX KEY"""

import sys

import pandas as pd
import s3fs

bucket, prefix, sunk = sys.argv[1:]
fs = s3fs.S3FileSystem()

print("buckets", *fs.ls(""))
print("folders", *fs.ls(f"{bucket}/topics"))
print("files", *fs.glob(f"{bucket}/topics/**/*.json"))
print("sum", pd.read_json(f"s3://{bucket}/{sunk}", lines=True)["n"].sum())
frame = pd.DataFrame({"year": [2021, 2022], "name": ["é", "😀"]})
frame.to_csv(f"s3://{bucket}/{prefix}frame.csv", index=False)
print("back", pd.read_csv(f"s3://{bucket}/{prefix}frame.csv").equals(frame))
with fs.open(f"{bucket}/{prefix}big", "wb", block_size=5 * 2**20) as file:
    for _ in range(11):
        file.write(b"x" * 2**20)
print("big", fs.size(f"{bucket}/{prefix}big") == 11 * 2**20, fs.exists(f"{bucket}/{prefix}nope"))
try:
    fs.pipe(f"{bucket}/{sunk}", b"mine")
    print("put there")
except PermissionError as error:
    print("put there", "read-only" in str(error))
fs.rm(f"{bucket}/{prefix.rstrip('/')}", recursive=True)
fs.invalidate_cache()
print("left", fs.find(f"{bucket}/{prefix}"))
